import assert from "node:assert/strict";
import fc from "fast-check";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Waivers } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { ApiRoute } from "../../../../components/api/checked-api.ts";
import { type Pattern, parsePattern, relate } from "../../../../components/api/path/pattern.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { refusalsOf } from "../../../../components/gateway/refusals.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { type Gateway, gateway, swagger } from "../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http", paths: "exact" } },
  auth: {
    staff: { kind: "jwt", audiences: ["s"] },
    partners: { kind: "jwt", audiences: ["p"] },
    anyone: { kind: "open", reason: "a test" },
  },
  default: { auth: "staff" },
};

const target = apiGatewayTarget({ title: "shop" });

function compile(description: object, waive: Waivers = {}) {
  const { api, waived } = carry(normalise({ ...base, ...description }), target.capabilities, waive, (all) =>
    refusalsOf(target, all, placeholders(all, target)),
  );
  return { api, document: target.compile(api, placeholders(api)), waived };
}

function refused(description: object): readonly Problem[] {
  try {
    compile(description);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const features = (description: object) => refused(description).map(({ feature }) => feature);
const codes = (description: object): readonly string[] => refused(description).map(({ code }) => code);
const route = (key: string, more: object = {}) => ({ routes: { [key]: { to: "shop", ...more } } });
const audience = (...audiences: string[]) => ({
  ...route("GET /"),
  auth: { staff: { kind: "jwt", audiences } },
});

describe("the target of Google's API Gateway", () => {
  it("rejects scopes, which the gateway would not check, and offers no waiver", () => {
    assert.deepEqual(refused(route("GET /", { scopes: ["a"] })), [
      {
        code: "not-carried",
        route: "GET /",
        feature: "auth.scopes",
        vendor: "gcp",
        rule: "GcpApiGateway does not support scopes of a token: the gateway accepts scopes in its document but never checks them.",
        remedy:
          "Set companion, give the routes separate audiences, omit the routes (omit), or deploy to AzureApiManagementApi or AwsHttpApi.",
      },
    ]);
  });

  it("rejects limits, unless they are waived with a reason", () => {
    const limited = route("GET /", { limits: [{ requests: 5, per: "minute", by: "consumer" }] });
    assert.deepEqual(refused(limited), [
      {
        code: "not-carried",
        route: "GET /",
        feature: "limits.consumer",
        vendor: "gcp",
        rule: "GcpApiGateway does not support limits per second or minute by consumer, on a route with a token: its quotas only count API keys, per project and minute.",
        remedy:
          'Set companion, put a load balancer with Cloud Armor in front, or deploy to AzureApiManagementApi. Or do without it: waive: { limits: "why that is safe" }.',
      },
    ]);
    assert.deepEqual(compile(limited, { limits: "the load balancer limits" }).waived, [
      { what: "limits", reason: "the load balancer limits", routes: ["GET /"] },
    ]);
  });

  it("rejects CORS unless it is waived, and always rejects replies, header changes and paths with moved parameters", () => {
    const cors = { ...route("GET /"), cors: { origins: ["*"] } };
    assert.deepEqual(
      refused(cors).map(({ feature }) => feature),
      ["cors"],
    );
    assert.deepEqual(compile(cors, { cors: "one origin" }).waived, [
      { what: "cors", reason: "one origin", routes: [] },
    ]);
    assert.deepEqual(features({ routes: { "GET /": { reply: { status: 200 } } } }), ["reply"]);
    assert.deepEqual(features(route("GET /", { requestHeaders: { set: { a: "b" }, remove: ["c"] } })), [
      "headers.set",
      "headers.remove",
    ]);
    assert.deepEqual(features(route("GET /a/{x}", { path: "/b/{x}" })), ["path.rewrite"]);
    assert.deepEqual(features(route("GET /a/{x}", { path: "/b" })), ["path.rewrite"]);
    assert.deepEqual(features(route("GET /a/{rest+}", { path: "/{rest}" })), ["path.rewrite"]);
    assert.deepEqual(features(route("GET /a", { path: "/b/c" })), []);
    assert.deepEqual(features(route("GET /a/{x}", { path: "/b/c/a/{x}" })), []);
  });

  it("rejects a colon in a literal, which would begin a verb", () => {
    assert.deepEqual(refused(route("POST /orders:cancel")), [
      {
        code: "not-carried",
        route: "POST /orders:cancel",
        feature: "route.literal.colon",
        vendor: "gcp",
        rule: "GcpApiGateway does not support literal segments with a colon: the colon would begin a verb, so `/things:cancel` would also match `/things/:cancel`, but not `/things:cancel/`.",
        remedy: "Rename the segment, or replace it by a parameter that the backend reads.",
      },
    ]);
    assert.deepEqual(features(route("POST /a:b/{x}")), ["route.literal.colon"]);
  });

  it("serves a mark of regular expressions in a path with parameters as itself alone", async () => {
    for (const special of [".", "$", "(", ")", "+", "(a)+$"]) {
      for (const [key, path] of [
        [`GET /a${special}b/{x}`, `/a${special}b/7`],
        [`GET /{x}/a${special}b/{rest+}`, `/7/a${special}b/c/d`],
        [`GET /a${special}b`, `/a${special}b`],
      ] as const) {
        const { decide } = gateway(compile({ ...route(key, { auth: "anyone" }) }).document);
        assert.equal((await decide(`GET ${path}`)).decision, "proxied", path);
        for (const other of ["", "x", "/", "aa"]) {
          const missed = path.replace(special, other);
          assert.equal((await decide(`GET ${missed}`)).decision, "no route", missed);
        }
      }
    }
  });

  it("rejects a backend's URL with percent-encodings, which the gateway would decode", () => {
    const { api } = compile(route("GET /"));
    const bound = (url: string) => ({
      backends: { shop: { url } },
      auth: { staff: { issuer: "https://a.example.com" }, partners: { issuer: "https://b.example.com" } },
    });
    assert.deepEqual(checkBindings(api, bound("https://shop.example.com/a%2Fb"), target), [
      {
        place: "backends.shop.url",
        feature: "backend.http",
        vendor: "gcp",
        code: "encoded-url",
        rule: 'API Gateway decodes the path of a backend\'s URL, so the backend would see another path than "https://shop.example.com/a%2Fb".',
        remedy: "Bind a URL without percent-encodings, and let the backend serve that path.",
      },
    ]);
    for (const text of ["%20", "%25", "%41", "%c3%a9"]) {
      assert.equal(checkBindings(api, bound(`https://shop.example.com/${text}`), target).length, 1, text);
    }
    assert.deepEqual(checkBindings(api, bound("https://shop.example.com/a'b(c)$&*;=:@"), target), []);
  });

  it("rejects audiences that the gateway would split or trim", () => {
    assert.deepEqual(refused(audience("ok", "a,b")), [
      {
        place: "auth.staff.audiences[1]",
        feature: "auth.jwt",
        vendor: "gcp",
        code: "bad-audience",
        rule: 'API Gateway reads audiences as one text that it splits at commas and trims, so "a,b" would be another audience.',
        remedy: "Use an audience without commas and without blanks at either end.",
      },
    ]);
    for (const text of [" a", "a ", "\u00a0a", ",", " "]) assert.deepEqual(codes(audience(text)), ["bad-audience"]);
    assert.deepEqual(codes(audience("a b", "é", "https://a/")), []);
  });

  it("rejects audiences of which nothing remains to compare", () => {
    for (const text of ["/", "https://", "http://", "https:///"]) {
      const [problem] = refused(audience(text));
      assert.deepEqual([problem?.code, problem?.place], ["empty-audience", "auth.staff.audiences[0]"], text);
    }
  });

  it("rejects a greedy route whose empty rest would bypass another route, and names both", () => {
    const routes = {
      "GET /files/{name}": { to: "shop" },
      "GET /files/public/{rest+}": { to: "shop", auth: "anyone" },
      "GET /files/{name}/{rest+}": { to: "shop" },
    };
    assert.deepEqual(refused({ routes }), [
      {
        code: "empty-rest",
        route: "GET /files/public/{rest+}",
        feature: "route.greedy",
        vendor: "gcp",
        rule: 'On API Gateway, "GET /files/public/{rest+}" also matches "/files/public/", so that requests could bypass "GET /files/{name}".',
        remedy: 'Declare "GET /files/public" with the authentication that it must have.',
      },
    ]);
    const declared = { ...routes, "GET /files/public": { to: "shop" } };
    assert.deepEqual(refused({ routes: declared }), []);
    const same = { ...routes, "GET /files/public/{rest+}": { to: "shop" } };
    assert.deepEqual(refused({ routes: same }), []);
  });

  it("accepts a greedy route that the gateway tries after the other route", () => {
    const open = { to: "shop", auth: "anyone" };
    const closed = { to: "shop" };
    // The gateway tries the crossing route later.
    assert.deepEqual(codes({ routes: { "GET /a/{y}/{rest+}": open, "GET /{x}/b": closed } }), ["empty-rest"]);
    // The gateway tries the crossing route first.
    assert.deepEqual(codes({ routes: { "GET /{x}/b/{rest+}": open, "GET /a/{y}": closed } }), []);
    assert.deepEqual(codes({ routes: { "GET /a/{y}/{rest+}": open, "GET /a/b": closed } }), []);
    // The open route between them hides the wider, guarded one.
    assert.deepEqual(
      codes({ routes: { "GET /{any+}": closed, "GET /a/{y}": open, "GET /a/b/{rest+}": open } }).filter(
        (code) => code === "empty-rest",
      ),
      [],
    );
    // The greedy route matches no requests with another method.
    assert.deepEqual(codes({ routes: { "POST /a/b/{rest+}": open, "GET /a/{x}": closed } }), []);
  });
});

describe("a document with the paths that the target rejects", () => {
  const open = { "x-google-backend": { address: "https://shop.example.com", disable_auth: true } };

  it("lets a greedy parameter match an empty rest", async () => {
    const { decide } = gateway(swagger({ "GET /files/{rest=**}": open, "GET /{name}": {} }));
    assert.equal((await decide("GET /files/")).route, "GET /files/{rest=**}");
    assert.equal((await decide("GET /files")).route, "GET /{name}");
  });
});

describe("an API on Google's API Gateway", () => {
  const segment = fc.constantFrom("a", "b", "a", "{}", "{}", "it's", "a.b");
  const paths = fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
    .map(
      ([parts, rest]) =>
        `/${[...parts.map((part, at) => part.replace("{}", `{p${at}}`)), ...(rest ? ["{rest+}"] : [])].join("/")}`,
    );
  const described = fc
    .uniqueArray(
      fc.record({
        method: fc.constantFrom("GET", "GET", "POST"),
        path: paths,
        auth: fc.constantFrom("staff", "partners", "anyone"),
      }),
      { minLength: 1, maxLength: 6, selector: ({ method, path }) => `${method} ${path}` },
    )
    .map((routes) =>
      Object.fromEntries(routes.map(({ method, path, auth }) => [`${method} ${path}`, { to: "shop", auth }])),
    );

  /** The route that the description gives a plain path to. */
  function taker(routes: readonly ApiRoute[], method: string, path: string): ApiRoute | undefined {
    const pattern = parsePattern(path) as Pattern;
    return routes.find((one) => one.method === method && ["wider", "equal"].includes(relate(one.pattern, pattern)));
  }

  async function passes({ decide }: Gateway, line: string): Promise<boolean> {
    return (await decide(line)).decision === "proxied";
  }

  it("sends each request to the route of the description, and lets no trailing slash bypass authentication", async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(described, async (routes) => {
        let compiled: ReturnType<typeof compile>;
        try {
          compiled = compile({ routes });
        } catch (error) {
          assert.ok(error instanceof PolygateError);
          return;
        }
        const served = gateway(compiled.document);
        for (const method of ["GET", "POST"]) {
          for (const path of [
            "/",
            "/a",
            "/b",
            "/it's",
            "/a.b",
            "/axb",
            "/a.b/a",
            "/a/a.b",
            "/a/a",
            "/a/b",
            "/b/a",
            "/a/x",
            "/x/b",
            "/a/a/a",
            "/a/b/x/y",
            "/a/x/b",
          ]) {
            const expected = taker(compiled.api.routes, method, path);
            const open = expected?.auth.kind === "open";
            const rootRest = path === "/" && expected === undefined;
            if (!rootRest) assert.equal(await passes(served, `${method} ${path}`), open, `${method} ${path}`);
            // Envoy keeps a path of slashes only. Where a lenient server reads it as /, the description is refused as a whole.
            const slashed = path !== "/" && (await passes(served, `${method} ${path}/`));
            if (slashed && expected !== undefined) assert.ok(open, `${method} ${path}/`);
            checked++;
          }
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(checked > 1000, `${checked}`);
  });

  it("consists of three resources and one artefact", () => {
    const { api, document } = compile(route("GET /"));
    assert.equal(target.resources(api), 3);
    assert.deepEqual(target.artefacts(document), { "openapi.json": document });
  });
});
