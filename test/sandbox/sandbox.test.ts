import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, get, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { findSandbox, PortTaken, type Sandbox, StoreError, startSandbox } from "../../sandbox/index.ts";
import { EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";
import { deployAll, env } from "../support/sandbox/deploy-all.ts";
import { startSandboxProcess } from "../support/sandbox/sandbox-process.ts";
import { trustAuthority } from "../support/tls/trust.ts";

describe("the sandbox", () => {
  let dir: string;
  const closing: (() => unknown)[] = [];
  const start = async (options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> => {
    const sandbox = await startSandbox({ dir, env, ...options });
    closing.push(() => sandbox.close());
    return sandbox;
  };
  const startProcess = async (options: object = {}) => {
    const sandbox = await startSandboxProcess({ dir, env, ...options });
    closing.push(() => sandbox.end("SIGKILL"));
    return sandbox;
  };
  const startBackend = async (answer: (path: string) => Promise<string> | string = (path) => path) => {
    const backend = createServer((incoming, response) => {
      void Promise.resolve(answer(incoming.url ?? "")).then((body) => response.end(body));
    });
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
      backend.closeAllConnections();
      backend.close();
    });
    return `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "polygate-sandbox-"));
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    rmSync(dir, { recursive: true });
  });

  it("starts without gateways, and replaces the engine's credentials", async () => {
    const sandbox = await start();
    assert.deepEqual(sandbox.endpoints(), []);
    const { environment } = sandbox;
    assert.match(environment.PULUMI_DEBUG_PROVIDERS ?? "", /^aws:\d+,azure-native:\d+,gcp:\d+$/);
    assert.equal(environment.PULUMI_BACKEND_URL, `file://${join(dir, "state")}?metadata=skip`);
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, "");
    assert.equal(environment.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, "true", "plugins must not be downloaded");
    assert.equal(environment.AWS_ACCESS_KEY_ID, "POLYGATESANDBOX");
    assert.equal(environment.AWS_REGION, "us-east-1");
  });

  it("keeps its keys and its store private, also those that an older version left readable", async () => {
    const first = await start();
    await first.close();
    const files = ["sandbox.db", "ca-key.pem"];
    writeFileSync(join(dir, "ca-key.pem"), "");
    for (const file of files) chmodSync(join(dir, file), 0o644);
    chmodSync(dir, 0o755);
    await start();
    const mode = (file: string) => (statSync(join(dir, file)).mode & 0o777).toString(8);
    assert.equal(mode("."), "700");
    for (const file of [...files, "sandbox.db-wal", "sandbox.json"]) assert.equal(mode(file), "600", file);
  });

  it("rejects a change that exceeds the maximum size of its store", async () => {
    const sandbox = await start({ maximumStoreBytes: 60_000 });
    const mapMany = () => {
      for (let index = 0; index < 2_000; index++)
        sandbox.mapHost(`https://h${index}.example.com`, "http://127.0.0.1:1");
    };
    assert.throws(mapMany, StoreError);
  });

  it("keeps the user's own backend, region and choice about plugins", async () => {
    const userEnvironment = {
      PULUMI_BACKEND_URL: "file:///own",
      PULUMI_CONFIG_PASSPHRASE: "own",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
      AWS_REGION: "eu-west-3",
    };
    const { environment } = await start({ env: userEnvironment });
    assert.equal(environment.PULUMI_BACKEND_URL, undefined);
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, undefined);
    assert.equal(environment.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, undefined);
    assert.equal(environment.AWS_REGION, "eu-west-3");
  });

  it("loses nothing at a SIGKILL: it keeps resources, URLs, the host map, ports and the keys of tokens", async () => {
    const backend = await startBackend();
    const first = await startProcess({ hosts: { "https://backend.example.com": backend } });
    await trustAuthority(dir);
    const { deployed, close } = await deployAll(first.providerPort);
    const running = await findSandbox(dir);
    const token = await running.mintToken();
    const endpoints = await running.endpoints();
    assert.deepEqual(
      endpoints.map(({ name, vendor, kind, region }) => ({ name, vendor, kind, region })),
      [
        { name: "hello", vendor: "aws", kind: "aws-http-api", region: "eu-central-1" },
        { name: "hello", vendor: "azure", kind: "azure-api-management", region: "westeurope" },
        { name: "hello", vendor: "gcp", kind: "gcp-api-gateway", region: "europe-west1" },
      ],
    );
    const answers = () => Promise.all(endpoints.map(async ({ url }) => (await fetch(new URL("/hello", url))).text()));
    assert.deepEqual(await answers(), ["/hello", "/hello", "/hello"]);
    close();
    assert.equal((await first.end("SIGKILL")).signal, "SIGKILL");
    await assert.rejects(answers());

    const second = await startProcess();
    assert.deepEqual(await answers(), ["/hello", "/hello", "/hello"]);
    assert.deepEqual(second.environment, first.environment, "the environment of a shell must stay valid");
    const providers = new Map(deployed.map(([, { urn }]) => [urn.split("::")[2]?.split(":")[0] ?? "", urn]));
    for (const name of providers.keys()) {
      const provider = new EngineStandIn(second.providerPort(name));
      await provider.configure(name === "aws" ? { region: "eu-central-1" } : {});
      for (const [, resource] of deployed.filter(([, { urn }]) => urn.includes(`::${name}:`))) {
        assert.deepEqual(await provider.read(resource), resource, resource.urn);
      }
      provider.close();
    }
    const keys = createRemoteJWKSet(new URL(`${second.issuer.address}/jwks`));
    await jwtVerify(token, keys, { issuer: "https://login.example.com", audience: "polygate" });
  });

  it("reports every resource as deleted when its store was deleted", async () => {
    const first = await start();
    const port = (sandbox: Sandbox) => (name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "")?.[1]);
    const { deployed, close } = await deployAll(port(first));
    close();
    await first.close();
    rmSync(dir, { recursive: true });
    const second = await start();
    const aws = new EngineStandIn(port(second)("aws"));
    closing.push(() => aws.close());
    await aws.configure({ region: "eu-central-1" });
    for (const [, resource] of deployed.filter(([, { urn }]) => urn.includes("::aws:"))) {
      assert.equal(await aws.read(resource), undefined);
    }
    assert.deepEqual(second.endpoints(), []);
  });

  it("rejects a second sandbox for its folder, and reports the process of the first", async () => {
    await startProcess();
    const { pid } = JSON.parse(readFileSync(join(dir, "sandbox.json"), "utf8"));
    await assert.rejects(start(), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, new RegExp(`another sandbox \\(process ${pid}\\) uses the folder`));
      return true;
    });
  });

  it("starts nothing when a fixed port is occupied", async () => {
    const port = Number(new URL(await startBackend()).port);
    await assert.rejects(start({ ports: { gcp: port } }), (error) => {
      assert.ok(error instanceof PortTaken);
      assert.match(error.message, new RegExp(`The port ${port} for sandbox/provider/gcp cannot be used`));
      return true;
    });
    await assert.rejects(start({ ports: { issuer: port } }), PortTaken);
    assert.equal(existsSync(join(dir, "sandbox.json")), false);
    await start();
  });

  it("chooses another port when the previous one is occupied, and then keeps the new one", async () => {
    const first = await start();
    await first.close();
    const issuerPort = Number(new URL(first.issuer.address).port);
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(issuerPort, "127.0.0.1", resolve));
    const second = await start();
    assert.notEqual(second.issuer.address, first.issuer.address);
    await second.close();
    await new Promise((resolve) => occupant.close(resolve));
    const third = await start();
    assert.equal(third.issuer.address, second.issuer.address);
  });

  it("keeps the host map after a restart, and applies changes from the next request", async () => {
    const sandbox = await start();
    const port = (name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "")?.[1]);
    const { close } = await deployAll(port);
    close();
    const [aws] = sandbox.endpoints();
    const status = async () => (await fetch(new URL("/hello", aws?.url))).status;
    assert.ok((await status()) >= 500, "a name without a mapping must not be reachable");
    sandbox.mapHost("https://backend.example.com", await startBackend());
    assert.equal(await status(), 200);
    assert.throws(() => sandbox.mapHost("https://backend.example.com", "https://example.com"), /only this machine/);
    await sandbox.close();
    await start();
    assert.equal(await status(), 200);
  });

  it("completes running requests when it receives a signal, and then ends without an error", async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const backend = await startBackend(async () => {
      arrived();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return "whole";
    });
    const sandbox = await startProcess({ hosts: { "https://backend.example.com": backend } });
    const { close } = await deployAll(sandbox.providerPort);
    close();
    const [aws] = await (await findSandbox(dir)).endpoints();
    const answer = fetch(new URL("/hello", aws?.url)).then((response) => response.text());
    await waiting;
    const [end, body] = await Promise.all([sandbox.end("SIGTERM"), answer]);
    assert.equal(body, "whole");
    assert.deepEqual(end, { code: 0, signal: null });
    assert.equal(existsSync(join(dir, "sandbox.json")), false);
    await assert.rejects(findSandbox(dir), /no sandbox runs in .* start one with "polygate sandbox"/);
  });

  it("does not wait longer than the grace period for running requests", async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const backend = await startBackend(() => {
      arrived();
      return new Promise(() => {});
    });
    const sandbox = await startProcess({ hosts: { "https://backend.example.com": backend } });
    const { close } = await deployAll(sandbox.providerPort);
    close();
    const [aws] = await (await findSandbox(dir)).endpoints();
    const answer = fetch(new URL("/hello", aws?.url)).then(
      (response) => response.status,
      () => "cut off",
    );
    await waiting;
    const before = Date.now();
    assert.deepEqual(await sandbox.end("SIGINT"), { code: 0, signal: null });
    assert.ok(Date.now() - before < 8000);
    await answer;
  });

  describe("its issuer", () => {
    it("publishes its discovery document under its public name", async () => {
      const { issuer } = await start();
      assert.equal(issuer.url, "https://login.example.com");
      const discovery = (await (await fetch(`${issuer.address}/.well-known/openid-configuration`)).json()) as Record<
        string,
        string
      >;
      assert.equal(discovery.issuer, "https://login.example.com");
      assert.equal(discovery.jwks_uri, "https://login.example.com/jwks");
    });

    it("mints the requested token, signed with its key", async () => {
      const sandbox = await start({ issuer: "https://id.example.org" });
      const token = await sandbox.mintToken({
        scope: "orders:read orders:write",
        audience: ["orders", "stock"],
        subject: "ada",
        expiresInSeconds: 60,
      });
      const keys = createRemoteJWKSet(new URL(`${sandbox.issuer.address}/jwks`));
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer: "https://id.example.org",
        audience: "stock",
      });
      assert.equal(protectedHeader.alg, "RS256");
      assert.equal(payload.scope, "orders:read orders:write");
      assert.equal(payload.sub, "ada");
      assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60);
    });

    it("can mint an expired token", async () => {
      const sandbox = await start();
      const claims = decodeJwt(await sandbox.mintToken({ expiresInSeconds: -5 }));
      assert.ok((claims.exp ?? 0) < Date.now() / 1000);
      assert.ok((claims.iat ?? 0) < (claims.exp ?? 0));
      assert.equal(claims.scope, undefined);
    });

    it("mints tokens for other processes and for clients of the standard token endpoint", async () => {
      const sandbox = await start();
      const other = await findSandbox(dir);
      assert.equal(decodeJwt(await other.mintToken({ audience: "orders" })).aud, "orders");
      const response = await fetch(`${sandbox.issuer.address}/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "orders:read", aud: "orders" }),
      });
      const { access_token } = (await response.json()) as { access_token: string };
      assert.equal(decodeJwt(access_token).iss, "https://login.example.com");
      assert.equal(decodeJwt(access_token).scope, "orders:read");
    });
  });

  describe("for other processes", () => {
    it("reports that no sandbox runs when none was started, and when one was killed", async () => {
      await assert.rejects(findSandbox(dir), /no sandbox runs in/);
      const process = await startProcess();
      await process.end("SIGKILL");
      assert.equal(existsSync(join(dir, "sandbox.json")), true);
      await assert.rejects(findSandbox(dir), /no sandbox runs in/);
    });

    it("reports that no sandbox runs when the process id belongs to another program", async () => {
      await start();
      const description = JSON.parse(readFileSync(join(dir, "sandbox.json"), "utf8"));
      writeFileSync(join(dir, "sandbox.json"), JSON.stringify({ ...description, pid: description.pid + 1 }));
      await assert.rejects(findSandbox(dir), /no sandbox runs in/);
    });

    it("maps hosts, and rejects targets on other machines", async () => {
      const sandbox = await start();
      const other = await findSandbox(dir);
      await other.mapHost("https://erp.example.com", "http://127.0.0.1:4000");
      await assert.rejects(other.mapHost("https://erp.example.com", "http://10.0.0.1"), /only this machine/);
      assert.deepEqual(await other.endpoints(), sandbox.endpoints());
    });

    it("gives tokens to no web page of another origin, and to no request under another name", async () => {
      const { issuer } = await start();
      const { port } = new URL(issuer.address);
      const body = "grant_type=client_credentials";
      const ask = (headers: Record<string, string>, method = "POST") =>
        new Promise<{ readonly status?: number; readonly allowed?: string }>((resolve, reject) => {
          const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
          request({ host: "127.0.0.1", port, path: "/token", method, headers: form }, (response) => {
            response.resume();
            const allowed = response.headers["access-control-allow-origin"];
            resolve({ status: response.statusCode ?? 0, ...(allowed === undefined ? {} : { allowed }) });
          })
            .on("error", reject)
            .end(method === "POST" ? body : undefined);
        });
      for (const origin of ["https://evil.example", "null", "https://login.example.com.evil.example"]) {
        assert.deepEqual(await ask({ origin }), { status: 403 }, origin);
        assert.deepEqual(await ask({ origin }, "OPTIONS"), { status: 403 }, origin);
      }
      for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example"]) {
        assert.deepEqual(await ask({ host }), { status: 403 }, host);
      }
      assert.deepEqual(await ask({}), { status: 200 });
      assert.deepEqual(await ask({ host: "login.example.com" }), { status: 200 });
      const page = "http://localhost:5173";
      assert.deepEqual(await ask({ origin: page }), { status: 200, allowed: page });
    });

    it("rejects requests of web pages, which can also reach this machine", async () => {
      const { issuer } = await start();
      const ask = (headers: Record<string, string>) =>
        new Promise<number | undefined>((resolve, reject) => {
          const { port } = new URL(issuer.address);
          const outgoing = request(
            { host: "127.0.0.1", port, path: "/.polygate/token", method: "POST", headers },
            (response) => {
              response.resume();
              resolve(response.statusCode);
            },
          );
          outgoing.on("error", reject).end();
        });
      assert.equal(await ask({ origin: "https://evil.example" }), 400);
      assert.equal(await ask({ host: "evil.example" }), 400, "another name for this machine must be rejected");
      assert.equal(await ask({}), 200);
      const unknown = await new Promise<number | undefined>((resolve) => {
        get(`${issuer.address}/.polygate/nothing`, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
      });
      assert.equal(unknown, 404);
    });
  });
});
