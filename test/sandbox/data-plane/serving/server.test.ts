import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { GatewayArtefacts } from "../../../../sandbox/data-plane/artefacts.ts";
import { UnsupportedArtefact } from "../../../../sandbox/data-plane/interpreter.ts";
import { formatRequestLog } from "../../../../sandbox/data-plane/serving/server.ts";
import { to as proxied, restApi } from "../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import {
  gateway,
  httpApi,
  raw,
  staff,
  TestDataPlane,
  to,
  until,
} from "../../../support/sandbox/data-plane/test-data-plane.ts";

const KEY = "aws/eu-west-1/orders";

describe("The data plane", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
  });
  afterEach(() => stand.close());

  it("serves exactly the applied gateways, each at a port of its own", async () => {
    const one = httpApi({ "/a": { get: to("/a") } });
    await stand.dataPlane.apply([gateway(one, "first"), gateway(one, "second")]);
    const [first, second] = ["first", "second"].map((name) => stand.dataPlane.url(`aws/eu-west-1/${name}`));
    assert.notEqual(first, second);
    assert.deepEqual(stand.dataPlane.list(), [
      {
        key: "aws/eu-west-1/first",
        name: "first",
        vendor: "aws",
        kind: "aws-http-api",
        region: "eu-west-1",
        url: first,
        routes: ["GET /a"],
      },
      {
        key: "aws/eu-west-1/second",
        name: "second",
        vendor: "aws",
        kind: "aws-http-api",
        region: "eu-west-1",
        url: second,
        routes: ["GET /a"],
      },
    ]);
    assert.equal((await fetch(`${second}/a`)).status, 200);
    await stand.dataPlane.apply([gateway(one, "first")]);
    assert.equal((await fetch(`${first}/a`)).status, 200);
    await assert.rejects(fetch(`${second}/a`));
    assert.equal(stand.dataPlane.list().length, 1);
  });

  it("keeps the cached responses of a gateway when another one is deployed, and not when it is deployed itself", async () => {
    let count = 0;
    stand.backend.answer = (_request, response) => response.end(String(++count));
    const cached = (path: string) =>
      restApi(
        { "/a": { get: proxied(path) } },
        { stage: { cached: true, methodSettings: { "*/*": { cachingEnabled: true } } } },
      );
    const rest = (artefacts: GatewayArtefacts) => ({ ...gateway(httpApi({})), artefacts, key: "rest" });
    const answer = async () => (await fetch(`${stand.dataPlane.url("rest")}/prod/a`)).text();
    await stand.dataPlane.apply([rest(cached("/a"))]);
    assert.equal(await answer(), "1");
    await stand.dataPlane.apply([rest(cached("/a")), gateway(httpApi({ "/a": { get: to("/a") } }), "other")]);
    assert.equal(await answer(), "1");
    await stand.dataPlane.apply([rest(cached("/b"))]);
    assert.equal(await answer(), "2");
  });

  it("gives a gateway its former port, also after a restart, and another one when that is occupied", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    await stand.dataPlane.close();
    stand.dataPlane = stand.newDataPlane();
    assert.equal(await stand.serve({ "/a": { get: to("/a") } }), url);
    await stand.dataPlane.close();

    const port = Number(new URL(url).port);
    const thief = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => thief.once("listening", resolve));
    stand.dataPlane = stand.newDataPlane();
    const other = await stand.serve({ "/a": { get: to("/a") } });
    assert.notEqual(other, url);
    assert.equal(stand.ports.get(KEY), Number(new URL(other).port));
    assert.equal((await fetch(`${other}/a`)).status, 200);
    await new Promise((resolve) => thief.close(resolve));
  });

  it("reserves a port that responds without a backend until the gateway is deployed", async () => {
    const [port, again] = await Promise.all([stand.dataPlane.reserve(KEY), stand.dataPlane.reserve(KEY)]);
    assert.equal(again, port);
    assert.equal(stand.dataPlane.url(KEY), `http://127.0.0.1:${port}`);
    const response = await fetch(`http://127.0.0.1:${port}/a`, { method: "POST", body: "x" });
    assert.deepEqual([response.status, await response.text()], [404, '{"message":"Not Found"}']);
    assert.deepEqual(stand.dataPlane.list(), []);
    await stand.dataPlane.apply([]);
    assert.equal((await fetch(`http://127.0.0.1:${port}/a`)).status, 404);
    assert.equal(await stand.serve({ "/a": { get: to("/a") } }), `http://127.0.0.1:${port}`);
    assert.equal((await fetch(`http://127.0.0.1:${port}/a`)).status, 200);
    assert.equal(stand.backend.seen.length, 1);
  });

  it("has no URL for a gateway that has no port", () => {
    assert.throws(() => stand.dataPlane.url("aws/eu-west-1/none"), /aws\/eu-west-1\/none has no port/);
  });

  it("changes a gateway under load without failing a request, and never serves a mixture", async () => {
    const version = (number: number): object => ({
      "/v": { get: to(`/${number}`, { requestParameters: { "overwrite:header.x-version": String(number) } }) },
    });
    stand.backend.answer = async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      response.end(`${request.url} ${request.headers["x-version"]}`);
    };
    const url = await stand.serve(version(0));
    let running = true;
    const bodies: string[] = [];
    const client = async (): Promise<void> => {
      while (running) {
        const response = await fetch(`${url}/v`);
        assert.equal(response.status, 200);
        bodies.push(await response.text());
      }
    };
    const clients = Array.from({ length: 20 }, client);
    for (let number = 1; number <= 20; number++) {
      await stand.serve(version(number));
      await until(`an answer of version ${number}`, () => bodies.includes(`/${number} ${number}`));
    }
    running = false;
    await Promise.all(clients);
    for (const body of bodies) assert.match(body, /^\/(\d+) \1$/);
  });

  it("lets a request under way finish unchanged when its gateway changes or is removed", async () => {
    let answer = (): void => {};
    stand.backend.answer = (_request, response) => {
      answer = () => response.end("late");
    };
    for (const after of [[gateway(httpApi({ "/b": { get: to("/b") } }))], []]) {
      const url = await stand.serve({ "/a": { get: to("/a") } });
      answer = () => {};
      let arrived = false;
      const before = stand.backend.answer;
      stand.backend.answer = (incoming, response) => {
        arrived = true;
        before(incoming, response);
      };
      const pending = fetch(`${url}/a`);
      await until("the arrival", () => arrived);
      await stand.dataPlane.apply(after);
      answer();
      assert.equal(await (await pending).text(), "late");
      if (after.length > 0) assert.equal((await fetch(`${url}/a`)).status, 404);
      else await assert.rejects(fetch(`${url}/a`));
    }
  });

  it("rejects requests to a removed gateway on a connection that is still open", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    let release = (): void => {};
    let arrived = 0;
    stand.backend.answer = (_request, response) => {
      arrived++;
      release = () => response.end("first");
    };
    const one = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let answers = "";
    socket.on("data", (chunk) => {
      answers += chunk;
    });
    const ended = once(socket, "close");
    socket.write(one);
    await until("the arrival", () => arrived === 1);
    await stand.dataPlane.apply([]);
    socket.write(one);
    await until("the second request", () => stand.log.length === 1);
    release();
    await ended;
    assert.match(answers, /^HTTP\/1\.1 200 OK\r\n[\s\S]*first[\s\S]*HTTP\/1\.1 404 Not Found\r\n/);
    assert.equal(arrived, 1);
  });

  it("serves all other gateways when one cannot be served, and keeps that one unchanged", async () => {
    const good = httpApi({ "/a": { get: to("/a") } });
    await stand.dataPlane.apply([gateway(good, "changing")]);
    const bad = { ...good, document: "{" };
    await assert.rejects(
      stand.dataPlane.apply([gateway(bad, "changing"), gateway(bad, "new"), gateway(good, "healthy")]),
      (error: AggregateError) =>
        error.errors.length === 2 && /changing: document: neither JSON nor YAML/.test(error.message),
    );
    assert.deepEqual(
      stand.dataPlane.list().map(({ name }) => name),
      ["changing", "healthy"],
    );
    for (const name of ["changing", "healthy"]) {
      assert.equal((await fetch(`${stand.dataPlane.url(`aws/eu-west-1/${name}`)}/a`)).status, 200);
    }
  });

  it("validates without serving, fetching, or taking a port", () => {
    stand.dataPlane.validate(httpApi({ "/a": { get: { ...to("/a"), ...staff() } } }));
    assert.throws(() => stand.dataPlane.validate(httpApi({ "/a/": { get: to("/a") } })), UnsupportedArtefact);
    assert.deepEqual([stand.dataPlane.list(), stand.ports.size, stand.issuer.asked], [[], 0, []]);
  });

  it("keeps its counts over a change of the gateway: a deployment does not reset limits", async () => {
    stand.frozen = 1_800_000_000_000;
    const stage = { defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 1 } };
    const url = await stand.serve({ "/a": { get: to("/a") } }, { stage });
    assert.equal((await fetch(`${url}/a`)).status, 200);
    await stand.serve({ "/a": { get: to("/b") } }, { stage });
    assert.equal((await fetch(`${url}/a`)).status, 200);
    assert.equal((await fetch(`${url}/a`)).status, 429);
  });

  it("completes a request under way when it closes, and accepts no new ones", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    let release: (() => void) | undefined;
    stand.backend.answer = (_request, response) => {
      release = () => response.end("late");
    };
    const pending = fetch(`${url}/a`);
    await until("the arrival", () => release !== undefined);
    const closed = stand.dataPlane.close();
    release?.();
    assert.equal(await (await pending).text(), "late");
    await closed;
    await assert.rejects(fetch(`${url}/a`));
  });

  it("accepts an absolute URL or a path as request target, and rejects all other forms", async () => {
    const url = await stand.serve({ "/a": { "x-amazon-apigateway-any-method": to("/a") } });
    assert.match(await raw(url, "GET http://evil.example.com/a?x=1 HTTP/1.1\r\nHost: y\r\n\r\n"), /^HTTP\/1\.1 200 /);
    assert.equal(stand.backend.last.url, "/a?x=1");
    assert.match(await raw(url, "OPTIONS * HTTP/1.1\r\nHost: y\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(await raw(url, "CONNECT backend.example.com:443 HTTP/1.1\r\nHost: y\r\n\r\n"), /^(?!HTTP\/1\.1 2)/);
    assert.equal(stand.backend.seen.length, 1);
  });

  it("treats an upgrade as a plain request", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    const answer = await raw(url, "GET /a HTTP/1.1\r\nHost: y\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(stand.backend.last.headers.upgrade, undefined);
  });

  it("logs one line for each request, which a client cannot forge", async () => {
    const url = await stand.serve({ "/orders/{id}": { get: to("/orders/{id}") } });
    await fetch(`${url}/orders/7?token=secret`);
    await fetch(`${url}/x%0A\u202e`);
    const [first, second] = stand.log;
    assert.ok(first !== undefined && second !== undefined && stand.log.length === 2);
    const { time, ms, ...rest } = first;
    assert.ok(time > 1.7e12 && ms > 0);
    assert.deepEqual(rest, {
      gateway: "orders",
      vendor: "aws",
      region: "eu-west-1",
      method: "GET",
      path: "/orders/7",
      status: 200,
      decision: "proxied",
      route: "GET /orders/{id}",
      reason: "to https://backend.example.com",
      backend: true,
    });
    assert.equal(
      formatRequestLog({ ...first, time: 0, ms: 1.25 }),
      "00:00:00.000 orders (aws eu-west-1) GET /orders/7 200 proxied [GET /orders/{id}]: to https://backend.example.com (1.3 ms)",
    );
    assert.match(
      formatRequestLog({ ...second, path: "/\n\u001b[2J\u202e" }),
      / GET \/\\u\{a\}\\u\{1b\}\[2J\\u\{202e\} 4/,
    );
  });
});
