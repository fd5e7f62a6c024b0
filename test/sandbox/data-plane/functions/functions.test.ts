import assert from "node:assert/strict";
import { execFileSync, fork } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import { type FunctionLog, formatFunctionLog } from "../../../../sandbox/data-plane/functions/function-log.ts";
import { LambdaRuntime } from "../../../../sandbox/data-plane/functions/runtime.ts";
import { checkFunctions } from "../../../../sandbox/data-plane/functions/supported-runtime.ts";
import type { FunctionResult } from "../../../../sandbox/data-plane/interpreter.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { Loopback, until } from "../stand.ts";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders";

/** A function with these files, as texts. */
function lambda(files: Readonly<Record<string, string>> | string, members: Partial<AwsFunction> = {}): AwsFunction {
  const texts = typeof files === "string" ? { "index.js": files } : files;
  return {
    arn: ARN,
    runtime: "nodejs22.x",
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
    files: Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [path, Buffer.from(text).toString("base64")]),
    ),
    permissions: [],
    ...members,
  };
}

const handler = (body: string): string => `exports.handler = async (event, context) => { ${body} };`;

function folders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("polygate-functions-"));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that is a zombie has ended, and waits for its parent to notice. */
function running(pid: number): boolean {
  return alive(pid) && !/^Z/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)]).toString());
}

