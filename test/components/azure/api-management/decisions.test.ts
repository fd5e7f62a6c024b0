import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { ApiRoute } from "../../../../components/api/checked-api.ts";
import { byPrecedence, type Pattern } from "../../../../components/api/path/pattern.ts";
import {
  decisionOf,
  deployed,
  everyReading,
  keys,
  privateKey,
  set,
} from "../../../support/components/azure/api-management/deployed-api.ts";
import { orders, ordersBindings } from "../../../support/components/azure/api-management/orders.ts";
import { field, service } from "../../../support/sandbox/data-plane/azure/api-management/service.ts";

const now = Date.parse("2026-01-01T00:00:00Z") / 1000;

type Claims = Readonly<Record<string, unknown>>;

/** A token that names the issuer, signed with its key or with another one. */
function bearer(claims: Claims, key: KeyObject = privateKey): { readonly Authorization: string } {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = { iss: set.issuer, aud: "orders", sub: "ada", exp: now + 60, ...claims };
  const signed = `${part({ alg: "RS256", kid: "k" })}.${part(payload)}`;
  return { Authorization: `Bearer ${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}` };
}

describe("the worked example on API Management", () => {
  const open = () => service(deployed(orders, ordersBindings), { keys });

  it("forwards open routes to the mapped path, with the query", async () => {
    const { forward } = open();
    const cases = {
      "GET /shop": "https://catalog.example.com/index",
      "GET /shop/?a=1&b=%20": "https://catalog.example.com/index?a=1&b=%20",
      "GET /shop/catalog/a%20b/c?x": "https://catalog.example.com/v2/a%20b/c?x",
    };
    for (const [line, url] of Object.entries(cases)) assert.equal((await forward(line)).url, url);
    assert.equal((await forward("GET /shop/catalog/x")).timeoutMs, 15_000);
  });

  it("answers a route with a reply by itself", async () => {
    const { reply } = open();
    const answer = await reply("GET /shop/health");
    assert.deepEqual([answer.status, answer.body], [200, '{"ok":true,"at":{"is":"ü"}}']);
    assert.equal(field(answer, "content-type"), "application/json");
  });

  it("rejects a request without a valid token to a route that requires one", async () => {
    const gateway = open();
    const refused: Record<string, Claims> = {
      "wrong audience": { aud: "other" },
      "no audience": { aud: [] },
      expired: { exp: now - 1 },
      "wrong issuer": { iss: "https://elsewhere.example.com" },
    };
    for (const [fault, claims] of Object.entries(refused)) {
      assert.equal(await decisionOf(gateway, "GET /shop/orders/special", bearer(claims)), "unauthenticated", fault);
    }
    assert.equal(await decisionOf(gateway, "GET /shop/orders/special"), "unauthenticated");
    const forged = bearer({}, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
    assert.equal(await decisionOf(gateway, "GET /shop/orders/special", forged), "unauthenticated");
    const { url, timeoutMs, headers } = await gateway.forward(
      "GET /shop/orders/special",
      bearer({ aud: ["x", "back office"] }),
    );
    assert.deepEqual([url, timeoutMs], ["https://erp.example.com:8443/base/orders/special", 30_000]);
    assert.match(field({ headers }, "authorization") ?? "", /^Bearer ey/);
  });

  it("rejects a valid token without a required scope, whichever claim lists its scopes", async () => {
    const gateway = open();
    const held: readonly [Claims, string][] = [
      [{}, "forbidden"],
      [{ scope: "" }, "forbidden"],
      [{ scope: "orders:reader xorders:read" }, "forbidden"],
      [{ scp: ["orders:write"] }, "forbidden"],
      [{ scope: "x orders:read" }, "proxied"],
      [{ scope: ["x", "orders:admin"] }, "proxied"],
      [{ scp: "orders:admin y" }, "proxied"],
      [{ scp: ["orders:read"], scope: "nothing" }, "proxied"],
    ];
    for (const [claims, decision] of held) {
      assert.equal(await decisionOf(gateway, "GET /shop/orders/7", bearer(claims)), decision, JSON.stringify(claims));
    }
  });

  it("rejects a valid token that lacks one of the scopes that are all required, whichever claim lists its scopes", async () => {
    const { routes } = orders;
    const strict = { ...routes["GET /orders/{id}"], scopes: { all: ["orders:read", "orders:admin"] } };
    const description = { ...orders, routes: { ...routes, "GET /orders/{id}": strict } };
    const gateway = service(deployed(description, ordersBindings), { keys });
    const held: readonly [Claims, string][] = [
      [{}, "forbidden"],
      [{ scope: "orders:read" }, "forbidden"],
      [{ scope: "orders:read xorders:admin" }, "forbidden"],
      [{ scp: ["orders:admin"] }, "forbidden"],
      [{ scope: "orders:admin x orders:read" }, "proxied"],
      [{ scp: ["orders:read", "orders:admin"] }, "proxied"],
      [{ scp: ["orders:read"], scope: "orders:admin" }, "proxied"],
    ];
    for (const [claims, decision] of held) {
      assert.equal(await decisionOf(gateway, "GET /shop/orders/7", bearer(claims)), decision, JSON.stringify(claims));
    }
  });

  it("sets and removes exactly the declared headers", async () => {
    const { forward } = open();
    const { headers } = await forward("POST /shop/orders", {
      ...bearer({ scope: "orders:write" }),
      Cookie: "a=b",
      "X-Shop": "mine",
      "X-Other": "kept",
    });
    assert.deepEqual(
      headers
        .filter(([name]) => /^(?:x-shop|x-other|cookie)$/i.test(name))
        .map(([name, value]) => [name.toLowerCase(), value])
        .toSorted(),
      [
        ["x-other", "kept"],
        ["x-shop", "@(1) {{x}}"],
      ],
    );
  });

  it("counts requests with a valid token only, per consumer, address and route", async () => {
    const gateway = open();
    const ada = bearer({ scope: "orders:write" });
    const bob = bearer({ scope: "orders:write", sub: "bob" });
    for (let index = 0; index < 20; index++)
      assert.equal(await decisionOf(gateway, "POST /shop/orders"), "unauthenticated");
    for (let index = 0; index < 60; index++) {
      assert.equal(await decisionOf(gateway, "POST /shop/orders", ada), "proxied", String(index));
      gateway.clock.now += 150;
    }
    assert.equal((await gateway.reply("POST /shop/orders", ada)).status, 429);
    gateway.clock.now += 1000;
    assert.equal(await decisionOf(gateway, "POST /shop/orders", bob), "proxied");
    assert.equal(await decisionOf(gateway, "GET /shop/orders/special", ada), "proxied");
    gateway.clock.now += 60_000;
    assert.equal(
      (await gateway.decide("POST /shop/orders", bearer({ scope: "orders:write", exp: now + 600 }))).decision,
      "proxied",
    );
  });

  it("rejects a token without a subject on a route that counts consumers", async () => {
    const gateway = open();
    const nobody = bearer({ sub: undefined, scope: "orders:write orders:read" });
    assert.equal(await decisionOf(gateway, "POST /shop/orders", nobody), "unauthenticated");
    assert.equal(await decisionOf(gateway, "GET /shop/orders/7", nobody), "proxied");
  });

  it("answers preflights of declared routes, and decides requests from other origins like all others", async () => {
    const gateway = open();
    const ask = { Origin: "https://shop.example.com", "Access-Control-Request-Method": "POST" };
    const preflight = await gateway.reply("OPTIONS /shop/orders", ask);
    assert.equal(field(preflight, "access-control-allow-origin"), "https://shop.example.com");
    const elsewhere = { Origin: "https://evil.example.com" };
    assert.equal(await decisionOf(gateway, "GET /shop/catalog/x", elsewhere), "proxied");
    assert.equal(await decisionOf(gateway, "GET /shop/orders/7", elsewhere), "unauthenticated");
    const refused = await gateway.reply("OPTIONS /shop/orders", { ...ask, ...elsewhere });
    assert.equal(field(refused, "access-control-allow-origin"), undefined);
  });

  it("matches no path that a backend might read as another", async () => {
    const odd = ["catalog//x", "catalog/x/", "catalog/a%2Fb", "catalog/a%5cb", "catalog/./x", "catalog/%2E%2e/orders"];
    odd.push(
      "catalog/x/..%2F",
      "catalog/..;/orders/7",
      "Catalog/x",
      "cat%61log/x",
      "catalog/{x}",
      "catalog/x|",
      "health|GET",
      "catalog/%61",
      "catalog/%2d",
      "catalog",
      "catalog/",
    );
    for (const readings of everyReading) {
      const gateway = service(deployed(orders, ordersBindings), { keys, readings });
      for (const path of odd) {
        assert.match(
          await decisionOf(gateway, `GET /shop/${path}`),
          /^(?:no route|malformed)$/,
          `${path} ${JSON.stringify(readings)}`,
        );
      }
    }
  });
});

describe("a path with escaped characters", () => {
  const description = {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["orders"] }, anyone: { kind: "open", reason: "a test" } },
    routes: {
      "GET /notes/{id}": { to: "shop", auth: "anyone" },
      "GET /notes/to:staff": { to: "shop", auth: "staff" },
    },
  };

  it("never matches a wider route in place of a literal one", async () => {
    for (const readings of everyReading) {
      const gateway = service(deployed(description), { keys, readings });
      assert.equal(await decisionOf(gateway, "GET /shop/notes/to:staff"), "unauthenticated");
      for (const path of ["to%3Astaff", "to%3astaff", "%74o:staff", "%54O:staff", "to:staf%66"]) {
        assert.equal(await decisionOf(gateway, `GET /shop/notes/${path}`), "no route", path);
      }
      for (const path of ["a%40b", "a%20b", "%C3%BC", "a%2Bb", "to:other"]) {
        assert.equal(await decisionOf(gateway, `GET /shop/notes/${path}`), "proxied", path);
      }
    }
  });
});

