import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { functionRuntime } from "../../../../../components/aws/function/immutable-function.ts";
import {
  authorizerFiles,
  authorizerHandler,
} from "../../../../../components/aws/rest-api/jwt-authorizer/deployment-package.ts";
import { runTool } from "../../../../../setup/tool.js";
import { localhostCertificate } from "../../../../support/components/aws/rest-api/jwt-authorizer/certificate.ts";
import {
  LAMBDA_RUNTIME,
  provideLambdaNode,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/lambda-node.ts";
import { LambdaProcess } from "../../../../support/components/aws/rest-api/jwt-authorizer/lambda-process.ts";
import {
  compact,
  type Signer,
  signer,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

const methodArn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/orders/7";
const allowed = (sub: string) => ({ principalId: sub, effect: "Allow" });

describe("the function that verifies tokens, on Lambda's version of Node and over TLS,", function () {
  this.timeout(600_000);
  let node: string;
  let folder: string;
  let server: Server;
  let issuer: string;
  let key: Signer;
  let published: readonly unknown[];
  let respond: RequestListener;
  let asked: string[];
  const running: LambdaProcess[] = [];

  before(async () => {
    node = await provideLambdaNode();
    folder = mkdtempSync(join(tmpdir(), "polygate-issuer-"));
    const certificate = localhostCertificate();
    writeFileSync(join(folder, "ca.pem"), certificate.cert);
    server = createServer(certificate, (request, response) => {
      asked.push(`${request.url}, connection ${request.headers.connection}`);
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
    key = await signer("RS256", "one");
  });
  beforeEach(() => {
    asked = [];
    published = [key.jwk];
    respond = ({ url }, response) => {
      const documents: Readonly<Record<string, object>> = {
        "/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys` },
        "/keys": { keys: published },
      };
      response.end(JSON.stringify(documents[url ?? ""]));
    };
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.close()));
  });
  after(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  function start(files: Readonly<Record<string, string>>, trusted = true): LambdaProcess {
    const environment = trusted ? { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") } : {};
    const started = new LambdaProcess(node, files, authorizerHandler, environment);
    running.push(started);
    return started;
  }
  const files = (scopes: readonly string[] = []) => authorizerFiles({ issuer, audiences: ["orders"], scopes });

  async function token(changes: object = {}, by = key): Promise<string> {
    const at = Math.floor(Date.now() / 1_000);
    return await compact(by, { iss: issuer, aud: "orders", sub: "u-1", iat: at, exp: at + 300, ...changes });
  }
  async function decide(process_: LambdaProcess, authorizationToken: string): Promise<unknown> {
    const answer = await process_.invoke({ type: "TOKEN", methodArn, authorizationToken });
    if ("failed" in answer) return answer.failed;
    const { principalId, policyDocument } = answer.returned as {
      principalId: string;
      policyDocument: { Statement: [{ Effect: string }] };
    };
    return { principalId, effect: policyDocument.Statement[0].Effect };
  }

  it("runs on the runtime that the functions declare", async () => {
    assert.equal(functionRuntime, LAMBDA_RUNTIME);
    const { stdout } = await runTool(node, ["--version"]);
    assert.match(stdout, new RegExp(`^v${LAMBDA_RUNTIME.replace(/^nodejs(\d+)\.x$/, "$1")}\\.`));
  });

  it("accepts exactly the valid tokens, with one request to the issuer", async () => {
    const started = start(files(["orders:read"]));
    assert.deepEqual(await decide(started, `Bearer ${await token({ scope: "orders:read" })}`), allowed("u-1"));
    assert.deepEqual(await decide(started, `Bearer ${await token({ sub: "u-2" })}`), {
      principalId: "u-2",
      effect: "Deny",
    });
    for (const bad of [
      "",
      "Bearer",
      await token(),
      `Bearer ${await token({ exp: 1 })}`,
      `Bearer ${await token({}, await signer("RS256", "one"))}`,
    ]) {
      assert.equal(await decide(started, bad), "Unauthorized", bad);
    }
    assert.deepEqual(asked, ["/.well-known/openid-configuration, connection close", "/keys, connection close"]);
    assert.match(started.log, /expired/);
  });

  it("verifies every algorithm that it accepts", async () => {
    const algorithms = [
      "RS256",
      "RS384",
      "RS512",
      "PS256",
      "PS384",
      "PS512",
      "ES256",
      "ES384",
      "ES512",
      "EdDSA",
      "Ed25519",
    ];
    const signers = await Promise.all(algorithms.map((alg) => signer(alg, `key-${alg}`)));
    published = signers.map(({ jwk }) => jwk);
    const started = start(files());
    for (const by of signers) {
      assert.deepEqual(await decide(started, `Bearer ${await token({}, by)}`), allowed("u-1"), by.alg);
    }
  });

  it("fails for an issuer with an untrusted certificate, with a redirect, or without a response", async () => {
    const unknown = await decide(start(files(), false), `Bearer ${await token()}`);
    assert.match(
      String(unknown),
      /^The issuer's keys are not to be had: .* cannot be fetched: fetch failed, .*certificate/,
    );
    respond = (_, response) => response.writeHead(302, { location: `${issuer}/keys` }).end();
    const redirected = await decide(start(files()), `Bearer ${await token()}`);
    assert.match(String(redirected), /it answers 302$/);
    assert.deepEqual(asked, ["/.well-known/openid-configuration, connection close"]);
    respond = (_, response) => void response.writeHead(200).write("{");
    const started = performance.now();
    const silent = await decide(start(files()), `Bearer ${await token()}`);
    assert.match(String(silent), /cannot be fetched: .*(aborted|timeout)/i);
    assert.ok(performance.now() - started < 5_000);
  });

  it("works the same as compiled for the npm package", async () => {
    const { config } = ts.readConfigFile(join(import.meta.dirname, "../../../../../tsconfig.json"), ts.sys.readFile);
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
    const printed = Object.fromEntries(
      Object.entries(files()).map(([file, text]) => [
        file,
        file.endsWith(".mjs")
          ? ts.transpileModule(text, { compilerOptions: { ...options, noEmit: false }, fileName: file }).outputText
          : text,
      ]),
    );
    assert.notEqual(printed["token.mjs"], files()["token.mjs"], "printed anew");
    const started = start(printed);
    assert.deepEqual(await decide(started, `Bearer ${await token()}`), allowed("u-1"));
    assert.equal(await decide(started, `Bearer ${await token({ aud: "other" })}`), "Unauthorized");
  });
});
