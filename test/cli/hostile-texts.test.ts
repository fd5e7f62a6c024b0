/** Names and URLs that are not the user's own, from a state, a file, the sandbox or the environment, in what the command prints. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint } from "polygate-sandbox";
import { endpointsText } from "../../cli/endpoints.ts";
import { instructions } from "../../cli/sandbox.ts";
import { quoted, shellWord } from "../../cli/shell-word.ts";
import { shellWord as demoWord } from "../../demo/shell-word.ts";
import { Folder, run } from "../support/cli/command.ts";

const ESC = "\u001b";
/** What a terminal or a shell would obey. Each creates the file `owned`, or moves the cursor, or starts a line. */
const hostile = [
  `${ESC}]0;owned\u0007${ESC}[2J`,
  "a\ntouch owned",
  "a\r\u0085\u2028touch owned",
  "$(touch owned)",
  "`touch owned`",
  "';touch owned;'",
  '";touch owned;"',
  "&touch owned&",
  "|touch owned",
  "\\';touch owned #\n",
  `${ESC}'1\u009b0\\`,
  "\u202etouch owned",
  "=touch",
  "~/a b*",
];

/** Whether a terminal shows every character as itself. Line feeds end the lines of the command's own text. */
function assertShown(text: string): void {
  assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u, JSON.stringify(text));
}

function endpoint(text: string): Endpoint {
  const url = `https://gw.example.com/${text}`;
  return {
    name: text,
    vendor: "aws",
    kind: text,
    region: text,
    url,
    routes: [],
    authority: `/tmp/${text}/ca.pem`,
    domains: [{ url: `https://shop.example.com/${text}`, address: `127.0.0.1:1;${text}`, authority: `/tmp/${text}` }],
  } as unknown as Endpoint;
}

