import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Waivers } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { ApiRoute } from "../../../../components/api/checked-api.ts";
import { type Pattern, parsePattern, relate } from "../../../../components/api/path/pattern.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { type Gateway, gateway, refusal, swagger } from "../../../sandbox/data-plane/gcp/api-gateway/gateway.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: {
    staff: { kind: "jwt", audiences: ["s"] },
    partners: { kind: "jwt", audiences: ["p"] },
    anyone: { kind: "open", reason: "a test" },
  },
  default: { auth: "staff" },
};

const target = apiGatewayTarget({ title: "shop" });

function compile(given: object, waive: Waivers = {}) {
  const { api, waived } = carry(normalise({ ...base, ...given }), target.capabilities, waive, target.check);
  return { api, document: target.compile(api, placeholders(api)), waived };
}

function refused(given: object): readonly Problem[] {
  try {
    compile(given);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const features = (given: object) => refused(given).map(({ feature }) => feature);
const codes = (given: object): readonly string[] => refused(given).map(({ code }) => code);
const route = (key: string, more: object = {}) => ({ routes: { [key]: { to: "shop", ...more } } });
const audience = (...audiences: string[]) => ({
  ...route("GET /"),
  auth: { staff: { kind: "jwt", audiences } },
});

describe("Google's API Gateway refuses", () => {
  it("scopes, which nobody would check, and offers no waiver", () => {
    assert.deepEqual(refused(route("GET /", { scopes: ["a"] })), [
      {
        code: "not-carried",
        route: "GET /",
        feature: "auth.scopes",
        vendor: "gcp",
        rule: "GcpApiGateway does not support scopes of a token: it accepts scopes in its document and never checks them.",
        remedy:
          "Give the routes audiences of their own, leave them out (omit), or deploy to AzureApiManagementApi or AwsHttpApi.",
      },
    ]);
  });

  it("limits, unless they are waived with a reason", () => {
    const limited = route("GET /", { limits: [{ requests: 5, per: "minute", by: "consumer" }] });
    assert.deepEqual(refused(limited), [
      {
        code: "not-carried",
        route: "GET /",
        feature: "limits.consumer",
        vendor: "gcp",
        rule: "GcpApiGateway does not support limits per second or minute by consumer, on a route with a token: its quotas count API keys, per project and minute, and nothing else.",
        remedy:
          'Put a load balancer with Cloud Armor in front, or deploy to AzureApiManagementApi. Or do without it: waive: { limits: "why that is safe" }.',
      },
    ]);
    assert.deepEqual(compile(limited, { limits: "the load balancer limits" }).waived, [
      { what: "limits", reason: "the load balancer limits", routes: ["GET /"] },
    ]);
  });

  it("CORS, unless it is waived; replies, header changes, and paths made of parameters in any case", () => {
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

  it("a colon in a literal, which would start a verb", () => {
    assert.deepEqual(refused(route("POST /orders:cancel")), [
      {
        code: "not-carried",
        route: "POST /orders:cancel",
        feature: "route.literal.colon",
        vendor: "gcp",
        rule: "GcpApiGateway does not support literal segments with a colon: the colon would start a verb, and `/things:cancel` also takes `/things/:cancel`, but not `/things:cancel/`.",
        remedy: "Rename the segment without a colon, or make it a parameter and let the backend read it.",
      },
    ]);
    assert.deepEqual(features(route("POST /a:b/{x}")), ["route.literal.colon"]);
  });

  it("what means something in a regular expression, beside a parameter", () => {
    assert.deepEqual(refused(route("GET /v1.2/{id}")), [
      {
        code: "not-carried",
        route: "GET /v1.2/{id}",
        feature: "route.literal.mark",
        vendor: "gcp",
        rule: "GcpApiGateway does not support literal segments with `.`, `$`, `(`, `)` or `+` in a path with parameters: a path with parameters becomes a regular expression with these in it, where a dot takes every character, a slash too.",
        remedy: "Rename the segment without the mark, or make it a parameter and let the backend read it.",
      },
    ]);
    for (const special of [".", "$", "(", ")", "+"]) {
      assert.deepEqual(features(route(`GET /a${special}b/{x}`)), ["route.literal.mark"], special);
      assert.deepEqual(features(route(`GET /{x}/a${special}b/{rest+}`)), ["route.literal.mark"], special);
      assert.deepEqual(features(route(`GET /a${special}b`)), [], special);
    }
    assert.deepEqual(features(route("GET /a-_~!&',;=@b/{x}")), []);
  });

  it("audiences that the list of audiences would not hold as they are", () => {
    assert.deepEqual(refused(audience("ok", "a,b")), [
      {
        place: "auth.staff.audiences[1]",
        feature: "auth.jwt",
        vendor: "gcp",
        code: "bad-audience",
        rule: 'API Gateway takes audiences as one text, split at commas and trimmed, so "a,b" would be another',
        remedy: "Have the issuer name an audience without commas, and without blanks at its ends.",
      },
    ]);
    for (const text of [" a", "a ", "\u00a0a", ",", " "]) assert.deepEqual(codes(audience(text)), ["bad-audience"]);
    assert.deepEqual(codes(audience("a b", "é", "https://a/")), []);
  });

  it("audiences of which nothing is left to compare", () => {
    for (const text of ["/", "https://", "http://", "https:///"]) {
      const [problem] = refused(audience(text));
      assert.deepEqual([problem?.code, problem?.place], ["empty-audience", "auth.staff.audiences[0]"], text);
    }
  });

  it("a rest that would also take a path of another route, and names both", () => {
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
        rule: 'on API Gateway "GET /files/public/{rest+}" also takes "/files/public/", which would get requests around "GET /files/{name}"',
        remedy: 'Declare "GET /files/public" with the authentication it should have.',
      },
    ]);
    const declared = { ...routes, "GET /files/public": { to: "shop" } };
    assert.deepEqual(refused({ routes: declared }), []);
    const same = { ...routes, "GET /files/public/{rest+}": { to: "shop" } };
    assert.deepEqual(refused({ routes: same }), []);
  });

  it("a rest only where the gateway really tries it first", () => {
    const open = { to: "shop", auth: "anyone" };
    const closed = { to: "shop" };
    // Another route, crossing, that the gateway tries after it.
    assert.deepEqual(codes({ routes: { "GET /a/{y}/{rest+}": open, "GET /{x}/b": closed } }), ["empty-rest"]);
    // And before it.
    assert.deepEqual(codes({ routes: { "GET /{x}/b/{rest+}": open, "GET /a/{y}": closed } }), []);
    assert.deepEqual(codes({ routes: { "GET /a/{y}/{rest+}": open, "GET /a/b": closed } }), []);
    // Nothing of the wider, guarded route: the open one between them takes it all.
    assert.deepEqual(
      codes({ routes: { "GET /{any+}": closed, "GET /a/{y}": open, "GET /a/b/{rest+}": open } }).filter(
        (code) => code === "empty-rest",
      ),
      [],
    );
    // Another method's requests are not taken.
    assert.deepEqual(codes({ routes: { "POST /a/b/{rest+}": open, "GET /a/{x}": closed } }), []);
  });
});

describe("the traps that are refused", () => {
  const open = { "x-google-backend": { address: "https://shop.example.com", disable_auth: true } };

  it("are there: a dot takes the slash of another route", async () => {
    const { decide } = gateway(swagger({ "GET /v1.2/{id}": open }));
    assert.equal((await decide("GET /v1/2/7")).route, "GET /v1.2/{id}");
  });

  it("are there: a rest of nothing is taken", async () => {
    const { decide } = gateway(swagger({ "GET /files/{rest=**}": open, "GET /{name}": {} }));
    assert.equal((await decide("GET /files/")).route, "GET /files/{rest=**}");
    assert.equal((await decide("GET /files")).route, "GET /{name}");
  });

  it("are there: the sandbox refuses the characters that Google would read as an expression", () => {
    assert.match(refusal(swagger({ "GET /a+b/{id}": open })), /regular expression/);
  });
});

describe("what Google's API Gateway carries", () => {
  const segment = fc.constantFrom("a", "b", "a", "{}", "{}", "it's", "a-b");
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

  it("goes to the route that the description names, and a slash at the end opens nothing", async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(described, async (routes) => {
        let made: ReturnType<typeof compile>;
        try {
          made = compile({ routes });
        } catch (error) {
          assert.ok(error instanceof PolygateError);
          return;
        }
        const served = gateway(made.document);
        for (const method of ["GET", "POST"]) {
          for (const path of [
            "/",
            "/a",
            "/b",
            "/it's",
            "/a/a",
            "/a/b",
            "/b/a",
            "/a/x",
            "/x/b",
            "/a/a/a",
            "/a/b/x/y",
            "/a/x/b",
          ]) {
            const expected = taker(made.api.routes, method, path);
            const open = expected?.auth.kind === "open";
            const rootRest = path === "/" && expected === undefined;
            if (!rootRest) assert.equal(await passes(served, `${method} ${path}`), open, `${method} ${path}`);
            const slashed = await passes(served, `${method} ${path === "/" ? "//" : `${path}/`}`);
            if (slashed && expected !== undefined) assert.ok(open, `${method} ${path}/`);
            checked++;
          }
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(checked > 1000, `${checked}`);
  });

  it("is three resources and one artefact", () => {
    const { api, document } = compile(route("GET /"));
    assert.equal(target.resources(api), 3);
    assert.deepEqual(target.artefacts(document), { "openapi.json": document });
  });
});