/** The route of a request, found by trying each one. Shares no code with the policy. */
function expected(routes: readonly ApiRoute[], method: string, segments: readonly string[]): ApiRoute | undefined {
  const holds = (pattern: Pattern): boolean =>
    pattern.every((segment, index) => {
      const requested = segments[index];
      if (requested === undefined) return false;
      return segment.kind === "literal" ? segment.text === requested : true;
    }) &&
    (pattern.at(-1)?.kind === "greedy" || pattern.length === segments.length);
  return routes
    .filter((route) => route.method === method && holds(route.pattern))
    .toSorted((a, b) => byPrecedence(a.pattern, b.pattern))[0];
}

describe("any API on API Management", () => {
  const part = fc.constantFrom("a", "b", "{}");
  const paths = fc.tuple(fc.array(part, { maxLength: 3 }), fc.boolean()).map(([parts, greedy]) => {
    const named = parts.map((each, index) => (each === "{}" ? `{p${index}}` : each));
    return `/${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
  });
  const routes = fc.uniqueArray(
    fc.tuple(fc.constantFrom("GET", "POST"), paths, fc.constantFrom("same", "prefix", "rest")),
    {
      selector: ([method, path]) => `${method} ${path.replace(/\{p\d\}/g, "{}")}`,
      minLength: 1,
      maxLength: 8,
    },
  );
  const requests = fc.array(
    fc.tuple(fc.constantFrom("GET", "POST"), fc.array(fc.constantFrom("a", "b", "c", "x%20y"), { maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it("finds the route that the contract requires and maps its path, under every reading of undocumented behaviour", async () => {
    let proxied = 0;
    await fc.assert(
      fc.asyncProperty(routes, requests, fc.constantFrom("", "shop", "shop/v1"), async (wanted, sent, path) => {
        const entries = wanted.map(([method, route, mapping]) => {
          const mapped =
            mapping === "prefix"
              ? `/pre${route}`
              : `/m/${(route.match(/\{[^}]+\}/g) ?? []).join("/").replace("+", "")}`;
          const target = mapping === "same" ? {} : { path: mapped.replace(/(?<=.)\/$/, "") };
          return [`${method} ${route}`, { to: "shop", auth: "anyone", ...target }] as const;
        });
        const description = {
          version: 1,
          backends: { shop: { kind: "http" } },
          auth: { anyone: { kind: "open", reason: "a test" } },
          routes: Object.fromEntries(entries),
        };
        const api = (() => {
          try {
            return normalise(description);
          } catch {
            return undefined;
          }
        })();
        fc.pre(api !== undefined);
        const artefacts = deployed(
          description,
          { backends: { shop: { url: "https://h.example/base" } }, auth: {} },
          path,
        );
        for (const readings of everyReading) {
          const gateway = service(artefacts, { readings });
          for (const [method, segments] of sent) {
            const line = `${method} ${[path === "" ? "" : `/${path}`, ...segments].join("/") || "/"}`;
            const outcome = await gateway.decide(line);
            const route = expected(api?.routes ?? [], method, segments);
            if (route === undefined || route.kind !== "proxy") {
              assert.equal(outcome.decision, "no route", line);
              continue;
            }
            assert.equal(outcome.decision, "proxied", `${line}: ${outcome.reason}`);
            const values = new Map(
              route.pattern.flatMap((segment, index) =>
                segment.kind === "literal"
                  ? []
                  : [
                      [
                        segment.name,
                        segment.kind === "greedy" ? segments.slice(index).join("/") : segments[index],
                      ] as const,
                    ],
              ),
            );
            const tail = route.backendPath.map((segment) =>
              segment.kind === "literal" ? segment.text : values.get(segment.name),
            );
            const url = outcome.decision === "proxied" ? outcome.forward.origin + outcome.forward.path : "";
            assert.equal(url, `https://h.example/base/${tail.join("/")}`);
            proxied++;
          }
        }
      }),
    );
    assert.ok(proxied > 100, `${proxied} requests were proxied`);
  }).timeout(60_000);
});
