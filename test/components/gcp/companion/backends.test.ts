import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { companionConfiguration } from "../../../../components/gcp/companion/configuration.ts";
import type { EnvoyConfiguration, EnvoyRoute } from "../../../../components/gcp/companion/envoy.ts";
import { findEnvoy } from "../../../../engine/index.ts";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import { EnvoyProcess } from "../../../../sandbox/data-plane/envoy/envoy-process.ts";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, issuer, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

const hostile = "100% %REQ(cookie)% %% %START_TIME% $1 \\1 {{x}} \"'";

describe("A companion forwards requests", function () {
  this.timeout(60_000);
  const open = { auth: "anyone" };
  const api = shopApi({
    "GET /headers": {
      requestHeaders: {
        set: { "X-Tenant": hostile, authorization: "Basic c2hvcA==", "x-forwarded-for": "10.0.0.1" },
        remove: ["Cookie", "x-internal", "x-apigateway-api-userinfo"],
      },
    },
    "GET /plain": open,
    "GET /slow": { ...open, timeoutSeconds: 1 },
    "GET /reset": open,
    "GET /encoded": open,
    "POST /reset": open,
  });
  let bench: CompanionBench;
  let attempts = 0;
  before(async () => {
    bench = await CompanionBench.start(api, shopBindings, {
      behave: (request, response: ServerResponse) => {
        if (request.url === "/reset") {
          attempts++;
          request.socket.resetAndDestroy();
        } else if (request.url === "/encoded") {
          response.writeHead(206, { "content-type": "x/y", server: "shop", "set-cookie": ["a=1", "b=2"], "x-a": "%" });
          response.end("part");
        } else if (request.url !== "/slow") response.end("served");
      },
    });
  });
  after(() => bench.stop());

  it("with the headers that the route sets, exactly, and without those that it removes", async () => {
    const sent = {
      ...bearing(tokenWith()),
      "x-tenant": ["client", "twice"],
      cookie: "a=b",
      "X-Internal": "yes",
      "x-other": "%REQ(cookie)%",
    };
    const { received } = await bench.send("/headers", { headers: sent });
    assert.deepEqual(received?.headers, {
      host: "shop.example.com",
      "x-forwarded-proto": "http",
      "x-forwarded-for": "10.0.0.1",
      "x-tenant": hostile,
      "x-other": "%REQ(cookie)%",
      authorization: "Basic c2hvcA==",
    });
  });

  it("with every other header of the client unchanged, and without instructions to Envoy", async () => {
    const own = {
      "x-forwarded-proto": "https",
      "x-request-id": "r-1",
      "x-http-method-override": "DELETE",
      "x-forwarded-host": "api.example.com",
      cookie: "a=b; c=d",
      te: "trailers",
      "x-envoy-original-path": "/admin",
    };
    const instructions = {
      "x-envoy-upstream-rq-timeout-ms": "1",
      "x-envoy-retry-on": "5xx",
      "x-envoy-max-retries": "5",
      "x-envoy-expected-rq-timeout-ms": "1",
    };
    for (const address of ["203.0.113.7", "10.0.0.1", "127.0.0.1, 10.0.0.1"]) {
      const headers = { ...own, "x-forwarded-for": address };
      const { received, status } = await bench.send("/plain", { headers: { ...headers, ...instructions } });
      assert.equal(status, 200);
      assert.deepEqual(received?.headers, { host: "shop.example.com", ...headers });
    }
  });

  it("with as many and as long headers as the gateway accepts", async () => {
    const credential = `Basic ${"x".repeat(40_000)}`;
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-h-${index}`, "y".repeat(100)]));
    const { received } = await bench.send("/plain", { headers: { ...many, "x-forwarded-authorization": credential } });
    assert.deepEqual(received?.headers, {
      host: "shop.example.com",
      "x-forwarded-proto": "http",
      authorization: credential,
      ...many,
    });
  });

  it("and returns the backend's response unchanged", async () => {
    const { status, headers, body } = await bench.send("/encoded");
    const { date: _, connection: __, ...others } = headers;
    assert.deepEqual([status, body], [206, "part"]);
    assert.deepEqual(others, {
      "content-type": "x/y",
      server: "shop",
      "set-cookie": ["a=1", "b=2"],
      "x-a": "%",
      "transfer-encoding": "chunked",
    });
  });

  it("until the route's time-out", async () => {
    const start = performance.now();
    const { status, body } = await bench.send("/slow", { headers: { "x-envoy-upstream-rq-timeout-ms": "60000" } });
    assert.deepEqual([status, JSON.parse(body)], [504, { code: 504, message: "upstream request timeout" }]);
    const passed = performance.now() - start;
    assert.ok(passed > 950 && passed < 3_000, `${passed} ms`);
  });

  it("once, also if the connection is reset", async () => {
    for (const method of ["GET", "POST"]) {
      attempts = 0;
      const headers = { "x-envoy-retry-on": "reset,5xx", "x-envoy-max-retries": "3" };
      const { status } = await bench.send("/reset", { method, headers });
      assert.deepEqual([status, attempts], [503, 1], method);
    }
  });
});

describe("A companion verifies the servers that it calls", function () {
  this.timeout(60_000);
  const names = ["good", "wrong", "gone", "named", "private", "byAddress"];
  const link = { network: "main", subnetwork: "run" };
  const api = normalise({
    version: 1,
    backends: Object.fromEntries(
      names.map((name) => [name, { kind: ["named", "private"].includes(name) ? "onPrem" : "http", paths: "exact" }]),
    ),
    auth: { staff: { kind: "jwt", audiences: ["orders"] }, anyone: { kind: "open", reason: "a test" } },
    default: { auth: "anyone" },
    routes: {
      ...Object.fromEntries(names.map((name) => [`GET /${name}`, { to: name }])),
      "GET /guarded": { to: "good", auth: "staff" },
    },
  });
  let bench: CompanionBench;
  before(async () => {
    const another = await CertificateAuthority.create();
    const bindings = {
      backends: {
        good: { url: "https://good.example.com/base" },
        wrong: { url: "https://wrong.example.com" },
        gone: { url: "https://gone.example.com:8443" },
        named: { url: "https://10.1.2.3:8443", link: { ...link, serverName: "erp.corp.example" } },
        private: { url: "https://erp.corp.example", link: { ...link, certificateAuthority: another.certificate } },
        byAddress: { url: "https://10.1.2.4" },
      },
      auth: { staff: { issuer, jwksUri: "https://keys.example.com/jwks" } },
    };
    bench = await CompanionBench.start(api, bindings, {
      dead: ["gone.example.com:8443"],
      certified: { "wrong.example.com:443": "other.example.com", "10.1.2.3:8443": "erp.corp.example" },
    });
  });
  after(() => bench.stop());

  const statusOf = async (path: string): Promise<number> => (await bench.send(path)).status;

  it("by the host of the URL, which is a name or an address", async () => {
    const { status, received } = await bench.send("/good");
    assert.deepEqual([status, received?.target, received?.headers.host], [200, "/base/good", "good.example.com"]);
    assert.equal(await statusOf("/byAddress"), 200);
    assert.equal(await statusOf("/wrong"), 503);
  });

  it("by the server name of a link, and only with the authority of a link", async () => {
    const { status, received } = await bench.send("/named");
    assert.deepEqual([status, received?.headers.host], [200, "10.1.2.3:8443"]);
    assert.equal(await statusOf("/private"), 503);
  });

  it("and looks their names up", async () => {
    const server = createServer((_, response) => response.end("found"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const open = shopApi({ "GET /": { auth: "anyone" } });
    const bindings = { ...shopBindings, backends: { shop: { url: `http://localhost:${port}` } } };
    const envoy = await EnvoyProcess.start({
      program: findEnvoy().program,
      bootstrap: { ...companionConfiguration(open, bindings) },
    });
    try {
      assert.equal(await (await fetch(`http://127.0.0.1:${envoy.port("companion")}/`)).text(), "found");
    } finally {
      await envoy.stop();
      server.closeAllConnections();
      server.close();
    }
  });

  it("and answers 503 for one that is down, while the others serve", async () => {
    assert.equal(await statusOf("/gone"), 503);
    assert.equal(await statusOf("/good"), 200);
  });

  it("and reads an issuer's keys over a connection that it verifies", async () => {
    assert.equal((await bench.send("/guarded", { headers: bearing(tokenWith()) })).status, 200);
  });
});

