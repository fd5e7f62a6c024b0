import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatFunctionLog } from "../../../../sandbox/data-plane/functions/function-log.ts";
import { handler, lambda, TestRuntime } from "../../../support/sandbox/data-plane/functions/lambda.ts";
import { Loopback, until } from "../../../support/sandbox/data-plane/test-data-plane.ts";

describe("A Lambda function", function () {
  this.timeout(60_000);
  const runtime = new TestRuntime();
  beforeEach(() => {
    runtime.log.length = 0;
  });
  after(() => runtime.close());

  it("passes the function's own variables and Lambda's, and none of the sandbox's", async () => {
    process.env.POLYGATE_TEST_SECRET = "secret";
    try {
      const target = lambda(handler("return { ...process.env, cwd: process.cwd() };"), {
        environment: { TABLE: "orders", _HANDLER: "mine" },
      });
      const variables = (await runtime.returned(target)) as Record<string, string>;
      assert.deepEqual(Object.keys(variables).sort(), [
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_REGION",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "PATH",
        "TABLE",
        "TZ",
        "_HANDLER",
        "cwd",
      ]);
      assert.equal(variables.TABLE, "orders");
      assert.equal(variables._HANDLER, "index.handler");
      assert.equal(variables.AWS_REGION, "eu-west-1");
      assert.equal(variables.AWS_EXECUTION_ENV, "AWS_Lambda_nodejs22.x");
      assert.equal(variables.cwd, variables.LAMBDA_TASK_ROOT);
      const program = "require('node:child_process').execFileSync('/usr/bin/env').toString()";
      assert.doesNotMatch(
        String(await runtime.returned(lambda(handler(`return ${program};`)))),
        /POLYGATE_TEST_SECRET/,
      );
      const host = "require('node:fs').readFileSync('/proc/self/environ', 'utf8')";
      assert.doesNotMatch(String(await runtime.returned(lambda(handler(`return ${host};`)))), /POLYGATE_TEST_SECRET/);
    } finally {
      delete process.env.POLYGATE_TEST_SECRET;
    }
  });

  it("shares the sandbox's folder of compiled modules, which it neither shows nor fills with the function's own", async () => {
    const { NODE_COMPILE_CACHE: before } = process.env;
    const folder = mkdtempSync(join(tmpdir(), "polygate-compiled-"));
    process.env.NODE_COMPILE_CACHE = folder;
    const stored = () => readdirSync(folder, { recursive: true }).length;
    const code = (text: string) => ({
      "index.mjs": `import { own } from "./own.mjs"; export const handler = async () => [own, process.env.NODE_COMPILE_CACHE ?? "none"];`,
      "own.mjs": `export const own = "${text}";`,
    });
    try {
      assert.deepEqual(await runtime.returned(lambda(code("first"))), ["first", "none"]);
      const compiled = stored();
      assert.ok(compiled > 0);
      const environment = { NODE_COMPILE_CACHE: "mine" };
      assert.deepEqual(await runtime.returned(lambda(code("second"), { environment })), ["second", "mine"]);
      assert.equal(stored(), compiled);
    } finally {
      if (before === undefined) delete process.env.NODE_COMPILE_CACHE;
      else process.env.NODE_COMPILE_CACHE = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("logs the console's lines with the function's name and request, also when the function never returns", async () => {
    const target = lambda(handler("console.log('hello %s', 'you', { a: 1 }); console.error('no'); for (;;) {}"), {
      timeoutSeconds: 1,
    });
    assert.equal(await runtime.failure(target), "timeout: Task timed out after 1.00 seconds");
    const lines = runtime.log.map(({ functionName, level, text }) => [functionName, level, text]);
    assert.deepEqual(lines.slice(0, 2), [
      ["orders", "INFO", "hello you { a: 1 }"],
      ["orders", "ERROR", "no"],
    ]);
    assert.ok(runtime.log[0]?.requestId !== undefined && runtime.log[0].requestId === runtime.log[1]?.requestId);
    await runtime.returned(lambda(handler("process.stdout.write('raw\\n'); return 1;")));
    await until("the raw line", () => runtime.log.some(({ level, text }) => level === "OUT" && text === "raw\n"));
    assert.equal(
      formatFunctionLog({ functionName: "f", requestId: "1", level: "INFO", text: "a\nb\u001b[2J\r\n" }),
      "[f 1] INFO a\n[f 1] INFO b\\u{1b}[2J",
    );
  });

  it("follows the host map with fetch, node:https and node:http, in CommonJS and in ES modules", async () => {
    const seen: string[] = [];
    const web = await new Loopback((request, response) => {
      seen.push(`${request.method} ${request.headers.host}${request.url} ${request.headers["x-a"]}`);
      if (request.url === "/moved") response.writeHead(302, { location: "https://login.example.com/there" }).end();
      else response.end(`from ${request.headers.host}`);
    }).start();
    try {
      const get = `
        const viaFetch = async (url) => (await fetch(url, { headers: { "x-a": "1" } })).text();
        const viaRequest = (request, ...args) => new Promise((resolve, reject) => {
          const sent = request(...args, (response) => {
            response.setEncoding("utf8");
            let text = "";
            response.on("data", (part) => { text += part; }).on("end", () => resolve(text));
          });
          sent.on("error", reject);
          sent.end();
        });
        const all = async (https, http) => [
          await viaFetch("https://login.example.com/a?b=c"),
          await viaFetch("https://login.example.com/moved"),
          await viaRequest(https.request, "https://login.example.com/d?e", { headers: { "x-a": "2" } }),
          await viaRequest(https.get, { hostname: "login.example.com", path: "/f", headers: { "x-a": "3" }, agent: new https.Agent() }),
          await viaRequest(http.request, new URL("http://backend.example.com:8080/g"), { method: "PUT" }),
        ];`;
      const common = lambda(`${get} exports.handler = () => all(require("node:https"), require("http"));`);
      const modules = lambda({
        "index.mjs": `import { Agent, get, request } from "https"; import http from "node:http"; ${get}
          export const handler = () => all({ Agent, get, request }, http);`,
      });
      assert.match(await runtime.failure(common), /^error: fetch failed$/);
      runtime.hosts.map("https://login.example.com", web.origin);
      runtime.hosts.map("http://backend.example.com:8080", web.origin);
      for (const target of [common, modules]) {
        seen.length = 0;
        assert.deepEqual(await runtime.returned(target), [
          "from login.example.com",
          "from login.example.com",
          "from login.example.com",
          "from login.example.com",
          "from backend.example.com:8080",
        ]);
        assert.deepEqual(seen, [
          "GET login.example.com/a?b=c 1",
          "GET login.example.com/moved 1",
          "GET login.example.com/there 1",
          "GET login.example.com/d?e 2",
          "GET login.example.com/f 3",
          "PUT backend.example.com:8080/g undefined",
        ]);
      }
    } finally {
      await web.close();
    }
  });

  it("reaches a private address only from within a VPC", async () => {
    const web = await new Loopback((_request, response) => response.end("from the premises")).start();
    try {
      runtime.hosts.map("http://10.20.0.5:8080", web.origin);
      const code = `exports.handler = () =>
        fetch("http://10.20.0.5:8080/").then((answer) => answer.text(), (error) => error.cause.message);`;
      assert.match(
        String(await runtime.returned(lambda(code))),
        /^no host map entry for http:\/\/10.20.0.5:8080;.* from within a VPC/,
      );
      assert.equal(await runtime.returned(lambda(code, { inVpc: true })), "from the premises");
    } finally {
      await web.close();
    }
  });

  it("reaches nothing outside this machine, whatever it connects with", async () => {
    const target = lambda(`
      const failed = (emitter) => new Promise((resolve) => emitter.on("error", (error) => resolve(error.message)).on("connect", () => resolve("open")));
      exports.handler = async () => [
        await fetch("https://outside.example.com/").then(() => "open", (error) => error.cause.message),
        await failed(require("node:https").get("https://outside.example.com/x")),
        await failed(require("node:net").connect(5432, "192.0.2.1")),
        await failed(require("node:tls").connect({ host: "outside.example.com", port: 443 })),
        await failed(require("node:http2").connect("https://outside.example.com")),
      ];`);
    const results = (await runtime.returned(target)) as readonly string[];
    for (const result of results) assert.match(result, /^no host map entry for https?:\/\/(outside|192)/);
    assert.equal(results.length, 5);
  });
});
