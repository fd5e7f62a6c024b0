import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { type Api, type ApiRoute, requiresKey, tokenOf } from "../../../../components/api/checked-api.ts";
import type { Pattern } from "../../../../components/api/path/pattern.ts";
import { invocationUri } from "../../../../components/aws/function/invocation-uri.ts";
import { binaryMediaTypesOf } from "../../../../components/aws/rest-api/target.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsRestApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import type { GatewayRequest, Outcome, Surroundings } from "../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";
import { apis, checking, target, texts } from "../../../support/components/aws/rest-api/generated.ts";

const EXECUTION = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5";
const KEY = "a-key-of-a-consumer-1";

/** A stage with the document and settings of an API. Its functions accept every token and record their calls. */
class Stage {
  readonly asked: string[] = [];
  readonly document: {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>;
  };
  readonly #decide: (request: GatewayRequest) => Outcome | Promise<Outcome>;

  constructor(api: Api) {
    const { document, methods, plans } = target.compile(api, placeholders(api, target));
    this.document = JSON.parse(document);
    const artefacts: AwsRestApiArtefacts = {
      kind: "aws-rest-api",
      deploymentId: "d1e2f3",
      document,
      executionArn: EXECUTION,
      apiKeySource: "HEADER",
      binaryMediaTypes: binaryMediaTypesOf(api),
      functions: Object.fromEntries(functionsOf(document).map((arn) => [arn, functionOf(arn)])),
      stage: {
        name: "live",
        variables: {},
        methodSettings: Object.fromEntries(
          methods.map(({ methodPath, rate, burst }) => [
            methodPath,
            { throttlingRateLimit: rate, throttlingBurstLimit: burst },
          ]),
        ),
      },
      usagePlans: Object.entries(plans).map(([id, { methods: own }], index) => ({
        id,
        methodThrottles: Object.fromEntries(
          own.map(({ path, rate, burst }) => [path, { rateLimit: rate, burstLimit: burst }]),
        ),
        keys: index === 0 ? [{ id: "k", value: KEY, enabled: true }] : [],
      })),
    };
    const surroundings: Surroundings = {
      now: () => 1_700_000_000_000,
      keys: {
        of: () => {
          throw new Error("the gateway itself knows no issuers");
        },
      },
      counters: new ProcessCounters(),
      functions: {
        invoke: async ({ arn }, event) => {
          this.asked.push(arn);
          const { methodArn } = event as { readonly methodArn: string };
          const statement = { Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn };
          return { returned: { principalId: "p", policyDocument: { Version: "2012-10-17", Statement: [statement] } } };
        },
      },
    };
    const interpreter = interpretAwsRestApi(artefacts, surroundings);
    this.#decide = (request) => interpreter.decide(request);
  }

  async decide(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return this.#decide({
      method,
      path: `/live${path}`,
      query: "",
      headers: Object.entries(headers),
      header: (name) => headers[name],
      remoteAddress: "192.0.2.1",
    });
  }

  /** The route of an outcome's method, according to the document. */
  routeOf(outcome: Outcome): string | undefined {
    const [method = "", path = ""] = outcome.route?.split(" ") ?? [];
    return outcome.route === undefined ? undefined : this.document.paths[path]?.[method.toLowerCase()]?.summary;
  }
}

function functionsOf(document: string): readonly string[] {
  return [...new Set([...document.matchAll(/functions\/(arn:[^/]*)\/invocations/g)].map(([, arn]) => arn ?? ""))];
}

function functionOf(arn: string): AwsFunction {
  return {
    arn,
    runtime: "nodejs22.x",
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
    files: {},
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
  };
}

/** The precedence of the description, segment by segment: a literal, then a parameter, then the rest. */
function expected(api: Api, method: string, path: readonly string[]): ApiRoute | undefined {
  const rank = { literal: 0, parameter: 1, greedy: 2 } as const;
  const ranks = ({ pattern }: ApiRoute) => pattern.map(({ kind }) => rank[kind]).join("");
  return api.routes
    .filter((route) => route.method === method && holds(route.pattern, path))
    .toSorted((a, b) => (ranks(a) < ranks(b) ? -1 : 1))[0];
}

