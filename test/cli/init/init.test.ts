import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Folder, type Ran, ROOT, run } from "../../support/cli/command.ts";

/** A document whose names contain what a terminal obeys, and what objects inherit. */
const hostile = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Evil \u001b[31m\u009b2J", version: "1\u0007" },
  servers: [{ url: "https://a.example.com/\u001b[2J" }],
  security: [{ "x\u001b]0;y\u0007": [] }, JSON.parse('{ "__proto__": [] }')],
  paths: { "/a": { get: { responses: {} } } },
  components: {
    securitySchemes: JSON.parse(
      '{ "__proto__": { "type": "http", "scheme": "basic" }, "x\\u001b]0;y\\u0007": { "type": "http", "scheme": "basic" } }',
    ),
  },
});

function shop(more: string): string {
  return `openapi: 3.0.3
info: { title: Shop, version: "1" }
security: [{ password: [] }]
paths:
  /a: { get: { responses: {} } }
${more}components: { securitySchemes: { password: { type: http, scheme: basic } } }
`;
}

describe("polygate init without a terminal", function () {
  this.timeout(60_000);
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
    folder.write("shop.yaml", shop(""));
  });

  afterEach(() => folder.remove());

  function init(...args: string[]): Promise<Ran> {
    return run(["init", ...args], { cwd: folder.path });
  }

  const text = (): string => readFileSync(folder.at("shop.polygate.yaml"), "utf8");

  it("writes the questions that are open, prints each with the option that answers it, and exits with 2", async () => {
    const { code, stdout, stderr } = await init("shop.yaml");
    assert.deepEqual([code, stderr], [2, ""]);
    assert.match(stdout, /"password" become\? 1 operation: GET \/a\n.*\n {4}--scheme password=\(jwt\|apiKey\|/);
    assert.match(text(), /password:\n +kind: unanswered\n +operations:\n +- GET \/a\n/);
    const check = await run(["check", "shop.yaml", "--overlay", "shop.polygate.yaml"], { cwd: folder.path });
    assert.equal(check.code, 2);
    assert.match(check.stderr, /GET \/a, shop\.polygate\.yaml:\d+:\d+ .*"password" \(a user name and a password\)/);
  });

  it("answers no question about security by --yes", async () => {
    assert.equal((await init("shop.yaml", "--yes")).code, 2);
    assert.match(text(), /kind: unanswered/);
  });

  it("answers with options, so that check then accepts the document", async () => {
    const { code, stdout } = await init("shop.yaml", "--scheme", "password=backend", "--reason", "it knows them");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /unchecked {2}the security scheme "password" \(GET \/a\): it knows them/);
    const check = ["check", "shop.yaml", "--overlay", "shop.polygate.yaml"];
    assert.equal((await run(check, { cwd: folder.path })).code, 0);
    const again = await init("shop.yaml");
    assert.deepEqual([again.code, /answers everything already/.test(again.stdout)], [0, true]);
  });

  it("makes one of several scopes enough if an option answers that, although nothing asks it", async () => {
    folder.write(
      "shop.yaml",
      shop("")
        .replace("password: [] }", "both: [a, b] }")
        .replace("password:", "both:")
        .replace("{ type: http, scheme: basic }", "{ type: oauth2, flows: {} }"),
    );
    const { code, stdout } = await init("shop.yaml", "--scopes", "any:the shop checks the other");
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /unchecked {2}the scopes a and b together; one of them is enough \(GET \/a\): the shop checks/,
    );
    assert.doesNotMatch(stdout, /removed|no question/);
    assert.match(text(), /kind: any\n +reason: the shop checks the other\n +operations:\n +- GET \/a\n/);
    assert.equal((await init("shop.yaml", "--scopes", "all")).code, 0);
    assert.match(text(), /kind: all\n +operations:\n +- GET \/a\n/);
  });

  it("declares a token that the document has no scheme for, and leaves out what no gateway can serve, by options", async () => {
    const paths = `  /b: { get: { security: [], responses: {} } }\n  "/a#all": { get: { responses: {} } }\n`;
    folder.write("shop.yaml", shop(paths));
    const open = await init("shop.yaml", "--yes", "--scheme", "password=jwt:shop");
    assert.equal(open.code, 2);
    assert.match(open.stdout, /leave these out\? 1 operation: GET \/a#all\n.*\n {4}--unservable omit\n/);
    assert.match(open.stdout, /requires nothing\? 1 operation: GET \/b\n.*\n {4}--unsecured \(sameAs\|jwt\|open\)\n/);
    const answers = ["--unsecured", "jwt:clients:shop,till", "--unservable", "omit", "--reason", "it is GET /a"];
    const { code, stdout } = await init("shop.yaml", ...answers);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ {2}bind {2}auth\.clients: issuer$/m);
    assert.match(
      stdout,
      /note {2}the gateway leaves out the operation, and its requests reach "GET \/a": it is GET \/a/,
    );
    assert.match(text(), /# The gateway requires a token for which .*\n +unsecured:\n +kind: jwt\n +name: clients\n/);
    assert.match(text(), /unservable:\n +kind: omit\n +reason: it is GET \/a\n +operations:\n +- GET \/a#all\n/);
  });

  it("asks again about operations that came later, and keeps comments, other actions and other answers", async () => {
    await init("shop.yaml", "--scheme", "password=backend:it knows them");
    const edited = text()
      .replace("reason: it knows them", "reason: it knows them # really")
      .replace("actions:", "actions:\n  # mine\n  - target: $.info\n    update: { x-polygate: {} }");
    folder.write("shop.polygate.yaml", edited);
    folder.write("shop.yaml", shop("  /b: { get: { responses: {} } }\n"));
    const { code, stdout } = await init("shop.yaml");
    assert.equal(code, 2);
    assert.match(stdout, /"password" become\? 1 operation: GET \/b/);
    assert.equal(text(), edited);
    assert.equal((await init("shop.yaml", "--scheme", "password=backend:it knows them")).code, 0);
    assert.equal(text(), edited.replace("- GET /a\n", "- GET /a\n                - GET /b\n"));
  });

  it("removes from the answers what the document no longer has, and lists it", async () => {
    folder.write("shop.yaml", shop("  /b: { get: { responses: {} } }\n"));
    await init("shop.yaml", "--scheme", "password=backend:it knows them");
    folder.write("shop.yaml", shop(""));
    const { code, stdout } = await init("shop.yaml");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /removed: The document has no operation "GET \/b"\./);
    assert.doesNotMatch(text(), /GET \/b/);
  });

  it("prints the open questions for programs", async () => {
    const { code, stdout } = await init("shop.yaml", "--json");
    assert.equal(code, 2);
    const { complete, questions } = JSON.parse(stdout);
    assert.equal(complete, false);
    const [{ at, option, security, operations, choices }] = questions;
    assert.deepEqual(
      [at, option, security, operations],
      [["answers", "schemes", "password"], "--scheme", true, ["GET /a"]],
    );
    assert.deepEqual(
      choices.map(({ kind }: { readonly kind: string }) => kind),
      ["jwt", "apiKey", "sameAs", "backend", "open"],
    );
  });

  it("never prints what a terminal obeys, and writes it as escapes", async () => {
    folder.write("evil.json", hostile);
    const { code, stdout, stderr } = await init("evil.json", "--scheme", "__proto__=backend:it knows them");
    assert.equal(code, 2);
    const written = readFileSync(folder.at("evil.polygate.yaml"), "utf8");
    for (const each of [stdout, stderr, written]) assert.doesNotMatch(each, /[^\P{Cc}\n]/u);
    assert.match(stdout, /Evil \\u001b\[31m\\u009b2J/);
    assert.match(written, /__proto__:\n +kind: backend/);
  });

  it("names what is wrong with a document, an overlay, an option or a folder, and writes nothing", async () => {
    folder.write("module.ts", "export default {};");
    folder.write("text.yaml", "hello");
    folder.write("broken.yaml", "overlay: 1.0.0\nactions: [");
    folder.write("other.yaml", shop(""));
    folder.write("other.polygate.yaml", "overlay: 1.0.0\ninfo: { title: O, version: '1' }\nactions: [{ target: $ }]\n");
    const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
      [["none.yaml"], 1, /none\.yaml: no such file/],
      [["module.ts"], 1, /module\.ts: this is a module; pass an OpenAPI document/],
      [["text.yaml"], 2, /An OpenAPI document must be an object/],
      [["shop.yaml", "--overlay", "broken.yaml"], 2, /broken\.yaml:2:\d+.*neither YAML nor JSON/],
      [["other.yaml"], 2, /other\.polygate\.yaml:3:\d+ .*The action does nothing/],
      [["shop.yaml", "--scheme", "pasword=jwt"], 1, /no security scheme "pasword"\. Did you mean "password"\?/],
      [["shop.yaml", "--scheme", "password=token"], 1, /no such answer; write one of jwt, apiKey/],
      [["shop.yaml", "--scheme", "password=open"], 1, /"reason" is missing; .*--reason TEXT after it/],
      [["shop.yaml", "--scheme", "password=sameAs:nobody"], 1, /no security scheme "nobody"/],
      [["shop.yaml", "--unsecured", "jwt:clients"], 1, /"audiences" is missing; write it after/],
      [["shop.yaml", "--unsecured", "jwt:a b:shop"], 1, /a b: write a name: a letter, then letters/],
      [["shop.yaml", "--reason", "because"], 1, /--reason belongs to the answer before it/],
    ];
    const before = readdirSync(folder.path);
    const rans = await Promise.all(cases.map(([args]) => init(...args)));
    for (const [index, { code, stderr }] of rans.entries()) {
      const [args, expected, message] = cases[index] ?? [[], 0, /^$/];
      assert.equal(code, expected, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
    }
    assert.deepEqual(readdirSync(folder.path), before);
  });

  it("keeps the old file if the new one does not fit on the disk", async () => {
    folder.write(
      "shop.polygate.yaml",
      "overlay: 1.0.0\ninfo: { title: S, version: '1' }\nactions:\n  - target: $\n    update: { x-polygate: { title: S } }\n".replace(
        "{ title: S } }",
        "{} }",
      ),
    );
    const old = text();
    const script = `ulimit -f 0; exec "$@"`;
    const command = [
      process.execPath,
      "--conditions=polygate-source",
      join(ROOT, "cli/polygate.ts"),
      "init",
      "shop.yaml",
    ];
    const child = spawn("sh", ["-c", `trap '' XFSZ; ${script}`, "sh", ...command], { cwd: folder.path });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /cannot write \S+shop\.polygate\.yaml: no space is left \(EFBIG\); free some, or pass another file/,
    );
    assert.equal(text(), old);
    assert.deepEqual(readdirSync(folder.path).toSorted(), ["shop.polygate.yaml", "shop.yaml"]);
  });

  it("writes a stack only if everything is answered, and replaces no file without --overwrite", async () => {
    const stack = ["--stack", "gateway", "--vendor", "aws"];
    const open = await init("shop.yaml", ...stack);
    assert.deepEqual([open.code, existsSync(folder.at("gateway"))], [2, false]);
    assert.match(open.stdout, /No stack was written, because something is left open\./);
    mkdirSync(folder.at("gateway"));
    folder.write("gateway/index.ts", "mine");
    const answer = ["--scheme", "password=jwt:shop"];
    const refused = await init("shop.yaml", ...stack, ...answer);
    assert.equal(refused.code, 2);
    assert.match(refused.stdout, /files would be replaced: gateway\/index\.ts\. Add --overwrite/);
    assert.deepEqual(readdirSync(folder.at("gateway")), ["index.ts"]);
    const written = await init("shop.yaml", ...stack, "--overwrite");
    assert.equal(written.code, 0, written.stdout);
    assert.match(readFileSync(folder.at("gateway/index.ts"), "utf8"), /new AwsHttpApi\("shop-aws"/);
    const serve = "npx polygate sandbox --host https://backend.example.com=http://127.0.0.1:4000";
    assert.ok(
      written.stdout.endsWith(`\n  npx polygate sandbox -- pulumi up --stack dev\n  ${serve}\n`),
      written.stdout,
    );
  });

  it("binds each backend with the server that the document has for it, and leads each to this machine", async () => {
    const servers = (url: string): string => `servers: [{ url: "${url}" }]`;
    const files = `  /files: { ${servers("https://files.example.org/v2")}, get: { responses: {} } }\n`;
    folder.write("shop.yaml", `${shop(files)}${servers("https://shop.example.org")}\n`);
    const answer = ["--scheme", "password=jwt:shop"];
    const { code, stdout } = await init("shop.yaml", ...answer, "--stack", "gateway", "--vendor", "aws");
    assert.equal(code, 0, stdout);
    const settings = readFileSync(folder.at("gateway/Pulumi.dev.yaml"), "utf8");
    assert.match(settings, /shop:backendUrl: "https:\/\/shop\.example\.org"/);
    assert.match(settings, /shop:filesExampleOrgV2Url: "https:\/\/files\.example\.org\/v2"/);
    const hosts = ["shop", "files"].map(
      (name, index) => `--host https://${name}.example.org=http://127.0.0.1:${4000 + index}`,
    );
    assert.ok(stdout.endsWith(`  npx polygate sandbox ${hosts.join(" ")}\n`), stdout);
  });

  it("prints how to install what the stack lacks, where the library finds it", async () => {
    const args = ["shop.yaml", "--scheme", "password=jwt:shop", "--stack", "gateway", "--vendor", "aws", "--overwrite"];
    const missing = "polygate-sandbox @pulumi/pulumi @pulumi/aws";
    const next = async (): Promise<readonly string[]> => {
      const { stdout } = await init(...args);
      return stdout.slice(stdout.indexOf("Next:")).split("\n").slice(1, 3);
    };
    assert.deepEqual(await next(), ["  cd gateway", `  npm install polygate ${missing}`]);
    mkdirSync(folder.at("node_modules/polygate"), { recursive: true });
    folder.write("node_modules/polygate/package.json", "{}");
    // What is installed in the stack's own folder is not found from the library's.
    mkdirSync(folder.at("gateway/node_modules/@pulumi/aws"), { recursive: true });
    folder.write("gateway/node_modules/@pulumi/aws/package.json", "{}");
    assert.deepEqual(await next(), [`  npm install ${missing}`, "  cd gateway"]);
  });

  it("writes the answers even if the stack cannot be written, and exits with 2", async () => {
    const to = (kind: string): string => `x-polygate: { backends: { shop: { kind: ${kind} } }, to: shop }\n`;
    const perAddress = "x-polygate: { default: { limits: [{ requests: 6000, per: minute, by: ip }] } }\n";
    mkdirSync(folder.at("common"));
    folder.write("common/package.json", "{}");
    const cases: readonly (readonly [more: string, stack: readonly string[], problem: RegExp])[] = [
      [perAddress, ["gateway", "--vendor", "aws", "--vendor", "gcp"], /gcp does not support the API/],
      [to("fn"), ["gateway", "--vendor", "aws"], /the backend "shop" is of the kind fn, which init cannot bind/],
      ["", ["common"], /common\/package\.json: the package is not an ES module; pass another folder with --stack/],
      ["", ["shop.yaml"], /shop\.yaml\/Pulumi\.yaml: cannot read the file \(ENOTDIR\); pass another folder/],
    ];
    const answer = ["--scheme", "password=jwt:shop"];
    const rans = await Promise.all(
      cases.map(([more, stack], index) => {
        folder.write(`${index}.yaml`, shop(more));
        return init(`${index}.yaml`, ...answer, "--stack", ...stack);
      }),
    );
    for (const [index, { code, stdout, stderr }] of rans.entries()) {
      const [, , problem] = cases[index] ?? ["", [], /^$/];
      assert.deepEqual([code, stderr], [2, ""]);
      assert.match(stdout, new RegExp(`^No stack was written: .*${problem.source}`, "m"));
      assert.match(readFileSync(folder.at(`${index}.polygate.yaml`), "utf8"), /kind: jwt\n +audiences:\n +- shop\n/);
    }
    assert.deepEqual([existsSync(folder.at("gateway")), readdirSync(folder.at("common"))], [false, ["package.json"]]);
  });

  it("prints the servers and the security of a Swagger 2.0 document, and writes a stack for its host", async () => {
    folder.write(
      "old.yaml",
      `swagger: "2.0"
info: { title: Old, version: "1" }
host: api.example.org
basePath: /v1
schemes: [https]
security: [{ password: [] }]
paths:
  /a: { get: { responses: {} } }
securityDefinitions: { password: { type: basic } }
`,
    );
    const answer = ["--scheme", "password=backend:it knows them"];
    const { code, stdout } = await init("old.yaml", ...answer, "--stack", "gateway", "--vendor", "aws");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ {2}servers {3}https:\/\/api\.example\.org\/v1$/m);
    assert.match(stdout, /^ {2}security {2}password \(http basic\)$/m);
    assert.match(
      readFileSync(folder.at("gateway/Pulumi.dev.yaml"), "utf8"),
      /backendUrl: "https:\/\/api\.example\.org\/v1"/,
    );
  });

  it("reports a folder that it cannot write", async () => {
    if (process.getuid?.() === 0) {
      // Nothing is forbidden to root, but a file cannot be a folder.
      folder.write("file", "");
      const { code, stderr } = await init("shop.yaml", "--overlay", "file/shop.polygate.yaml");
      assert.deepEqual([code, /cannot (?:read|write)|cannot read the file \(ENOTDIR\)/.test(stderr)], [1, true]);
      return;
    }
    chmodSync(folder.path, 0o500);
    const { code, stderr } = await init("shop.yaml");
    chmodSync(folder.path, 0o700);
    assert.equal(code, 1);
    assert.match(stderr, /permission denied \(EACCES\); pass another file with --overlay/);
  });
});