describe("A companion refuses", function () {
  this.timeout(60_000);

  /** A configuration whose routes lack a filter's own settings. */
  const without =
    (filter: string) =>
    (configuration: EnvoyConfiguration): EnvoyConfiguration => {
      const routes = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(routes);
        if (typeof value !== "object" || value === null) return value;
        const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, routes(member)]));
        const { typed_per_filter_config: settings } = value as Partial<EnvoyRoute>;
        if (settings === undefined) return members;
        const { [filter]: _, ...others } = settings;
        return { ...members, typed_per_filter_config: others };
      };
      return routes(configuration) as EnvoyConfiguration;
    };

  for (const [filter, what, expected] of [
    ["envoy.filters.http.rbac", "what a route has no rules for", 403],
    ["envoy.filters.http.jwt_authn", "a guarded request whose token is not checked", 401],
  ] as const) {
    it(what, async () => {
      const bench = await CompanionBench.start(shopApi({ "GET /orders": {} }), shopBindings, {
        change: without(filter),
      });
      try {
        const { status, received } = await bench.send("/orders", { headers: bearing(tokenWith()) });
        assert.deepEqual([status, received], [expected, undefined]);
      } finally {
        await bench.stop();
      }
    });
  }

  it("tokens while the issuer's keys cannot be read, and starts nevertheless", async () => {
    const dead = { dead: ["keys.example.com:80"] };
    const bench = await CompanionBench.start(
      shopApi({ "GET /orders": {}, "GET /open": { auth: "anyone" } }),
      shopBindings,
      dead,
    );
    try {
      assert.equal((await bench.send("/orders", { headers: bearing(tokenWith()) })).status, 401);
      assert.equal((await bench.send("/open")).status, 200);
    } finally {
      await bench.stop();
    }
  });
});
