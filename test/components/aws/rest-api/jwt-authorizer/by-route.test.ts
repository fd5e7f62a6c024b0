import assert from "node:assert/strict";
import fc from "fast-check";
import { createAuthorizer } from "../../../../../components/aws/rest-api/jwt-authorizer/function/authorizer.mjs";
import {
  createFunction,
  createRouteAuthorizer,
} from "../../../../../components/aws/rest-api/jwt-authorizer/function/by-route.mjs";
import { methodArn } from "../../../../support/components/aws/rest-api/jwt-authorizer/authorizer-bench.ts";
import {
  compact,
  LocalIssuer,
  type Signer,
  signer,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

const now = Date.UTC(2026, 10, 24);
const names = ["a", "b", "c"] as const;
const list = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const scopes = fc.oneof(
  fc.constant([]),
  list,
  list.map((all) => ({ all })),
);
const paths = ["/", "/a", "/a/{x}", "/a/{rest+}", "/b", "/__proto__", "/constructor"];
const keys = ["GET", "POST"].flatMap((method) => paths.map((path) => `${method} ${path}`));

describe("the function that decides by route", () => {
  let key: Signer;
  let issuer: LocalIssuer;
  let requests = 0;
  before(async () => {
    key = await signer("RS256", "one");
    issuer = new LocalIssuer();
    issuer.published = [key.jwk];
  });

  const surroundings = () => ({
    fetch: ((...request: Parameters<typeof fetch>) => {
      requests++;
      return issuer.fetch(...request);
    }) as typeof fetch,
    now: () => now,
    log: () => {},
  });
  const requirement = (more: object = {}) => ({ issuer: issuer.url, audiences: ["orders"], scopes: [], ...more });
  const token = (claims: object = {}) => {
    const at = now / 1_000;
    return compact(key, { iss: issuer.url, aud: "orders", sub: "u-1", iat: at, exp: at + 300, ...claims });
  };
  const event = (route: string, authorization: string) => {
    const [httpMethod = "", resource = ""] = route.split(" ");
    return { methodArn, httpMethod, resource, multiValueHeaders: { Authorization: [authorization] } };
  };

  it("decides like the function of the route's own requirement, for any requirements and routes", async () => {
    const counts = { allow: 0, deny: 0 };
    const requirements = fc.array(scopes, { minLength: 1, maxLength: 6 });
    const routes = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.nat(9)), {
      minLength: 1,
      selector: ([route]) => route,
    });
    await fc.assert(
      fc.asyncProperty(requirements, routes, fc.subarray([...names]), async (sets, entries, held) => {
        const all = sets.map((each) => requirement({ scopes: each }));
        const table = Object.fromEntries(entries.map(([route, index]) => [route, index % all.length]));
        const handler = createRouteAuthorizer({ requirements: all, routes: table }, surroundings());
        const authorization = `Bearer ${await token({ scope: held.join(" ") })}`;
        for (const route of keys) {
          const index = Object.hasOwn(table, route) ? table[route] : undefined;
          if (index === undefined) {
            await assert.rejects(handler(event(route, authorization)), /names no route with a requirement/);
            continue;
          }
          const own = createAuthorizer(all[index] ?? requirement(), surroundings());
          const expected = await own({ authorizationToken: authorization, methodArn });
          assert.deepEqual(await handler(event(route, authorization)), expected);
          counts[JSON.stringify(expected).includes('"Allow"') ? "allow" : "deny"]++;
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(Math.min(...Object.values(counts)) > 20, JSON.stringify(counts));
  });

  it("checks the issuer and the audience of the route's own auth", async () => {
    const content = {
      requirements: [requirement(), requirement({ audiences: ["partners"] }), requirement({ issuer: "https://other" })],
      routes: { "GET /a": 0, "GET /b": 1, "GET /c": 2 },
    };
    const handler = createRouteAuthorizer(content, surroundings());
    const authorization = `Bearer ${await token()}`;
    assert.equal((await handler(event("GET /a", authorization))).principalId, "u-1");
    for (const route of ["GET /b", "GET /c"]) {
      await assert.rejects(handler(event(route, authorization)), /^Error: Unauthorized$/);
    }
  });

  it("fetches the keys of an issuer once for all routes", async () => {
    const content = {
      requirements: [requirement(), requirement({ scopes: ["a"] })],
      routes: { "GET /a": 0, "GET /b": 1 },
    };
    const handler = createRouteAuthorizer(content, surroundings());
    requests = 0;
    for (const route of ["GET /a", "GET /b"]) await handler(event(route, `Bearer ${await token({ scope: "a" })}`));
    // The discovery document and the keys.
    assert.equal(requests, 2);
  });

  it("accepts exactly one Authorization header, in any case of its name, from either member of the event", async () => {
    const handler = createRouteAuthorizer({ requirements: [requirement()], routes: { "GET /a": 0 } }, surroundings());
    const good = `Bearer ${await token()}`;
    const decide = (headers: object) => handler({ methodArn, httpMethod: "GET", resource: "/a", ...headers });
    for (const headers of [
      { multiValueHeaders: { authorization: [good] } },
      { headers: { AUTHORIZATION: good } },
      { headers: { Authorization: good }, multiValueHeaders: null },
      { headers: { Authorization: good }, multiValueHeaders: { Authorization: [good], "X-A": ["b"] } },
    ]) {
      assert.equal((await decide(headers)).principalId, "u-1", JSON.stringify(Object.keys(headers)));
    }
    for (const headers of [
      {},
      { headers: null, multiValueHeaders: null },
      { headers: { Authorization: good }, multiValueHeaders: {} },
      { headers: { Authorization: good }, multiValueHeaders: { Authorization: ["Bearer x", good] } },
      { multiValueHeaders: { Authorization: [good, good] } },
      { multiValueHeaders: { Authorization: [good], authorization: [good] } },
      { headers: { Authorization: good, authorization: good } },
      { headers: { "X-Authorization": good } },
    ]) {
      await assert.rejects(decide(headers), /^Error: Unauthorized$/);
    }
  });

  it("is chosen by the content of the package", async () => {
    const authorization = `Bearer ${await token()}`;
    const single = createFunction(requirement(), surroundings());
    assert.equal((await single({ authorizationToken: authorization, methodArn } as never)).principalId, "u-1");
    const several = createFunction({ requirements: [requirement()], routes: { "GET /a": 0 } }, surroundings());
    assert.equal((await several(event("GET /a", authorization) as never)).principalId, "u-1");
  });
});
