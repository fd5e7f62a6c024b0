import assert from "node:assert/strict";
import { CompanionBench, type Exchange } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

const open = { auth: "anyone" };
const text = "%REQ(host)% $1 \\1 {{x}} \"'\u0000\u001f\u2028 \u00e9 \u6f22 \u{1f600}\ntwo";
const large = "large ".repeat(20_000);

const routes = {
  "GET /orders": open,
  "GET /guarded": {},
  "GET /text": { ...open, reply: { status: 200, body: text } },
  "GET /json": { ...open, reply: { status: 418, body: { ok: [1, null, "é"] } } },
  "GET /large": { ...open, reply: { status: 200, body: large } },
  "GET /empty": { ...open, reply: { status: 204 } },
  "GET /headers": {
    ...open,
    reply: {
      status: 201,
      headers: { "X-Text": "100% %REQ(host)% %", "content-type": "text/csv", "x-a!#$": "b", server: "shop" },
      body: "a,b",
    },
  },
  "GET /redirected": { ...open, reply: { status: 302, headers: { location: "https://shop.example.com/%41?a=b" } } },
  "GET /typed": { ...open, reply: { status: 200, headers: { "content-type": "text/csv" } } },
  "GET /created": { ...open, reply: { status: 201 } },
  "ANY /any/{rest+}": { ...open, reply: { status: 200, body: "any" } },
};

const origin = "https://shop.example.com";
const cors = {
  origins: [origin, "http://localhost:3000"],
  methods: ["GET", "DELETE"],
  headers: ["authorization", "x-custom"],
  expose: ["x-total", "etag"],
  maxAgeSeconds: 60,
  credentials: true,
};

/** The headers of a response that CORS is about. */
function corsOf({ headers }: Exchange): Readonly<Record<string, unknown>> {
  const names = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
  return Object.fromEntries(names.toSorted().map((name) => [name.slice("access-control-".length), headers[name]]));
}

