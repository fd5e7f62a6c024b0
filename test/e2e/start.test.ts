import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { type DeployedResource, drawDeployment } from "../../docs/deployment.ts";
import { findEngine } from "../../engine/index.ts";
import { findSandbox, type RunningSandbox } from "../../sandbox/index.ts";
import { runTool, withPath } from "../../setup/tool.js";
import { trustAuthority } from "../support/tls/trust.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A request as a server of the demonstration describes it in its response. */
interface Seen {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How long a start or a stop may take on a busy machine, in milliseconds. */
const LONGEST_MS = 240_000;

const vendors = ["aws", "azure", "gcp"] as const;
type Vendor = (typeof vendors)[number];

describe("npm start", function () {
  this.timeout(600_000);
  let dir: string;
  let demo: ChildProcess;
  let lines: string[];
  let sandbox: RunningSandbox;
  let urls: Readonly<Record<Vendor, string>>;

  /** Starts the demonstration as `npm start` does, and waits until it serves. */
  async function start(): Promise<void> {
    lines = [];
    demo = spawn(process.execPath, ["setup/run.js", "demo/start.ts", "--dir", dir], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(demo, "exit").then(() => assert.fail(`the demonstration ended:\n${lines.join("\n")}`));
    ended.catch(() => {});
    for (const stream of [demo.stdout, demo.stderr]) {
      if (stream !== null) createInterface(stream).on("line", (line) => lines.push(line));
    }
    const serving = (async () => {
      while (demo.exitCode === null && !lines.some((line) => line.startsWith("Serving"))) await sleep(50);
    })();
    await Promise.race([inTime(serving, "start"), ended]);
    urls = Object.fromEntries(
      lines.flatMap((line) =>
        [...line.matchAll(/^(aws|azure|gcp) {2}(https?:\S+)$/g)].map(([, vendor, url]) => [vendor, url]),
      ),
    ) as Record<Vendor, string>;
  }

  async function stop(): Promise<number | null> {
    const ended = once(demo, "exit");
    demo.kill("SIGINT");
    const [code] = (await inTime(ended, "stop")) as [number | null];
    return code;
  }

  /** Fails with the lines of the demonstration when it takes too long. */
  async function inTime<T>(work: Promise<T>, verb: string): Promise<T> {
    const patience = new AbortController();
    const late = sleep(LONGEST_MS, undefined, { signal: patience.signal }).then(() => {
      assert.fail(`the demonstration did not ${verb} within ${LONGEST_MS / 1000} s:\n${lines.join("\n")}`);
    });
    late.catch(() => {});
    return Promise.race([work, late]).finally(() => patience.abort());
  }

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "polygate-start-"));
    await trustAuthority(dir);
    await start();
    sandbox = await findSandbox(dir);
  });

  after(async () => {
    if (demo.exitCode === null && demo.signalCode === null) await stop().finally(() => demo.kill("SIGKILL"));
    rmSync(dir, { recursive: true, force: true });
  });

  function call(vendor: Vendor, line: string, token?: string, body?: string, headers: Record<string, string> = {}) {
    const [method = "", path = ""] = line.split(" ");
    return fetch(`${urls[vendor]}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  }

  async function statuses(request: (vendor: Vendor) => Promise<Response>): Promise<Record<Vendor, number>> {
    const all = await Promise.all(
      vendors.map(async (vendor) => {
        const { status, body } = await request(vendor);
        await body?.cancel();
        return [vendor, status];
      }),
    );
    return Object.fromEntries(all);
  }

  it("serves three gateways, and prints curl commands that are answered as labelled", async () => {
    assert.deepEqual(Object.keys(urls).toSorted(), ["aws", "azure", "gcp"]);
    for (const [label, pattern] of [
      ["the ERP, with a token:", /^HTTP\/[\d.]+ 200 .*"server": "the ERP on premises"/s],
      ["the ERP, without a token:", /^HTTP\/[\d.]+ 401 /],
      ["the catalogue:", /^HTTP\/[\d.]+ 200 .*"server": "the catalogue"/s],
    ] as const) {
      const commands = lines.filter((line) => line.trim().startsWith(label));
      assert.equal(commands.length, 3);
      for (const line of commands) {
        const command = line.trim().slice(label.length);
        const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: ROOT });
        assert.match(stdout, pattern, command);
      }
    }
  });

  it("cuts one way to the ERP and mends it by the commands that it prints", async () => {
    const token = await sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    const command = (verb: string): string => {
      const line = lines.find((each) => each.includes(`link ${verb} `)) ?? assert.fail(lines.join("\n"));
      return line.slice(line.indexOf("npm "));
    };
    const runs = (verb: string) => promisify(execFile)("sh", ["-c", command(verb)], { cwd: ROOT });
    await runs("cut");
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1", token)), {
      aws: 503,
      azure: 200,
      gcp: 200,
    });
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /catalog/1")), { aws: 200, azure: 200, gcp: 200 });
    await runs("mend");
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1", token)), {
      aws: 200,
      azure: 200,
      gcp: 200,
    });
  });

  it("fits on one page, and shows none of the engine's lines", () => {
    const page = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith("Serving")),
    );
    assert.ok(page.length <= 25, page.join("\n"));
    assert.ok(
      lines.some((line) => /^stacks\/hybrid dev: \d+ created$/.test(line)),
      lines.join("\n"),
    );
    assert.deepEqual(
      lines.filter((line) => line.includes("Diagnostics:")),
      [],
    );
  });

  it("deploys as many resources as the README says", () => {
    const deployed = lines.filter((line) => line.startsWith("stacks/"));
    const readme = readFileSync(join(ROOT, "README.md"), "utf8").split("\n");
    assert.deepEqual(
      readme.filter((line) => line.startsWith("stacks/hybrid dev: ")),
      deployed,
    );
  });

  it("sends authenticated requests to the ERP, with method, path, query, body and headers", async () => {
    const token = await sandbox.mintToken({ audience: "orders", scope: "orders:read orders:write" });
    for (const vendor of vendors) {
      const read = await call(vendor, "GET /orders/a%20b?x=1&y=%26&x=2", token, undefined, { "x-trace": "7" });
      assert.equal(read.status, 200, vendor);
      const { server, method, url, headers } = (await read.json()) as Seen;
      assert.deepEqual(
        [server, method, url, headers["x-trace"], headers.host],
        ["the ERP on premises", "GET", "/orders/a%20b?x=1&y=%26&x=2", "7", "erp.corp.example.com:8443"],
        vendor,
      );
      const placed = await call(vendor, "POST /orders", token, '{"article":7}');
      const order = (await placed.json()) as Seen;
      assert.deepEqual([order.method, order.url, order.body], ["POST", "/orders", '{"article":7}'], vendor);
    }
  });

  it("rejects requests without a token and with an invalid token", async () => {
    const unauthenticated = { aws: 401, azure: 401, gcp: 401 };
    const claims = { sub: "somebody", aud: "orders", scope: "orders:read", iss: "https://login.example.com" };
    const soon = Math.floor(Date.now() / 1000) + 600;
    const good = await sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    const header = JSON.parse(Buffer.from(good.split(".")[0] ?? "", "base64url").toString()) as {
      readonly kid: string;
    };
    const { privateKey } = await generateKeyPair("RS256");
    const otherKey = await new SignJWT({ ...claims, exp: soon })
      .setProtectedHeader({ alg: "RS256", kid: header.kid })
      .sign(privateKey);
    const unsigned = new UnsecuredJWT({ ...claims, exp: soon }).encode();
    const expired = await sandbox.mintToken({ audience: "orders", scope: "orders:read", expiresInSeconds: -120 });
    for (const token of [undefined, expired, unsigned, otherKey, `${good}x`, "nonsense"]) {
      assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1", token)), unauthenticated, token);
    }
    const otherAudience = await sandbox.mintToken({ audience: "invoices", scope: "orders:read" });
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1", otherAudience)), {
      aws: 401,
      azure: 401,
      gcp: 403,
    });
  });

  it("rejects a token without the scope, unknown paths and unknown methods", async () => {
    const token = await sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    assert.deepEqual(await statuses((vendor) => call(vendor, "POST /orders", token, "{}")), {
      aws: 403,
      azure: 403,
      gcp: 403,
    });
    const unknown = { aws: 404, azure: 404, gcp: 404 };
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /invoices", token)), unknown);
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1/lines", token)), unknown);
    assert.deepEqual(await statuses((vendor) => call(vendor, "DELETE /orders/1", token)), { ...unknown, gcp: 405 });
  });

  it("rejects a token as soon as it expires, while requests are running", async () => {
    // Google's proxy accepts a clock skew of one minute, so its token is already expired at the start.
    const seconds = { aws: 5, azure: 5, gcp: 5 - 60 };
    await Promise.all(
      vendors.map(async (vendor) => {
        const token = await sandbox.mintToken({
          audience: "orders",
          scope: "orders:read",
          expiresInSeconds: seconds[vendor],
        });
        const seen: number[] = [];
        for (const end = Date.now() + 7500; Date.now() < end; await sleep(100)) {
          const { status, body } = await call(vendor, "GET /orders/1", token);
          await body?.cancel();
          seen.push(status);
        }
        assert.deepEqual([...new Set(seen)], [200, 401], vendor);
        assert.deepEqual(seen.toSorted(), seen, `${vendor} accepted the expired token again`);
      }),
    );
  });

  it("limits requests on every cloud", async () => {
    const token = await sandbox.mintToken({ audience: "orders", scope: "orders:write" });
    for (const vendor of vendors) {
      const seen = await Promise.all(
        Array.from({ length: 330 }, async () => {
          const { status, body } = await call(vendor, "POST /orders", token, "{}");
          await body?.cancel();
          return status;
        }),
      );
      assert.deepEqual([...new Set(seen)].toSorted(), [200, 429], vendor);
    }
  });

  it("deploys the resources in the README's picture", async () => {
    const engine = findEngine();
    const { code, stdout, output } = await runTool(engine.pulumi, ["stack", "export", "--stack", "dev"], {
      cwd: ROOT,
      env: { ...withPath(process.env, [dirname(process.execPath), engine.folder]), ...sandbox.description.environment },
    });
    assert.equal(code, 0, output);
    const { deployment } = JSON.parse(stdout) as { readonly deployment: { readonly resources: DeployedResource[] } };
    const drawn = await drawDeployment(deployment.resources);
    const file = join(ROOT, "docs/stacks/hybrid.svg");
    if (process.env.POLYGATE_WRITE === "1") writeFileSync(file, drawn);
    assert.ok(
      drawn === readFileSync(file, "utf8"),
      "docs/stacks/hybrid.svg is stale: run POLYGATE_WRITE=1 npm test -- --only e2e --grep picture",
    );
  });

  it("stops at Ctrl-C, and continues without a change when it is started again", async () => {
    const before = urls;
    assert.equal(await stop(), 0);
    await assert.rejects(call("aws", "GET /orders/1"));
    assert.ok(existsSync(dir));
    await start();
    sandbox = await findSandbox(dir);
    assert.deepEqual(urls, before);
    assert.ok(
      lines.some((line) => /^stacks\/hybrid dev: \d+ unchanged$/.test(line)),
      lines.join("\n"),
    );
    assert.deepEqual(await statuses((vendor) => call(vendor, "GET /orders/1")), { aws: 401, azure: 401, gcp: 401 });
  });
});