describe("texts that are not the user's own", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
  });

  after(() => folder.remove());

  /** The words that a shell reads from a line. */
  function wordsOf(line: string, shell = "bash"): readonly string[] {
    const script = `show() { for word; do printf '%s\\0' "$word"; done; }\nshow ${line}\n`;
    const printed = execFileSync(shell, ["-c", script], { cwd: folder.path, encoding: "utf8" });
    assert.ok(!existsSync(join(folder.path, "owned")), line);
    return printed.split("\0").slice(0, -1);
  }

  it("are one word of a shell and one line of a terminal, however they are quoted", () => {
    for (const text of hostile) {
      for (const quote of [quoted, shellWord]) {
        assertShown(quote(text));
        assert.ok(!quote(text).includes("\n"));
        assert.deepEqual(wordsOf(quote(text)), [text]);
      }
      assertShown(demoWord(text));
      assert.equal(wordsOf(demoWord(text)).length, 1, "the demonstration escapes what it cannot quote");
    }
  });

  it("are words of the commands that `polygate endpoints` prints, and cells of its table", () => {
    for (const text of hostile) {
      const printed = endpointsText([endpoint(text)]);
      assertShown(printed);
      const [, , gateway = "", domain = "", ...more] = printed.split("\n");
      assert.deepEqual(more, []);
      const { url, domains } = endpoint(text);
      assert.equal(wordsOf(gateway).at(-1), url);
      const words = wordsOf(domain);
      assert.equal(words.at(-1), domains?.[0]?.url);
      assert.equal(words[2], `shop.example.com:443:${domains?.[0]?.address}`);
    }
  });

  it("stay in the comments and exports of the script that `polygate sandbox` prints", () => {
    for (const text of hostile) {
      const printed = instructions({
        dir: text,
        environment: { POLYGATE_A: text } as never,
        issuer: { url: text, address: text } as never,
        endpoints: () => [endpoint(text)],
      });
      assertShown(printed);
      for (const line of printed.split("\n")) assert.match(line, /^(?:# |export POLYGATE_A=)/);
      const script = `${printed}\nprintf %s "$POLYGATE_A"`;
      assert.equal(execFileSync("bash", ["-c", script], { cwd: folder.path, encoding: "utf8" }), text);
      assert.ok(!existsSync(join(folder.path, "owned")));
    }
  });

  it("are escaped in every output of `polygate pending`, which reads a state", async () => {
    const [stage, other] = ["aws:apigateway/stage:Stage", "azure-native:x:Y"];
    const operations = hostile.flatMap((text) => [
      { type: stage, name: text, inputs: { restApi: text, stageName: text } },
      { type: `${other}${text}`, name: text, inputs: {} },
      { type: stage, name: `recorded${text}`, inputs: { restApi: "a", stageName: "b" } },
    ]);
    const urn = (name: string, type: string) => `urn:pulumi:dev::shop::${type}::${name}`;
    const deployment = {
      resources: operations
        .filter(({ name }) => name.startsWith("recorded"))
        .map(({ type, name }) => ({ urn: urn(name, type), type, id: name, inputs: { restApi: "c", stageName: "d" } })),
      pending_operations: operations.map(({ type, name, inputs }) => ({
        type: "creating",
        resource: { urn: urn(name, type), type, inputs },
      })),
    };
    folder.write("state.json", JSON.stringify({ version: 3, deployment }));
    const [list, unknown, found] = await Promise.all([
      run(["pending", "state.json"], { cwd: folder.path }),
      run(["pending", "state.json", "--found", `no${ESC}[2J`], { cwd: folder.path }),
      run(["pending", "state.json", "--found", `${urn("=touch", `${other}=touch`)}=\u009b1`], { cwd: folder.path }),
    ]);
    assert.deepEqual([list.code, unknown.code, found.code], [0, 1, 0], list.stderr + found.stderr);
    for (const { stdout, stderr } of [list, unknown, found]) {
      assertShown(stdout);
      assertShown(stderr);
    }
    assert.equal(unknown.stderr.trimEnd().split("\n").length, 1);
    assert.equal(JSON.parse(found.stdout).resources[0].id, "\u009b1", "JSON is escaped as JSON");
    for (const line of list.stdout.split("\n").filter((each) => each.startsWith("  Look:      "))) {
      assert.equal(wordsOf(line.slice("  Look:      ".length))[0], "aws");
    }
    const lines = list.stdout.split("\n").map((line) => line.trim());
    assert.ok(
      lines.every((line) => !line.startsWith("touch owned")),
      list.stdout,
    );
  });

  it("are not options of the AWS command line", async () => {
    const type = "aws:apigateway/apiKey:ApiKey";
    const resource = { urn: `urn:pulumi:dev::shop::${type}::key`, type, inputs: { name: "--endpoint-url=http://x" } };
    const state = { version: 3, deployment: { pending_operations: [{ type: "creating", resource }] } };
    folder.write("dash.json", JSON.stringify(state));
    const { code, stderr } = await run(["pending", "dash.json", "--look"], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stderr, /begins with a dash/);
  });

  it("are escaped in the errors about a file and about its content", async () => {
    const file = `a${ESC}[2J\nb.yaml`;
    folder.write(
      "broken.yaml",
      `openapi: 3.1.0\ninfo: { title: "x\\e[2J", version: "1" }\npaths: { "/\\e[2J\\n": { get: {} } }\n`,
    );
    folder.write("broken.ts", `throw new Error("one\\n\\u001b[2Jtwo");\n`);
    folder.write("state.json", "{}");
    const runs = await Promise.all([
      run(["check", file], { cwd: folder.path }),
      run(["check", "broken.yaml"], { cwd: folder.path }),
      run(["check", "broken.yaml", "--json"], { cwd: folder.path }),
      run(["check", "broken.ts"], { cwd: folder.path }),
      run(["pending", file], { cwd: folder.path }),
      run(["check", "--vendor", `${ESC}[2J`, "broken.yaml"], { cwd: folder.path }),
    ]);
    for (const { code, stdout, stderr } of runs) {
      assert.notEqual(code, 0);
      assertShown(stdout);
      assertShown(stderr);
    }
    assert.match(runs[3]?.stderr ?? "", /one .*two/);
  });
});
