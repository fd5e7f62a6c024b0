import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Folder, type Ran, run } from "../support/cli/command.ts";
import { answerPetStore, preparePetStore } from "../support/cli/petstore-session.ts";
import { Terminal } from "../support/cli/terminal.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(`${ROOT}docs/openapi.md`, "utf8");
const overlay = /```yaml\n(overlay: .*?)```/s.exec(page)?.[1] ?? "";

/** The commands of the page that need no engine, each with the lines that the page shows of its output. */
const sessions = [...page.matchAll(/```console\n\$ npx polygate ((?:init|check) .*?)\n(.*?)```/gs)].map(
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
    preparePetStore(folder);
  });

  after(() => folder.remove());

  const overlays = [overlay, overlay, overlay.replace("              - POST /store/order\n", "")];

  const [first, ...checks] = sessions;

  it("shows a session in a terminal and three commands", () => assert.equal(checks.length, 3));

  it("shows what polygate init asks and prints in a terminal", async () => {
    const terminal = Terminal.polygate(first?.args ?? [], { cwd: folder.path });
    try {
      await answerPetStore(terminal);
      assert.equal(await terminal.ended(), 0, terminal.screen);
    } finally {
      terminal.kill();
    }
    const printed = terminal.screen.split("\n");
    assert.deepEqual(
      first?.lines.filter((line) => !printed.includes(line)),
      [],
      terminal.screen,
    );
  });

  for (const [index, { args, lines }] of checks.entries()) {
    it(`shows what polygate ${args.join(" ")} prints (${index + 1})`, async () => {
      folder.write("petstore.polygate.yaml", overlays[index] ?? "");
      const { stdout, stderr }: Ran = await run(args, { cwd: folder.path });
      const printed = `${stdout}${stderr}`.split("\n");
      const missing = lines.filter((line) => !printed.includes(line));
      assert.deepEqual(missing, [], printed.join("\n"));
    });
  }
});