function holds([segment, ...others]: Pattern, [text, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return text === undefined;
  if (text === undefined) return false;
  if (segment.kind === "greedy") return true;
  return (segment.kind === "parameter" || segment.text === text) && holds(others, rest);
}

/** The pattern without the names of its parameters. */
function shape(key: string): string {
  return key.replace(/\{[^}+]+/g, "{");
}

/** The path below the backend's URL to which the description maps a request. */
function mapped({ pattern, ...route }: ApiRoute, path: readonly string[]): string {
  if (route.kind !== "proxy") throw new Error("a reply has no backend");
  const values = new Map(
    pattern.flatMap((segment, index) => {
      if (segment.kind === "literal") return [];
      return [[segment.name, segment.kind === "greedy" ? path.slice(index).join("/") : path[index]] as const];
    }),
  );
  return `/${route.backendPath.map((segment) => (segment.kind === "literal" ? segment.text : values.get(segment.name))).join("/")}`;
}

const words = [...texts, "z"];
const requests = fc.array(
  fc.record({
    route: fc.nat(20),
    method: fc.option(fc.constantFrom("GET", "POST", "DELETE", "HEAD", "PUT"), { nil: undefined, freq: 1 }),
    /** Values for a route's parameters, and sometimes values that match none. */
    words: fc.array(fc.constantFrom(...words), { minLength: 6, maxLength: 6 }),
    rest: fc.integer({ min: 0, max: 3 }),
    astray: fc.boolean(),
  }),
  { minLength: 20, maxLength: 20 },
);

/** A request to a route, or to a similar path. */
function aimed(
  { routes }: Api,
  { route: index, method, words: own, rest, astray }: typeof requests extends fc.Arbitrary<(infer R)[]> ? R : never,
): { readonly method: string; readonly path: readonly string[] } {
  const route = routes[index % routes.length];
  if (route === undefined) throw new Error("no routes");
  const path = route.pattern.flatMap((segment, at): readonly string[] => {
    const word = own[at] ?? "z";
    if (segment.kind === "greedy") return own.slice(0, astray ? rest : Math.max(rest, 1));
    return [segment.kind === "literal" && !(astray && rest === at) ? segment.text : word];
  });
  return { method: astray ? (method ?? route.method) : route.method, path };
}

const credentials = { Authorization: "Bearer t", "x-api-key": KEY };

describe("a REST API", () => {
  it("routes each request as the description does, after the authorizer and the key that its route requires", async function () {
    this.timeout(60_000);
    const met = { "no route": 0, proxied: 0, invoked: 0, replied: 0, shadowed: 0 };
    await fc.assert(
      fc.asyncProperty(apis, requests, async (api, sent) => {
        const unlimited = { ...api, plans: {}, routes: api.routes.map((route) => ({ ...route, limits: [] })) };
        const keyed = { ...unlimited, plans: { standard: { limits: [], routes: {} } } };
        const stage = new Stage(api.routes.some(({ auth }) => requiresKey(auth)) ? keyed : unlimited);
        for (const each of sent) {
          const { method, path } = aimed(api, each);
          const route = expected(api, method, path);
          stage.asked.length = 0;
          const outcome = await stage.decide(method, `/${path.join("/")}`, credentials);
          assert.equal(stage.routeOf(outcome), route?.key, `${method} /${path.join("/")}`);
          if (route === undefined) {
            assert.equal(outcome.decision, "no route");
            assert.equal(outcome.decision === "no route" ? outcome.reply.status : 0, 404);
            met["no route"]++;
            continue;
          }
          const token = tokenOf(route.auth) !== undefined;
          assert.deepEqual(stage.asked, token ? [checking(route.authName, route.scopes.names)] : []);
          const kind = route.kind === "reply" ? "replied" : route.backendKind === "fn" ? "invoked" : "proxied";
          assert.equal(outcome.decision, kind);
          met[kind]++;
          if (shape(outcome.route ?? "") !== shape(route.key)) met.shadowed++;
          if (outcome.decision === "proxied") {
            const { origin, path: sent } = outcome.forward;
            assert.equal(`${origin}${sent}`, `https://erp.backend.invalid${mapped(route, path)}`);
          }
          if (outcome.decision === "invoked") {
            assert.equal(outcome.invocation.target.arn, "arn:aws:lambda:us-east-1:000000000000:function:ship");
          }
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(Math.min(...Object.values(met)) > 100, JSON.stringify(met));
  });

  it("rejects every request without the credentials that its route requires", async function () {
    this.timeout(60_000);
    const met = { token: 0, key: 0, both: 0, open: 0 };
    await fc.assert(
      fc.asyncProperty(apis, requests, async (api, sent) => {
        const stage = new Stage(api);
        for (const each of sent) {
          const { method, path } = aimed(api, each);
          const route = expected(api, method, path);
          if (route === undefined) continue;
          const [token, key] = [tokenOf(route.auth) !== undefined, requiresKey(route.auth)];
          const lacking = [
            ...(token ? [{ "x-api-key": KEY }] : []),
            ...(key ? [{ Authorization: "Bearer t" }, { ...credentials, "x-api-key": "a-key-that-nobody-made" }] : []),
            ...(token || key ? [{}] : []),
          ];
          for (const headers of lacking) {
            const outcome = await stage.decide(method, `/${path.join("/")}`, headers as Record<string, string>);
            assert.equal(outcome.decision, "unauthenticated", `${route.key} with ${JSON.stringify(headers)}`);
            assert.equal(outcome.decision === "unauthenticated" ? outcome.reply.status : 0, 401);
          }
          met[token && key ? "both" : token ? "token" : key ? "key" : "open"]++;
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(Math.min(...Object.values(met)) > 50, JSON.stringify(met));
  });

  it("replies with the exact status, headers and body of the description", async function () {
    this.timeout(60_000);
    let met = 0;
    await fc.assert(
      fc.asyncProperty(apis, async (api) => {
        const stage = new Stage(api);
        for (const route of api.routes) {
          if (route.kind !== "reply") continue;
          const path = `/${route.pattern.map((segment) => (segment.kind === "literal" ? segment.text : "z")).join("/")}`;
          const outcome = await stage.decide(route.method, path, { ...credentials, origin: "https://a.test" });
          if (outcome.decision !== "replied" || stage.routeOf(outcome) !== route.key) continue;
          met++;
          const headers = new Map(outcome.reply.headers.map(([name, value]) => [name.toLowerCase(), value]));
          assert.equal(outcome.reply.status, route.status);
          assert.equal(outcome.reply.body, route.body);
          for (const [name, value] of Object.entries(route.headers)) assert.equal(headers.get(name), value);
          const allowed = api.cors?.origins.includes("*") ? "*" : api.cors === undefined ? undefined : "https://a.test";
          assert.equal(headers.get("access-control-allow-origin"), allowed);
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(met > 100, `${met} replies`);
  });

  it("responds to preflights without credentials, and allows an origin only if the description lists it", async function () {
    this.timeout(60_000);
    const met = { named: 0, other: 0, none: 0 };
    await fc.assert(
      fc.asyncProperty(
        apis,
        fc.constantFrom("https://a.test", "https://evil.test"),
        fc.constantFrom("origin", "Origin"),
        async (api, origin, header) => {
          const stage = new Stage(api);
          for (const route of api.routes) {
            const path = `/${route.pattern.map((segment) => (segment.kind === "literal" ? segment.text : "z")).join("/")}`;
            const outcome = await stage.decide("OPTIONS", path, { [header]: origin });
            if (api.cors === undefined) {
              assert.equal(outcome.decision, "no route");
              met.none++;
              continue;
            }
            if (outcome.decision !== "preflight") assert.fail(`${outcome.decision}: ${outcome.reason}`);
            const headers = new Map(outcome.reply.headers.map(([name, value]) => [name.toLowerCase(), value]));
            const { origins } = api.cors;
            const allowed = origins.includes("*") ? "*" : origins.includes(origin) ? origin : undefined;
            assert.equal(outcome.reply.status, 204);
            assert.equal(outcome.reply.body, "");
            assert.equal(headers.get("access-control-allow-origin"), allowed);
            assert.equal(headers.get("access-control-allow-methods"), api.cors.methods.join(","));
            assert.equal(headers.get("access-control-allow-headers"), "authorization,content-type");
            assert.equal(headers.get("access-control-max-age"), String(api.cors.maxAgeSeconds));
            met[allowed === undefined ? "other" : "named"]++;
          }
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(Math.min(...Object.values(met)) > 50, JSON.stringify(met));
  });

  it("accepts exactly the requests of a limit, by route and by key, and every preflight", async () => {
    const described = {
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { partners: { kind: "apiKey" }, anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      cors: { origins: ["https://a.test"] },
      plans: { standard: { routes: { "GET /planned/{x}": [{ requests: 2, per: "hour" }] } } },
      routes: {
        "GET /": { to: "shop", limits: [{ requests: 3, per: "minute", by: "route" }] },
        "GET /free": { to: "shop" },
        "GET /keyed": { to: "shop", auth: "partners", limits: [{ requests: 4, per: "day", by: "consumer" }] },
        "GET /planned/{x}": { to: "shop", auth: "partners", limits: [{ requests: 9, per: "second", by: "consumer" }] },
      },
    };
    const stage = new Stage(carry(normalise(described), target.capabilities, {}, target.check).api);
    for (const [path, most] of [
      ["/", 3],
      ["/keyed", 4],
      ["/planned/1", 2],
      ["/free", 30],
    ] as const) {
      const decisions: string[] = [];
      for (let sent = 0; sent < 30; sent++) decisions.push((await stage.decide("GET", path, credentials)).decision);
      assert.deepEqual(
        decisions,
        decisions.map((_, index) => (index < most ? "proxied" : "limited")),
        path,
      );
      assert.equal((await stage.decide("OPTIONS", path, { origin: "https://a.test" })).decision, "preflight", path);
    }
  });

  it("replies to a body of any usual media type, and rejects others", async () => {
    const described = {
      version: 1,
      backends: {},
      auth: { anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      routes: { "POST /": { reply: { status: 202, body: "taken" } } },
    };
    const stage = new Stage(carry(normalise(described), target.capabilities, {}, target.check).api);
    const usual = ["application/json", "text/plain; charset=utf-8", "application/x-www-form-urlencoded"];
    for (const type of usual) {
      assert.equal((await stage.decide("POST", "/", { "content-type": type })).decision, "replied", type);
    }
    const outcome = await stage.decide("POST", "/", { "content-type": "application/vnd.test" });
    assert.deepEqual([outcome.decision, "reply" in outcome && outcome.reply.status], ["malformed", 415]);
  });

  it("refers to functions by the URI of their own partition and Region", () => {
    assert.equal(
      invocationUri("arn:aws-cn:lambda:cn-north-1:123456789012:function:ship"),
      "arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/arn:aws-cn:lambda:cn-north-1:123456789012:function:ship/invocations",
    );
  });
});
