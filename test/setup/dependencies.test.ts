import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dependenciesInstalled } from "../../setup/dependencies.js";
import { BareMachine } from "../support/setup/bare-machine.ts";

describe("the installed dependencies", () => {
  let machine: BareMachine;
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(() => machine.remove());

  const LOCKED = {
    "": { name: "repository" },
    sandbox: { name: "its-workspace", version: "1.0.0" },
    "node_modules/its-workspace": { resolved: "sandbox", link: true },
    "node_modules/one": { version: "1.0.0", integrity: "sha512-one" },
    "node_modules/one/node_modules/two": { version: "2.0.0", integrity: "sha512-two" },
    "node_modules/for-another-platform": { version: "3.0.0", integrity: "sha512-three", optional: true },
  };
  const INSTALLED = ["node_modules/its-workspace", "node_modules/one", "node_modules/one/node_modules/two"] as const;

  function write(path: string, content: unknown): void {
    mkdirSync(dirname(join(machine.folder, path)), { recursive: true });
    writeFileSync(join(machine.folder, path), JSON.stringify(content));
  }

  /** A repository after `npm ci`. */
  function install(installed: object = LOCKED): void {
    write("package-lock.json", { packages: LOCKED });
    for (const path of INSTALLED) write(`${path}/package.json`, {});
    write("node_modules/.package-lock.json", {
      packages: Object.fromEntries(INSTALLED.map((path) => [path, { ...installed }[path as never]])),
    });
  }

  it("are complete if every locked package exists, except those for other platforms", () => {
    install();
    assert.equal(dependenciesInstalled(machine.folder), true);
  });

  it("are incomplete without node_modules, or if npm was interrupted before its last step", () => {
    write("package-lock.json", { packages: LOCKED });
    assert.equal(dependenciesInstalled(machine.folder), false);
    install();
    rmSync(join(machine.folder, "node_modules", ".package-lock.json"));
    assert.equal(dependenciesInstalled(machine.folder), false);
  });

  it("are incomplete if a locked package has another version or content than the installed one", () => {
    install({ ...LOCKED, "node_modules/one": { version: "0.9.0", integrity: "sha512-one" } });
    assert.equal(dependenciesInstalled(machine.folder), false);
    install({ ...LOCKED, "node_modules/one": { version: "1.0.0", integrity: "sha512-other" } });
    assert.equal(dependenciesInstalled(machine.folder), false);
  });

  it("are incomplete if a package or the link of a workspace was deleted from the disk", () => {
    for (const path of INSTALLED) {
      install();
      rmSync(join(machine.folder, path), { recursive: true });
      assert.equal(dependenciesInstalled(machine.folder), false, path);
    }
  });

  it("are incomplete if npm's record of them cannot be read", () => {
    install();
    writeFileSync(join(machine.folder, "node_modules", ".package-lock.json"), "{ cut sho");
    assert.equal(dependenciesInstalled(machine.folder), false);
  });
});
