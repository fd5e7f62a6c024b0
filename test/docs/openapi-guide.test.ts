import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Folder, type Ran, run } from "../support/cli/command.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(`${ROOT}docs/openapi.md`, "utf8");
const overlay = /```yaml\n(overlay: .*?)```/s.exec(page)?.[1] ?? "";

/** The commands of the page, each with the lines that the page shows of its output. */
const sessions = [...page.matchAll(/```console\n\$ npx polygate (.*?)\n(.*?)```/gs)].map(
  ([, command = "", shown = ""]) => ({
    args: command.split(" "),
    lines: shown
      .trimEnd()
      .split("\n")
      .filter((line) => line.trim() !== "…"),
  }),
);

describe("the guide about OpenAPI documents", function () {
  this.timeout(60_000);
  let folder: Folder;

  before(() => {
    folder = new Folder();
    copyFileSync(`${ROOT}node_modules/@readme/oas-examples/3.0/yaml/petstore.yaml`, folder.at("petstore.yaml"));
  });

  after(() => folder.remove());

  const overlays = [overlay, overlay, overlay.replace("              - POST /store/order\n", "")];

  it("shows three sessions", () => assert.equal(sessions.length, 3));

  for (const [index, { args, lines }] of sessions.entries()) {
    it(`shows what polygate ${args.join(" ")} prints (${index + 1})`, async () => {
      folder.write("petstore.polygate.yaml", overlays[index] ?? "");
      const { stdout, stderr }: Ran = await run(args, { cwd: folder.path });
      const printed = `${stdout}${stderr}`.split("\n");
      const missing = lines.filter((line) => !printed.includes(line));
      assert.deepEqual(missing, [], printed.join("\n"));
    });
  }
});
