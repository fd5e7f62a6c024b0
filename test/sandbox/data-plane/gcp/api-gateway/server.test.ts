import assert from "node:assert/strict";
import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { interpretGcpApiGateway } from "../../../../../sandbox/data-plane/gcp/api-gateway/api-gateway.ts";
import { GatewayServer } from "../../../../../sandbox/data-plane/serving/gateway-server.ts";
import { BackendProxy } from "../../../../../sandbox/data-plane/serving/proxy.ts";
import type { RequestLog } from "../../../../../sandbox/data-plane/serving/request-log.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";
import { noFunctions } from "../../../../support/sandbox/data-plane/functions/no-functions.ts";
import {
  definition,
  Issuer,
  service,
  swagger,
} from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("A GCP API Gateway served on a port", () => {
  let login: Issuer;
  let backend: Server;
  let proxy: BackendProxy;
  let server: GatewayServer;
  let origin: string;
  const seen: Seen[] = [];
  const log: RequestLog[] = [];

  before(async () => {
    login = await Issuer.start();
    backend = createServer(async (request, response) => {
      const { method = "", url = "", headers } = request;
      const body = await text(request);
      seen.push({ method, url, headers, body });
      if (headers["x-resets"] === String(seen.filter(({ url: other }) => other === url).length)) {
        request.socket.resetAndDestroy();
        return;
      }
      if (!url.startsWith("/base/slow")) response.writeHead(201, { "x-backend": "yes" }).end("made");
    });
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
    const { port } = backend.address() as AddressInfo;
    proxy = new BackendProxy(
      new LoopbackHostMap(new Map([["https://backend.example.com", `http://127.0.0.1:${port}`]])),
    );
    server = new GatewayServer({ proxy, functions: noFunctions, log: (line) => log.push(line), now: Date.now });
    const short = {
      address: "https://backend.example.com/base",
      path_translation: "APPEND_PATH_TO_ADDRESS",
      deadline: 0.2,
    };
    const document = swagger(
      {
        "POST /orders/{id}": { security: [{ login: [] }] },
        "GET /slow": { "x-google-backend": short },
        "GET /gone": { "x-google-backend": { ...short, address: "https://gone.example.com" } },
      },
      {
        "x-google-backend": { address: "https://backend.example.com/base" },
        securityDefinitions: { login: definition() },
      },
    );
    const artefacts = { kind: "gcp-api-gateway", document: JSON.stringify(document), managedService: service } as const;
    const surroundings = { now: Date.now, keys: login.keys, counters: new ProcessCounters(), functions: noFunctions };
    server.served = {
      gateway: { key: "k", name: "orders", vendor: "gcp", region: "europe-west1", artefacts },
      interpreter: interpretGcpApiGateway(artefacts, surroundings),
    };
    origin = `http://127.0.0.1:${await server.listen(0)}`;
  });

  after(async () => {
    await server.close(0);
    await proxy.close();
    await login.close();
    backend.closeAllConnections();
    await new Promise<void>((resolve) => backend.close(() => resolve()));
  });

  it("forwards the path, the query, the body and the headers of an accepted request, with the token in X-Forwarded-Authorization", async () => {
    const token = await login.token();
    const response = await fetch(`${origin}/orders/a%2Fb?x=1&x=%20`, {
      method: "POST",
      body: '{"a":1}',
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-trace": "7" },
    });
    assert.deepEqual([response.status, response.headers.get("x-backend"), await response.text()], [201, "yes", "made"]);
    const request = seen.at(-1);
    assert.deepEqual(
      [request?.method, request?.url, request?.body],
      ["POST", "/base/orders/a%2Fb?x=1&x=%20", '{"a":1}'],
    );
    assert.equal(request?.headers.host, "backend.example.com");
    assert.equal(request?.headers["x-trace"], "7");
    assert.equal(request?.headers["x-forwarded-authorization"], `Bearer ${token}`);
    assert.match(request?.headers.authorization ?? "", /^Bearer ey/);
    assert.notEqual(request?.headers.authorization, `Bearer ${token}`);
    assert.equal(request?.headers["x-apigateway-api-userinfo"], token.split(".")[1]);
    assert.equal(log.at(-1)?.decision, "proxied");
  });

  it("rejects a missing token, an unknown path and an unknown method without calling the backend", async () => {
    const before = seen.length;
    const statuses: number[] = [];
    for (const [method, path] of [
      ["POST", "/orders/7"],
      ["POST", "/nothing"],
      ["GET", "/orders/7"],
    ]) {
      const response = await fetch(`${origin}${path}`, { method: method ?? "" });
      statuses.push(response.status);
      assert.equal(JSON.parse(await response.text()).code, response.status);
    }
    assert.deepEqual(statuses, [401, 404, 405]);
    assert.equal(seen.length, before);
    assert.deepEqual(
      log.slice(-3).map((line) => line.decision),
      ["unauthenticated", "no route", "no route"],
    );
  });

  it("responds with 504 when the backend is late, and with 503 when it does not exist", async () => {
    const late = await fetch(`${origin}/slow`);
    assert.deepEqual([late.status, await late.json()], [504, { code: 504, message: "upstream request timeout" }]);
    const gone = await fetch(`${origin}/gone`);
    assert.equal(gone.status, 503);
    assert.match(await gone.text(), /^\{"code":503,"message":"upstream connect error/);
    assert.deepEqual(
      log.slice(-2).map((line) => line.decision),
      ["backend down", "backend down"],
    );
  });

  it("sends a request with its body once more when the backend resets the connection, also a POST", async () => {
    const response = await fetch(`${origin}/orders/reset`, {
      method: "POST",
      body: "x".repeat(100_000),
      headers: { authorization: `Bearer ${await login.token()}`, "x-resets": "1" },
    });
    assert.equal(response.status, 201);
    const received = seen
      .filter(({ url }) => url === "/base/orders/reset")
      .map(({ method, body }) => [method, body.length]);
    assert.deepEqual(received, [
      ["POST", 100_000],
      ["POST", 100_000],
    ]);
  });

  it("does not use a token, an override or any other header that the client's Connection lists", async () => {
    const headers = ["Authorization", `Bearer ${await login.token()}`, "X-HTTP-Method-Override", "POST"];
    const send = async (connection: string): Promise<number | undefined> => {
      const call = httpRequest(`${origin}/orders/7`, { headers: [...headers, "Host", "x", "Connection", connection] });
      const [response] = (await once(call.end(), "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    assert.equal(await send("close"), 201);
    assert.equal(await send("close, authorization"), 401);
    assert.equal(await send("close, x-http-method-override"), 405);
    // `Connection` does not hide itself from the checks of what it lists.
    assert.equal(await send("connection, x-forwarded-for"), 400);
    // The gateway's own headers are not the client's.
    assert.equal(await send("close, x-apigateway-api-userinfo, x-envoy-original-path"), 201);
    assert.ok(seen.at(-1)?.headers["x-apigateway-api-userinfo"]);
    assert.equal(seen.at(-1)?.headers["x-envoy-original-path"], "/orders/7");
  });

  it("responds with 413 to a body over 32 MB", async () => {
    const response = await fetch(`${origin}/orders/7`, {
      method: "POST",
      body: Buffer.alloc(33_554_433),
      headers: { authorization: `Bearer ${await login.token()}` },
    });
    assert.deepEqual([response.status, await response.json()], [413, { code: 413, message: "Payload Too Large" }]);
  });
});