describe("The Lambda runtime", function () {
  this.timeout(20_000);
  let runtime: LambdaRuntime;
  let hosts: LoopbackHostMap;
  const log: FunctionLog[] = [];

  before(() => {
    hosts = new LoopbackHostMap(new Map());
    runtime = new LambdaRuntime(hosts, { log: (line) => log.push(line) });
  });
  beforeEach(() => {
    log.length = 0;
  });
  after(() => runtime.close());

  const invoke = (called: AwsFunction, event: unknown = {}, waitMs = 10_000): Promise<FunctionResult> =>
    runtime.invoke(called, event, waitMs);
  const returned = async (called: AwsFunction, event?: unknown): Promise<unknown> => {
    const result = await invoke(called, event);
    assert.ok("returned" in result, JSON.stringify(result));
    return result.returned;
  };
  const failure = async (called: AwsFunction, event?: unknown): Promise<string> => {
    const result = await invoke(called, event);
    assert.ok("failed" in result, JSON.stringify(result));
    return `${result.failed}: ${result.message}`;
  };

  describe("loads", () => {
    for (const [what, files, name] of [
      ["CommonJS from index.js", { "index.js": "exports.handler = async () => 'it';" }],
      ["CommonJS from index.cjs", { "index.cjs": "module.exports.handler = async () => 'it';" }],
      ["an ES module from index.mjs", { "index.mjs": "export const handler = async () => 'it';" }],
      [
        "an ES module from index.js, when package.json says so",
        { "index.js": "export const handler = async () => 'it';", "package.json": '{ "type": "module" }' },
      ],
      [
        "CommonJS from a file in a folder that has a package.json of its own",
        {
          "src/api.js": "exports.a = { b: async () => 'it' };",
          "src/package.json": "{}",
          "package.json": '{ "type": "module" }',
        },
        "src/api.a.b",
      ],
      [
        "index.js before index.mjs",
        { "index.js": "exports.handler = async () => 'it';", "index.mjs": "throw new Error();" },
      ],
      [
        "what it requires from its own node_modules",
        {
          "index.js": "exports.handler = async () => require('thing');",
          "node_modules/thing/index.js": "module.exports = 'it';",
        },
      ],
      [
        "an ES module that waits at its top level",
        {
          "index.mjs":
            "const it = await new Promise((r) => setTimeout(() => r('it'), 20)); export const handler = async () => it;",
        },
      ],
    ] as const) {
      it(what, async () => {
        assert.equal(await returned(lambda(files, { handler: name ?? "index.handler" })), "it");
      });
    }

    it("nothing that is not there, and says what is missing", async () => {
      const cases = [
        [lambda({}), "error: Error: Cannot find module 'index'"],
        [lambda("exports.other = 1;"), "error: index.handler is undefined or not exported"],
        [lambda("exports.handler = 1;"), "error: index.handler is not a function"],
        [lambda("exports.handler ="), "error: SyntaxError: Unexpected end of input"],
        [lambda("export const handler = 1;"), "error: SyntaxError: Unexpected token 'export'"],
        [lambda("throw new TypeError('at the start');"), "error: at the start"],
        [lambda("", { handler: "index" }), "error: Bad handler 'index'"],
        [
          lambda("", { handler: "../index.handler" }),
          "error: '../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
        ],
        [lambda("process.exit(3)"), "error: Runtime exited with error: exit status 3"],
        [lambda({ "../../evil.js": "" }), 'error: the package\'s file "../../evil.js" leads out of it'],
        [lambda({ "/evil.js": "" }), 'error: the package\'s file "/evil.js" leads out of it'],
      ] as const;
      for (const [called, message] of cases) assert.equal(await failure(called), message);
      // Lambda tries again at the next request, and so does this.
      assert.equal(await failure(cases[5][0]), "error: at the start");
    });
  });

  describe("calls", () => {
    it("an async handler with the event and what the context says", async () => {
      const called = lambda(
        handler(`
          const { awsRequestId, logStreamName, getRemainingTimeInMillis, done, succeed, fail, ...rest } = context;
          return { event, id: awsRequestId, stream: logStreamName, left: context.getRemainingTimeInMillis(), rest };`),
      );
      const result = (await returned(called, { a: [1, "ü"] })) as Record<string, never>;
      assert.deepEqual(result.event, { a: [1, "ü"] });
      assert.match(result.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.match(result.stream ?? "", /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      assert.ok(Number(result.left) > 2_000 && Number(result.left) <= 3_000);
      assert.deepEqual(result.rest, {
        callbackWaitsForEmptyEventLoop: true,
        functionName: "orders",
        functionVersion: "$LATEST",
        invokedFunctionArn: ARN,
        memoryLimitInMB: "128",
        logGroupName: "/aws/lambda/orders",
      });
    });

    it("a handler with a callback, and waits for what it left to do before the next request", async () => {
      const called = lambda(`
        let done = 0;
        exports.handler = (event, context, callback) => {
          const before = done;
          setTimeout(() => { done += 1; }, 100);
          callback(null, before);
          callback(new Error("a second call counts for nothing"));
        };`);
      assert.equal(await returned(called), 0);
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(await returned(called), 1);
      assert.equal(
        await failure(lambda("exports.handler = (event, context, callback) => callback('no');")),
        "error: no",
      );
      assert.equal(await returned(lambda("exports.handler = (event, context) => context.succeed(7);")), 7);
      assert.equal(await failure(lambda("exports.handler = (event, context) => context.fail();")), "error: handled");
    });

    it("a handler that answers nothing, with null once nothing is left to do", async () => {
      assert.equal(await returned(lambda("exports.handler = () => 'not a promise';")), null);
      assert.equal(await returned(lambda("exports.handler = () => new Promise(() => {});")), null);
      assert.equal(await returned(lambda("exports.handler = async () => {};")), null);
    });

    it("a handler of Node.js 24 without a callback, whose plain result counts", async () => {
      const runtime24 = { runtime: "nodejs24.x" };
      assert.equal(await returned(lambda("exports.handler = () => 'plain';", runtime24)), "plain");
      assert.match(
        await failure(lambda("exports.handler = (event, context, callback) => callback();", runtime24)),
        /^error: Runtime\.CallbackHandlerDeprecated: /,
      );
      assert.match(
        await failure(lambda("exports.handler = () => new Promise(() => {});", runtime24)),
        /can no longer be settled/,
      );
    });

    it("a warm environment again, one request at a time, and more of them when requests come at once", async () => {
      const called = lambda(`
        let calls = 0; let now = 0; const self = Math.random();
        exports.handler = async () => {
          const alone = ++now === 1;
          await new Promise((resolve) => setTimeout(resolve, 100));
          now--;
          return { self, calls: ++calls, alone };
        };`);
      const one = (await returned(called)) as { self: number };
      assert.deepEqual(await returned({ ...called }), { self: one.self, calls: 2, alone: true });
      const several = (await Promise.all(Array.from({ length: 40 }, () => returned(called)))) as (typeof one & {
        readonly alone: boolean;
      })[];
      assert.ok(several.every(({ alone }) => alone));
      const environments = new Set(several.map(({ self }) => self)).size;
      assert.ok(environments > 1 && environments <= 16, String(environments));
    });

    it("new code from the next request on, while a request under way ends as it began", async () => {
      const old = lambda(handler("await new Promise((r) => setTimeout(r, 300)); return 'old';"));
      const first = returned(old);
      await until("the old one's start", () => folders().length > 0);
      assert.equal(await returned(lambda(handler("return 'new';"))), "new");
      assert.equal(await first, "old");
      assert.equal(await returned(old), "old");
    });
  });

  describe("gives a function", () => {
    it("its own variables and Lambda's, and nothing of the sandbox's environment", async () => {
      process.env.POLYGATE_TEST_SECRET = "secret";
      try {
        const called = lambda(handler("return { ...process.env, cwd: process.cwd() };"), {
          environment: { TABLE: "orders", _HANDLER: "mine" },
        });
        const variables = (await returned(called)) as Record<string, string>;
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
        assert.doesNotMatch(String(await returned(lambda(handler(`return ${program};`)))), /POLYGATE_TEST_SECRET/);
        const host = "require('node:fs').readFileSync('/proc/self/environ', 'utf8')";
        assert.doesNotMatch(String(await returned(lambda(handler(`return ${host};`)))), /POLYGATE_TEST_SECRET/);
      } finally {
        delete process.env.POLYGATE_TEST_SECRET;
      }
    });

    it("a console whose lines are logged with its name and the request, also when it never returns", async () => {
      const called = lambda(handler("console.log('hello %s', 'you', { a: 1 }); console.error('no'); for (;;) {}"), {
        timeoutSeconds: 1,
      });
      assert.equal(await failure(called), "timeout: Task timed out after 1.00 seconds");
      const lines = log.map(({ functionName, level, text }) => [functionName, level, text]);
      assert.deepEqual(lines.slice(0, 2), [
        ["orders", "INFO", "hello you { a: 1 }"],
        ["orders", "ERROR", "no"],
      ]);
      assert.ok(log[0]?.requestId !== undefined && log[0].requestId === log[1]?.requestId);
      await returned(lambda(handler("process.stdout.write('raw\\n'); return 1;")));
      await until("the raw line", () => log.some(({ level, text }) => level === "OUT" && text === "raw\n"));
      assert.equal(
        formatFunctionLog({ functionName: "f", requestId: "1", level: "INFO", text: "a\nb\u001b[2J\r\n" }),
        "[f 1] INFO a\n[f 1] INFO b\\u{1b}[2J",
      );
    });

    it("the sandbox's view of the network, by fetch, node:https and node:http, in CommonJS and in ES modules", async () => {
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
        assert.match(await failure(common), /^error: fetch failed$/);
        hosts.map("https://login.example.com", web.origin);
        hosts.map("http://backend.example.com:8080", web.origin);
        for (const called of [common, modules]) {
          seen.length = 0;
          assert.deepEqual(await returned(called), [
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

    it("an address of a private network from within a VPC alone", async () => {
      const web = await new Loopback((_request, response) => response.end("from the premises")).start();
      try {
        hosts.map("http://10.20.0.5:8080", web.origin);
        const code = `exports.handler = () =>
          fetch("http://10.20.0.5:8080/").then((answer) => answer.text(), (error) => error.cause.message);`;
        assert.match(
          String(await returned(lambda(code))),
          /^no host map entry for http:\/\/10.20.0.5:8080;.* from within a VPC/,
        );
        assert.equal(await returned(lambda(code, { inVpc: true })), "from the premises");
      } finally {
        await web.close();
      }
    });

    it("nothing outside this machine, whatever it connects with", async () => {
      const called = lambda(`
        const failed = (emitter) => new Promise((resolve) => emitter.on("error", (error) => resolve(error.message)).on("connect", () => resolve("open")));
        exports.handler = async () => [
          await fetch("https://outside.example.com/").then(() => "open", (error) => error.cause.message),
          await failed(require("node:https").get("https://outside.example.com/x")),
          await failed(require("node:net").connect(5432, "192.0.2.1")),
          await failed(require("node:tls").connect({ host: "outside.example.com", port: 443 })),
          await failed(require("node:http2").connect("https://outside.example.com")),
        ];`);
      const results = (await returned(called)) as readonly string[];
      for (const result of results) assert.match(result, /^no host map entry for https?:\/\/(outside|192)/);
      assert.equal(results.length, 5);
    });
  });

  describe("fails", () => {
    it("with what was thrown, whatever it is", async () => {
      const thrown: readonly (readonly [string, string])[] = [
        ["new Error('Unauthorized')", "Unauthorized"],
        ["'a text'", "a text"],
        ["42", "42"],
        ["null", "handled"],
        ["undefined", "handled"],
        ["{ message: 'like an error' }", "like an error"],
        ["Object.create(null)", "what was thrown cannot be shown"],
      ];
      for (const [what, message] of thrown) {
        assert.equal(await failure(lambda(handler(`throw ${what};`))), `error: ${message}`);
        assert.equal(await failure(lambda(`exports.handler = () => { throw ${what}; };`)), `error: ${message}`);
      }
    });

    it("on a result that is no JSON or too large, and not on one of just 6 MB", async () => {
      assert.match(
        await failure(lambda(handler("const a = {}; a.a = a; return a;"))),
        /^error: Unable to stringify response body: Converting circular structure/,
      );
      assert.match(await failure(lambda(handler("return 1n;"))), /^error: Unable to stringify response body: /);
      const sized = lambda(handler("return 'x'.repeat(event.size - 2);"), { timeoutSeconds: 10 });
      assert.equal(((await returned(sized, { size: 6_291_556 })) as string).length, 6_291_554);
      assert.match(await failure(sized, { size: 6_291_557 }), /^error: Response payload size exceeded /);
      assert.match(await failure(sized, "x".repeat(6 * 1024 * 1024)), /^error: the event has \d+ bytes, /);
    });

    it("on process.exit, an exception that nobody catches and an unhandled rejection, and goes on afresh", async () => {
      const called = lambda(`
        let calls = 0;
        exports.handler = (event) => new Promise((resolve) => {
          calls++;
          if (event === "exit") process.exit(7);
          if (event === "quit") process.exit(0);
          if (event === "throw") setTimeout(() => { throw new Error("later"); }, 1);
          if (event === "reject") Promise.reject(new Error("nobody looks"));
          if (event === "count") resolve(calls);
          setTimeout(() => {}, 5_000);
        });`);
      assert.equal(await returned(called, "count"), 1);
      assert.equal(await failure(called, "exit"), "error: Runtime exited with error: exit status 7");
      assert.equal(await failure(called, "quit"), "error: Runtime exited without providing a reason");
      assert.equal(await failure(called, "throw"), "error: Uncaught exception: later");
      assert.equal(await failure(called, "reject"), "error: Unhandled promise rejection: nobody looks");
      assert.equal(await returned(called, "count"), 1);
    });

    it("over its time, also in an endless loop, and gives up the environment", async () => {
      const called = lambda(
        "let calls = 0; exports.handler = async (event) => { calls++; if (event.loop) for (;;) {} return calls; };",
        { timeoutSeconds: 1 },
      );
      assert.equal(await returned(called), 1);
      const began = performance.now();
      assert.equal(await failure(called, { loop: true }), "timeout: Task timed out after 1.00 seconds");
      const took = performance.now() - began;
      assert.ok(took > 950 && took < 2_500, String(took));
      assert.equal(await returned(called), 1);
    });

    it("for a caller who waits less than its own time, and runs on", async () => {
      const called = lambda(
        "let calls = 0; exports.handler = async (event) => { calls++; await new Promise((r) => setTimeout(r, event)); return calls; };",
      );
      assert.equal(await returned(called, 0), 1);
      assert.deepEqual(await invoke(called, 400, 50), {
        failed: "timeout",
        message: "nothing from the function for 50 ms",
      });
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal(await returned(called, 0), 3);
    });

    it("over its memory, alone", async () => {
      const other = lambda(handler("return 'well';"), { arn: `${ARN}-other` });
      assert.equal(await returned(other), "well");
      const greedy = lambda(handler("const all = []; for (;;) all.push(new Array(1000).fill(Math.random()));"), {
        timeoutSeconds: 15,
      });
      assert.match(
        await failure(greedy),
        /^error: Runtime exited with error: signal: killed: over the memory of 128 MB$/,
      );
      assert.equal(await returned(other), "well");
    });

    it("when the process that hosts it breaks down, and goes on in a new one", async () => {
      const called = lambda(handler("if (event.die) process.kill(process.pid, 'SIGKILL'); return process.pid;"));
      const pid = await returned(called);
      assert.match(await failure(called, { die: true }), /the process that hosts the functions ended: SIGKILL/);
      const next = await returned(called);
      assert.ok(typeof next === "number" && next !== pid);
    });

    it("for other languages, by name, before anything is served", async () => {
      const python = lambda("", { runtime: "python3.13" });
      assert.equal(await failure(python), "error: the runtime python3.13 is not served by the sandbox");
      assert.throws(() => checkFunctions({ [ARN]: python }), {
        name: "UnsupportedArtefact",
        message: `functions.${ARN}.runtime: python3.13 is not served by the sandbox; nodejs22.x and the like are`,
      });
      checkFunctions({ [ARN]: lambda("") });
    });
  });

  it("gives up environments without work, and removes their files", async () => {
    const short = new LambdaRuntime(hosts, { idleMs: 100 });
    try {
      const called = lambda("const self = Math.random(); exports.handler = async () => [self, __dirname];");
      const once = async (): Promise<readonly [number, string]> => {
        const result = await short.invoke(called, {}, 5_000);
        return (result as { readonly returned: readonly [number, string] }).returned;
      };
      const [first, folder] = await once();
      assert.ok(existsSync(folder));
      await until("the folder's end", () => !existsSync(folder));
      assert.notEqual((await once())[0], first);
    } finally {
      await short.close();
    }
  });

  it("leaves no process, no folder and no request behind when it is closed", async () => {
    const closing = new LambdaRuntime(hosts, { log: () => {} });
    const called = lambda(
      `const { spawn } = require("node:child_process");
       exports.handler = async (event) => {
         if (event.loop) for (;;) {}
         return [process.pid, spawn("sleep", ["60"]).pid, __dirname];
       };`,
    );
    const result = await closing.invoke(called, {}, 5_000);
    const [host, child, folder] = (result as { readonly returned: [number, number, string] }).returned;
    const loop = closing.invoke(called, { loop: true }, 5_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    assert.deepEqual(await loop, { failed: "error", message: "the sandbox is being closed" });
    assert.deepEqual(await closing.invoke(called, {}, 5_000), {
      failed: "error",
      message: "the sandbox is being closed",
    });
    await until("the end of the processes", () => !alive(host) && !(alive(child) && running(child)));
    assert.ok(!existsSync(folder));
  });

  it("leaves no process and no folder behind when the sandbox is killed", async () => {
    const sandbox = fork(fileURLToPath(new URL("./functions-sandbox.ts", import.meta.url)), { execArgv: [] });
    const [host, folder] = await new Promise<[number, string]>((resolve, reject) => {
      sandbox.once("message", (message) => resolve(message as [number, string]));
      sandbox.once("exit", () => reject(new Error("the sandbox ended by itself")));
    });
    assert.ok(alive(host) && existsSync(folder));
    const ended = new Promise((resolve) => sandbox.once("exit", resolve));
    sandbox.kill("SIGKILL");
    await ended;
    await until("the host's end", () => !alive(host) || !running(host));
    assert.ok(!existsSync(folder));
  });
});
