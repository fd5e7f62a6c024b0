import assert from "node:assert/strict";
import {
  field,
  openApi,
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const ORIGIN = "https://app.example.com";
const cors = ({
  attributes = 'terminate-unmatched-request="true"',
  origins = [`${ORIGIN}/`],
  methods = '<allowed-methods preflight-result-max-age="300"><method>GET</method><method>PUT</method></allowed-methods>',
  headers = "<allowed-headers><header>Content-Type</header><header>x-a</header></allowed-headers>",
  expose = "",
} = {}) =>
  `<cors ${attributes}><allowed-origins>${origins.map((each) => `<origin>${each}</origin>`).join("")}</allowed-origins>${methods}${headers}${expose}</cors>`;
const guard = `<return-response><set-status code="401" reason="Unauthorized" /></return-response>`;
const subject = (policy: string, more = "", document = openApi("GET /a", "PUT /a/{id}", "POST /b")): Service =>
  service({ policy: policies({ inbound: policy + more }), document });
const preflight = (method: string, more: Readonly<Record<string, string>> = {}) => ({
  Origin: ORIGIN,
  "Access-Control-Request-Method": method,
  ...more,
});
const at = (policy: string, place: RegExp, problem: RegExp) => refused(() => subject(policy), place, problem);

describe("cors", () => {
  it("answers the preflight for a declared operation without other policies and without a subscription key", async () => {
    const api = service({
      subscriptionRequired: true,
      policy: policies({ inbound: cors() + guard }),
      document: openApi("PUT /a/{id}"),
    });
    const outcome = await api.decide(
      "OPTIONS /shop/a/7",
      preflight("PUT", { "Access-Control-Request-Headers": "X-A, content-type" }),
    );
    assert.equal(outcome.decision, "preflight");
    assert.equal(outcome.route, "PUT /shop/a/{id}");
    assert.deepEqual("reply" in outcome && outcome.reply, {
      status: 200,
      headers: [
        ["Access-Control-Allow-Origin", ORIGIN],
        ["Access-Control-Allow-Methods", "PUT"],
        ["Access-Control-Allow-Headers", "X-A,content-type"],
        ["Access-Control-Max-Age", "300"],
      ],
      body: "",
    });
  });

  it("answers an unmatched preflight with an empty 200", async () => {
    const api = subject(cors(), guard);
    const empty = { status: 200, headers: [], body: "" };
    assert.deepEqual(
      await api.reply("OPTIONS /shop/a", { ...preflight("GET"), Origin: "https://evil.example" }),
      empty,
    );
    assert.deepEqual(await api.reply("OPTIONS /shop/a", { ...preflight("GET"), Origin: "null" }), empty);
    assert.deepEqual(
      await api.reply("OPTIONS /shop/a", { ...preflight("GET"), Origin: "http://app.example.com" }),
      empty,
    );
    assert.deepEqual(
      await api.reply("OPTIONS /shop/a", preflight("GET", { "Access-Control-Request-Headers": "x-b" })),
      empty,
    );
    assert.deepEqual(await api.reply("OPTIONS /shop/b", preflight("POST")), empty);
    const lenient = subject(cors({ attributes: 'terminate-unmatched-request="false"' }), guard);
    assert.deepEqual(await lenient.reply("OPTIONS /shop/b", preflight("POST")), empty);
  });

  it("does not answer a preflight for an undeclared operation, nor an OPTIONS request that is not a preflight", async () => {
    const api = subject(cors());
    assert.equal((await api.decide("OPTIONS /shop/none", preflight("GET"))).decision, "no route");
    assert.equal((await api.decide("OPTIONS /shop/a", preflight("PUT"))).decision, "no route");
    assert.equal((await api.decide("OPTIONS /shop/a", { Origin: ORIGIN })).decision, "no route");
    assert.equal((await subject("").decide("OPTIONS /shop/a", preflight("GET"))).decision, "no route");
  });

  it("passes a declared OPTIONS operation to the other policies", async () => {
    const api = subject(cors(), guard, openApi("GET /a", "OPTIONS /a"));
    assert.equal((await api.decide("OPTIONS /shop/a", preflight("GET"))).decision, "unauthenticated");
  });

  it("allows an allowed origin to read the response, and replaces the headers of the backend", async () => {
    const api = subject(
      cors({
        attributes: 'allow-credentials="true" terminate-unmatched-request="true"',
        expose: "<expose-headers><header>X-B</header><header>X-C</header></expose-headers>",
      }),
    );
    const answer = (await api.forward("GET /shop/a", { Origin: ORIGIN })).response?.(200, [
      ["access-control-allow-origin", "*"],
    ]);
    assert.deepEqual(answer?.headers, [
      ["Access-Control-Allow-Origin", ORIGIN],
      ["Access-Control-Allow-Credentials", "true"],
      ["Access-Control-Expose-Headers", "X-B,X-C"],
    ]);
    assert.deepEqual((await api.forward("GET /shop/a")).response?.(200, []).headers, []);
  });

  it("allows an allowed origin to read an error too", async () => {
    const api = subject(cors(), guard);
    assert.equal(field(await api.reply("GET /shop/a", { Origin: ORIGIN }), "access-control-allow-origin"), ORIGIN);
  });

  it("ends a GET from another origin with an empty 200, or forwards it without CORS headers", async () => {
    const strict = subject(cors());
    const headers = { Origin: "https://evil.example" };
    assert.deepEqual(await strict.reply("GET /shop/a", headers), { status: 200, headers: [], body: "" });
    assert.equal((await strict.decide("POST /shop/b", headers)).decision, "proxied");
    const lenient = subject(cors({ attributes: 'terminate-unmatched-request="false"' }));
    assert.deepEqual((await lenient.forward("GET /shop/a", headers)).response?.(200, []).headers, []);
  });

  it("allows every origin, method and header with *", async () => {
    const api = subject(
      cors({
        origins: ["*"],
        methods: "<allowed-methods><method>*</method></allowed-methods>",
        headers: "<allowed-headers><header>*</header></allowed-headers>",
      }),
    );
    const reply = await api.reply(
      "OPTIONS /shop/b",
      preflight("POST", { "Access-Control-Request-Headers": "anything" }),
    );
    assert.equal(field(reply, "access-control-allow-origin"), "*");
    assert.equal(field(reply, "access-control-allow-headers"), "anything");
    assert.equal(field(reply, "access-control-max-age"), "0");
  });

  it("allows GET and POST without a list of methods, and compares ports", async () => {
    const api = subject(cors({ methods: "", origins: ["https://app.example.com:443", "http://localhost:8080"] }));
    assert.equal(field(await api.reply("OPTIONS /shop/b", preflight("POST")), "access-control-allow-origin"), ORIGIN);
    assert.equal(
      field(await api.reply("OPTIONS /shop/a/1", preflight("PUT")), "access-control-allow-origin"),
      undefined,
    );
    const port = { ...preflight("POST"), Origin: "http://localhost:8081" };
    assert.equal(field(await api.reply("OPTIONS /shop/b", port), "access-control-allow-origin"), undefined);
  });

  it("is rejected without origins, twice, or for every origin with credentials", () => {
    at(cors() + cors(), /inbound cors\[2\]$/, /only once/);
    at(`<cors terminate-unmatched-request="true" />`, /cors\[1\]$/, /must contain <allowed-origins>/);
    at(cors({ headers: "" }), /cors\[1\]$/, /must contain <allowed-headers>/);
    at(cors({ origins: [] }), /allowed-origins\[1\]$/, /at least one <origin>/);
    at(
      cors({ origins: ["*"], attributes: 'allow-credentials="true" terminate-unmatched-request="true"' }),
      /cors\[1\]$/,
      /every origin/,
    );
    at(cors({ origins: ["*", ORIGIN] }), /cors\[1\]$/, /must be the only origin/);
    at(cors({ origins: ["app.example.com"] }), /cors\[1\]$/, /must be a scheme, a host and a port/);
    at(cors({ origins: ["https://*.example.com/x"] }), /cors\[1\]$/, /must be a scheme, a host and a port/);
    at(cors({ methods: "<allowed-methods />" }), /allowed-methods\[1\]$/, /at least one <method>/);
    at(cors({ headers: "<allowed-headers><header /></allowed-headers>" }), /header\[1\]$/, /<header> is empty/);
    at(
      cors({ headers: "<expose-headers><header>a</header></expose-headers><allowed-headers />" }),
      /allowed-headers\[1\]$/,
      /must not follow <expose-headers>/,
    );
    refused(
      () => service({ policy: policies({ outbound: cors() }) }),
      /outbound cors\[1\]$/,
      /API Management does not allow <cors> in <outbound>, only in <inbound>/,
    );
  });

  for (const [unmatchedOrigin, decision] of [
    ["passes", "proxied"],
    ["terminates", "replied"],
  ] as const) {
    it(`needs no terminate-unmatched-request; a request from another origin then ${unmatchedOrigin}, as the reading of the sandbox says`, async () => {
      const policy = policies({ inbound: cors({ attributes: "" }) });
      const api = service(
        { policy, document: openApi("GET /a") },
        { readings: { "apim-unmatched-origin": unmatchedOrigin } },
      );
      assert.equal((await api.decide("GET /shop/a", { Origin: "https://evil.example" })).decision, decision);
      assert.equal((await api.decide("GET /shop/a", { Origin: ORIGIN })).decision, "proxied");
    });
  }
});
