import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { findEngine } from "../../engine/index.ts";
import { withPath } from "../../setup/tool.js";
import { Folder, run, start } from "../support/cli/command.ts";
import { answerPetStore, confirmUpdate, preparePetStore } from "../support/cli/petstore-session.ts";
import { keys, Terminal } from "../support/cli/terminal.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const BACKSPACE = "\u007f";

describe("polygate init in a terminal, and the stack that it writes", function () {
  this.timeout(240_000);
  let folder: Folder;
  let env: NodeJS.ProcessEnv;
  let backend: RecordingBackend;
  const terminals: Terminal[] = [];

  before(async () => {
    backend = await startRecordingBackend();
    folder = new Folder();
    preparePetStore(folder);
    env = {
      ...withPath(process.env, [dirname(process.execPath), findEngine().folder]),
      PULUMI_HOME: folder.at("home"),
      NODE_OPTIONS: "--conditions=polygate-source",
    };
  });

  after(() => {
    for (const terminal of terminals) terminal.kill();
    backend?.close();
    folder?.remove();
  });

  function inTerminal(cwd: string, ...args: readonly string[]): Terminal {
    const terminal = Terminal.polygate(args, { cwd, env });
    terminals.push(terminal);
    return terminal;
  }

  it("asks each question once, and writes the answers and a stack", async () => {
    const terminal = inTerminal(folder.path, "init", "petstore.yaml");
    await answerPetStore(terminal);
    assert.equal(await terminal.ended(), 0, terminal.screen);
    assert.match(
      terminal.screen,
      /Next:\n {2}cd gateway\n {2}npx polygate sandbox -- pulumi up --stack dev\n {2}npx polygate sandbox --host https:\/\/backend\.example\.com=http:\/\/127\.0\.0\.1:4000$/,
    );
    assert.deepEqual(readdirSync(folder.at("gateway")).toSorted(), [
      "Pulumi.dev.yaml",
      "Pulumi.yaml",
      "index.ts",
      "package.json",
      "tsconfig.json",
    ]);
  });

  it("prints as its next line the command that deploys the stack to the sandbox, where its routes are guarded", async () => {
    const gateway = folder.at("gateway");
    const terminal = inTerminal(gateway, "sandbox", "--", "pulumi", "up", "--stack", "dev");
    await confirmUpdate(terminal);
    assert.equal(await terminal.ended(), 0, terminal.screen);
    const serving = start(["sandbox", "--host", `https://backend.example.com=${backend.url}`], { cwd: gateway, env });
    try {
      await serving.said(/# aws \S+: https?:/);
      const [, url = ""] = /"(https?:[^"]+)"/.exec(terminal.screen) ?? [];
      const token = async (audience: string, ...scopes: readonly string[]): Promise<string> => {
        const args = scopes.flatMap((scope) => ["--scope", scope]);
        return (await run(["token", "--audience", audience, ...args], { cwd: gateway, env })).stdout.trim();
      };
      const statuses = [(await fetch(`${url}/pet/findByTags`)).status];
      for (const credential of [
        await token("others", "read:pets", "write:pets"),
        await token("pets", "read:pets"),
        await token("pets", "read:pets", "write:pets"),
      ]) {
        const headers = { authorization: `Bearer ${credential}` };
        statuses.push((await fetch(`${url}/pet/findByTags`, { headers })).status);
      }
      assert.deepEqual(statuses, [401, 401, 403, 201]);
      assert.deepEqual(
        backend.seen.map(({ method, url: path }) => `${method} ${path}`),
        ["GET /pet/findByTags"],
      );
    } finally {
      serving.child.kill("SIGINT");
      await serving.ended();
    }
  });

  it("shows at the prompt what is wrong with an entered list, and goes on with the corrected one", async () => {
    folder.write(
      "shop.yaml",
      `openapi: 3.0.3
info: { title: Shop, version: "1" }
security: [{ password: [] }]
paths: { /a: { get: { responses: {} } } }
components: { securitySchemes: { password: { type: http, scheme: basic } } }
`,
    );
    const terminal = inTerminal(folder.path, "init", "shop.yaml");
    await terminal.answer(/"password" become\?/, keys.enter);
    await terminal.answer(/Which audiences/, `[a${keys.enter}`);
    await terminal.answer(/this is no JSON; write a list such as/, `${BACKSPACE.repeat(2)}pets${keys.enter}`);
    await terminal.answer(/Write a Pulumi program/, keys.down + keys.enter);
    assert.equal(await terminal.ended(), 0, terminal.screen);
    assert.match(readFileSync(folder.at("shop.polygate.yaml"), "utf8"), /kind: jwt\n +audiences:\n +- pets\n/);
  });

  it("asks for the name and the audiences of a token that the document has no scheme for", async () => {
    folder.write(
      "open.yaml",
      `openapi: 3.0.3
info: { title: Open, version: "1" }
paths: { /a: { get: { responses: {} } }, "/a#b": { get: { responses: {} } } }
`,
    );
    const terminal = inTerminal(folder.path, "init", "open.yaml");
    await terminal.answer(/May the gateway leave these out\?/, keys.enter);
    await terminal.answer(/Why\?/, `clients use GET /a${keys.enter}`);
    // Without a scheme, nothing can be the same as another.
    await terminal.answer(/requires nothing\?/, keys.enter);
    await terminal.answer(/What is the new auth called\?/, `a b${keys.enter}`);
    await terminal.answer(/write a name: a letter, then/, `${BACKSPACE.repeat(3)}clients${keys.enter}`);
    await terminal.answer(/Which audiences/, `shop${keys.enter}`);
    await terminal.answer(/Write a Pulumi program/, keys.down + keys.enter);
    assert.equal(await terminal.ended(), 0, terminal.screen);
    assert.match(
      readFileSync(folder.at("open.polygate.yaml"), "utf8"),
      /kind: jwt\n +name: clients\n +audiences:\n +- shop\n +operations:\n +- GET \/a\n[^-]*$/,
    );
  });

  it("leaves the disk as it was after Ctrl-C at a question", async () => {
    copyFileSync(folder.at("petstore.yaml"), folder.at("other.yaml"));
    const before = readdirSync(folder.path);
    const terminal = inTerminal(folder.path, "init", "other.yaml");
    await terminal.answer(/"api_key" become\?/, keys.enter);
    await terminal.answer(/Which audiences/, keys.interrupt);
    assert.equal(await terminal.ended(), 130, terminal.screen);
    assert.match(terminal.screen, /interrupted; nothing was written$/);
    assert.deepEqual(readdirSync(folder.path), before);
  });
});