describe("A companion replies by itself", function () {
  this.timeout(60_000);
  let bench: CompanionBench;
  before(async () => {
    bench = await CompanionBench.start(shopApi(routes), shopBindings);
  });
  after(() => bench.stop());

  it("with the status and body of the description, whatever text that is", async () => {
    const expected = { "/text": [200, text], "/json": [418, '{"ok":[1,null,"é"]}'], "/large": [200, large] };
    for (const [path, [status, body]] of Object.entries(expected)) {
      const reply = await bench.send(`${path}?x=1`);
      assert.deepEqual([reply.status, reply.body, reply.received], [status, body, undefined], path);
    }
    assert.equal((await bench.send("/json")).headers["content-type"], "application/json");
    assert.equal((await bench.send("/text")).headers["content-type"], "text/plain; charset=utf-8");
  });

  it("with its headers, and none of Envoy's own", async () => {
    const { status, headers, body } = await bench.send("/headers", { headers: { "x-text": "client" } });
    const { date: _, connection: __, ...others } = headers;
    assert.deepEqual([status, body], [201, "a,b"]);
    assert.deepEqual(others, {
      "content-length": "3",
      "content-type": "text/csv",
      "x-text": "100% %REQ(host)% %",
      "x-a!#$": "b",
      server: "shop",
    });
  });

  it("with its media type, also without a body", async () => {
    const { status, headers, body } = await bench.send("/typed");
    assert.deepEqual([status, headers["content-type"], body], [200, "text/csv", ""]);
  });

  it("with a location only if the description has one", async () => {
    assert.equal((await bench.send("/redirected")).headers.location, "https://shop.example.com/%41?a=b");
    assert.equal((await bench.send("/created")).headers.location, undefined);
    const empty = await bench.send("/empty");
    assert.deepEqual([empty.status, empty.body, empty.headers.location], [204, "", undefined]);
  });

  it("for each method of the route, without a body for HEAD", async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const { status, body } = await bench.send("/any/a", { method, ...(method === "POST" ? { body: "sent" } : {}) });
      assert.deepEqual([status, body], [200, "any"], method);
    }
    const head = await bench.send("/any/a", { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal(head.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(head.headers["content-length"], "3");
  });

  it("and adds no CORS headers if the description has no cors", async () => {
    for (const path of ["/text", "/orders"])
      assert.deepEqual(corsOf(await bench.send(path, { headers: { origin } })), {});
    const asked = { origin, "access-control-request-method": "GET" };
    assert.equal((await bench.send("/orders", { method: "OPTIONS", headers: asked })).status, 405);
  });
});

describe("A companion with cors", function () {
  this.timeout(60_000);
  let bench: CompanionBench;
  let forAll: CompanionBench;
  before(async () => {
    bench = await CompanionBench.start(shopApi(routes, { cors }), shopBindings);
    forAll = await CompanionBench.start(shopApi(routes, { cors: { origins: ["*"] } }), shopBindings);
  });
  after(async () => {
    await bench.stop();
    await forAll.stop();
  });

  const preflight = (path: string, from: string, on: CompanionBench = bench): Promise<Exchange> =>
    on.send(path, { method: "OPTIONS", headers: { origin: from, "access-control-request-method": "GET" } });

  it("answers preflights of allowed origins, without a token, for routes to backends and for replies", async () => {
    for (const path of ["/orders", "/guarded", "/text", "/any/a/b", "/orders/?x=1"]) {
      for (const from of cors.origins) {
        const answer = await preflight(path, from);
        assert.deepEqual([answer.status, answer.received, answer.body], [200, undefined, ""]);
        assert.deepEqual(corsOf(answer), {
          "allow-credentials": "true",
          "allow-headers": "authorization,x-custom",
          "allow-methods": "GET,DELETE",
          "allow-origin": from,
          "expose-headers": "x-total,etag",
          "max-age": "60",
        });
      }
    }
  });

  it("allows other origins nothing, and forwards none of their preflights", async () => {
    const others = [
      "https://evil.example.com",
      `${origin}.evil.example.com`,
      origin.toUpperCase(),
      "null",
      `${origin}/`,
    ];
    for (const from of others) {
      for (const path of ["/orders", "/guarded", "/text"]) {
        const answer = await preflight(path, from);
        assert.equal(answer.received, undefined);
        assert.equal(corsOf(answer)["allow-origin"], undefined, `${from} ${path}`);
        assert.equal(corsOf(await bench.send(path, { headers: { origin: from } }))["allow-origin"], undefined);
      }
    }
  });

  it("answers OPTIONS requests that are no preflights of a declared path by itself, and allows nothing", async () => {
    for (const [path, headers] of [
      ["/orders", {}],
      ["/orders", { origin }],
      ["/text", { "access-control-request-method": "GET" }],
      ["/nowhere", { origin, "access-control-request-method": "GET" }],
    ] as const) {
      const answer = await bench.send(path, { method: "OPTIONS", headers });
      assert.deepEqual([answer.status, answer.received], [path === "/nowhere" ? 404 : 405, undefined]);
      assert.deepEqual(corsOf(answer), {});
    }
  });

  it("lets allowed origins read responses of backends, replies and refusals", async () => {
    const expected = { "allow-credentials": "true", "allow-origin": origin, "expose-headers": "x-total,etag" };
    for (const [path, status] of [
      ["/orders", 200],
      ["/text", 200],
      ["/guarded", 401],
    ] as const) {
      const answer = await bench.send(path, { headers: { origin } });
      assert.deepEqual([answer.status, corsOf(answer), answer.headers.vary], [status, expected, "origin"], path);
    }
    assert.equal((await bench.send("/guarded", { headers: { origin, ...bearing(tokenWith()) } })).status, 200);
  });

  it("for all origins lets each of them read, without credentials", async () => {
    const answer = await preflight("/orders", "https://anybody.example.com", forAll);
    assert.equal(answer.status, 200);
    assert.deepEqual(corsOf(answer), {
      "allow-headers": "authorization,content-type",
      "allow-methods": "GET,HEAD,POST,PUT,PATCH,DELETE",
      "allow-origin": "https://anybody.example.com",
      "max-age": "600",
    });
    const read = await forAll.send("/text", { headers: { origin: "null" } });
    assert.deepEqual(corsOf(read), { "allow-origin": "null" });
  });
});
