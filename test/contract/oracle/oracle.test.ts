import assert from "node:assert/strict";
import fc from "fast-check";
import { authenticate, type KeyFacts, type TokenFacts } from "./credential.ts";
import { type DescriptionText, routesOf } from "./description.ts";
import { LimitsModel, nextPeriod, type Visit } from "./limits.ts";
import { type ContractRequest, type Decision, Oracle } from "./oracle.ts";
import { exactReading, isPlain, mapped, match, normalPath } from "./path.ts";

const description: DescriptionText = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: {
    staff: { kind: "jwt", audiences: ["orders"] },
    key: { kind: "apiKey" },
    both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["orders"] }, { kind: "apiKey" }] },
    anyone: { kind: "open", reason: "a test" },
  },
  default: { auth: "staff" },
  plans: { small: { limits: [{ requests: 2, per: "minute" }], quota: { requests: 3, per: "day" } } },
  cors: { origins: ["https://shop.test"] },
  routes: {
    "GET /orders/{id}": { to: "shop", scopes: ["read", "admin"] },
    "GET /orders/special": { to: "shop", auth: "anyone", path: "/s" },
    "GET /files/{rest+}": { to: "shop", auth: "anyone", path: "/v2/{rest}" },
    "GET /files/secret": { to: "shop" },
    "GET /keyed": { to: "shop", auth: "key" },
    "GET /both": { to: "shop", auth: "both", scopes: ["read"] },
    "GET /health": { auth: "anyone", reply: { status: 200 } },
  },
};
const places = {
  backends: { shop: { url: "https://shop.test" } },
  auth: { staff: { issuer: "https://login.test" }, both: { issuer: "https://login.test" } },
  consumers: {
    one: { plan: "small", key: "1".repeat(20), enabled: true },
    two: { plan: "small", key: "2".repeat(20), enabled: true },
    off: { plan: "small", key: "3".repeat(20), enabled: false },
  },
};
const at = Date.UTC(2031, 0, 1);
const good: TokenFacts = {
  kind: "token",
  algorithm: "RS256",
  signedFor: "https://login.test",
  keyId: "right",
  issuer: "https://login.test",
  audiences: ["orders"],
  hasAud: true,
  expires: at / 1000 + 300,
  scopes: ["read"],
  subject: "somebody",
  carried: "bearer",
};

function asking(change: Partial<ContractRequest>): ContractRequest {
  return {
    method: "GET",
    path: "/orders/1",
    query: "",
    headers: [],
    credential: good,
    key: { kind: "none" },
    bodyBytes: 0,
    address: "127.0.0.1",
    at,
    ...change,
  };
}

function keyOf(consumer: string, carried: "header" | "elsewhere" | "beside another" = "header"): KeyFacts {
  return { kind: "known", consumer, carried };
}

function decisionsOf(change: Partial<ContractRequest>): readonly Decision[] {
  return [...new Oracle(description, places, 1000).judge(asking(change), () => "up").allowed];
}

describe("the oracle", () => {
  const none = { kind: "none" } as const;
  const decided: readonly (readonly [string, Partial<ContractRequest>, readonly Decision[]])[] = [
    ["a valid token", {}, ["proxied"]],
    ["no token", { credential: none }, ["unauthenticated"]],
    ["a token without the scope", { credential: { ...good, scopes: ["write"] } }, ["forbidden"]],
    ["a token with the other scope", { credential: { ...good, scopes: ["admin"] } }, ["proxied"]],
    ["an open literal beside a guarded parameter", { path: "/orders/special", credential: none }, ["proxied"]],
    ["a guarded literal inside an open rest", { path: "/files/secret", credential: none }, ["unauthenticated"]],
    ["a reply", { path: "/health", credential: none }, ["replied"]],
    ["an unknown path", { path: "/none" }, ["no route"]],
    ["an unknown method", { method: "POST" }, ["no route"]],
    ["an oversized body", { bodyBytes: 1001 }, ["too large"]],
    ["an oversized body without a token", { bodyBytes: 1001, credential: none }, ["unauthenticated", "too large"]],
    ["an empty rest", { path: "/files" }, ["no route"]],
    ["a key where one is required", { path: "/keyed", credential: none, key: keyOf("one") }, ["proxied"]],
    ["no key", { path: "/keyed" }, ["unauthenticated"]],
    ["a key of no consumer", { path: "/keyed", key: { kind: "unknown" } }, ["unauthenticated"]],
    ["a disabled key", { path: "/keyed", key: keyOf("off") }, ["unauthenticated"]],
    ["a key in another place", { path: "/keyed", key: keyOf("one", "elsewhere") }, ["unauthenticated"]],
    ["a key beside another", { path: "/keyed", key: keyOf("one", "beside another") }, ["unauthenticated", "proxied"]],
    ["a key and a token where both are required", { path: "/both", key: keyOf("one") }, ["proxied"]],
    [
      "a key alone where both are required",
      { path: "/both", credential: none, key: keyOf("one") },
      ["unauthenticated"],
    ],
    ["a token alone where both are required", { path: "/both" }, ["unauthenticated"]],
    [
      "a token without the scope, and no key",
      { path: "/both", credential: { ...good, scopes: [] } },
      ["forbidden", "unauthenticated"],
    ],
    [
      "a token without the scope, and a key",
      { path: "/both", credential: { ...good, scopes: [] }, key: keyOf("one") },
      ["forbidden"],
    ],
    ["a key in place of a token", { credential: none, key: keyOf("one") }, ["unauthenticated"]],
    [
      "a preflight",
      {
        method: "OPTIONS",
        headers: [
          ["Origin", "https://shop.test"],
          ["Access-Control-Request-Method", "GET"],
        ],
      },
      ["preflight"],
    ],
  ];
  for (const [request, change, decisions] of decided) {
    it(`decides ${request}: ${decisions.join(" or ")}`, () => assert.deepEqual(decisionsOf(change), decisions));
  }

  it("forbids to forward odd spellings of a guarded path for a client that may not call the route", () => {
    const guardOf = (path: string, credential: ContractRequest["credential"]) =>
      new Oracle(description, places, 1000).judge(asking({ path, credential }), () => "up").guard;
    for (const path of ["/files/secre%74", "/files//secret", "/files/secret/", "/files/x/../secret"]) {
      assert.equal(guardOf(path, none), "GET /files/secret", path);
      assert.equal(guardOf(path, good), undefined, path);
    }
    assert.equal(guardOf("/files/other/", none), undefined);
  });

  it("maps parameters and the rest into the backend's path, decoded", () => {
    const found = match(routesOf(description), "GET", exactReading("/files/a%20b/c"));
    assert.deepEqual(found && mapped(found), [
      { text: "v2", own: true },
      { text: "a b", own: false },
      { text: "c", own: false },
    ]);
  });

  it("distinguishes plain paths from odd ones", () => {
    for (const path of ["/", "/a", "/a/b%20c", "/%C3%A9", "/a;b", "/a%23", "/..."]) assert.ok(isPlain(path), path);
    const odd = [
      "",
      "a",
      "/a/",
      "//a",
      "/./a",
      "/a/..",
      "/a%2Fb",
      "/%61",
      "/a%2541",
      "/a%25",
      "/a%3Fb",
      "/a/..%20",
      "/a%5c",
      "/a\\b",
      "/%",
      "/%C3",
      "/..;/a",
      "/a%00",
      "/%2e",
    ];
    for (const path of odd) assert.ok(!isPlain(path), path);
  });

  it("reads odd paths as a careful backend does", () => {
    assert.equal(normalPath("/a/./b/../%63//d/"), "/a/c/d");
    assert.equal(normalPath("/a%2Fb"), "/a%2Fb");
    assert.equal(normalPath("/../a"), "/a");
  });

  it("accepts a token within its times, with a skew of a minute", () => {
    const accepts = (change: Partial<TokenFacts>, byClient = false) =>
      authenticate({ ...good, ...change }, { audiences: ["orders"], byClient, issuer: "https://login.test" }, at);
    const now = at / 1000;
    assert.equal(accepts({ expires: now + 1 }), "accepted");
    assert.equal(accepts({ expires: now }), "either");
    assert.equal(accepts({ expires: now - 59 }), "either");
    assert.equal(accepts({ expires: now - 60 }), "refused");
    assert.equal(accepts({ expires: undefined }), "doubtful");
    assert.equal(accepts({ expires: undefined, signedFor: undefined }), "refused");
    assert.equal(accepts({ notBefore: now + 60 }), "either");
    assert.equal(accepts({ notBefore: now + 61 }), "refused");
    assert.equal(accepts({ keyId: "absent" }), "either");
    const client = { audiences: [], hasAud: false, clientId: "orders" };
    assert.equal(accepts(client), "doubtful");
    assert.equal(accepts({ ...client, hasAud: true }), "refused");
    assert.equal(accepts(client, true), "accepted");
    assert.equal(accepts({ ...client, hasAud: true }, true), "either");
    assert.equal(accepts({ ...client, clientId: "x" }, true), "refused");
    for (const byClient of [true, false]) {
      assert.equal(accepts({ audiences: ["x"], clientId: "orders" }, byClient), "refused");
      assert.equal(accepts({ clientId: "x" }, byClient), "accepted");
    }
  });
});

describe("the model of limits", () => {
  const [route] = routesOf({
    ...description,
    routes: { "GET /a": { to: "shop", limits: [{ requests: 3, per: "minute", by: "route" }] } },
  });
  assert.ok(route !== undefined);
  const visit = (time: number): Visit => ({
    route,
    at: time,
    address: "127.0.0.1",
    consumer: undefined,
    plan: undefined,
  });
  const window = 60_000;

  /** The algorithms of the vendors. */
  const algorithms: Readonly<Record<string, (most: number) => (time: number) => boolean>> = {
    "a fixed window": (most) => {
      const counts = new Map<number, number>();
      return (time) => {
        const index = Math.floor(time / window);
        const count = (counts.get(index) ?? 0) + 1;
        if (count <= most) counts.set(index, count);
        return count <= most;
      };
    },
    "a sliding window": (most) => {
      const passed: number[] = [];
      return (time) => {
        const passes = passed.filter((other) => other > time - window).length < most;
        if (passes) passed.push(time);
        return passes;
      };
    },
    "a token bucket": (most) => {
      let [tokens, last] = [most, 0];
      return (time) => {
        tokens = Math.min(most, tokens + ((time - last) * most) / window);
        last = time;
        if (tokens < 1 - 1e-9) return false;
        tokens -= 1;
        return true;
      };
    },
  };
  const gaps = fc.array(fc.constantFrom(0, 0, 0, 1, 900, 19_999, 30_000, 59_999, 60_000, 61_000), { maxLength: 60 });

  /** Whether the model rejects the decisions of an algorithm. */
  function objects(decide: (time: number) => boolean, between: readonly number[]): boolean {
    const model = new LimitsModel();
    let time = 1_000_000_007;
    return between.some((gap) => {
      time += gap;
      const [verdict, passes] = [model.judge(visit(time)), decide(time)];
      model.note(visit(time), passes ? "passed" : "limited");
      return (verdict.verdict === "passes" && !passes) || (verdict.verdict === "limited" && passes);
    });
  }

  for (const [name, algorithm] of Object.entries(algorithms)) {
    it(`accepts ${name}`, () => {
      fc.assert(
        fc.property(gaps, (between) => assert.ok(!objects(algorithm(3), between))),
        { seed: 29, numRuns: 2000 },
      );
    });

    it(`rejects ${name} that passes one request too many or too few`, () => {
      const together = [0, 0, 0, 0, 0, 0];
      assert.ok(objects(algorithm(4), together));
      assert.ok(objects(algorithm(2), together));
    });
  }

  it("rejects a limit that never recovers", () => {
    let passed = 0;
    assert.ok(objects(() => ++passed <= 3, [0, 0, 0, 0, 120_000]));
  });
});

describe("the oracle's plans", () => {
  const hour = 3_600_000;
  const day = 24 * hour;

  /** The decisions for these consumers at these hours. Each request is counted as it was decided. */
  function decided(asking: readonly (readonly [consumer: string, time: number])[], per: "day" | "week" | "month") {
    const oracle = new Oracle({ ...description, plans: { small: { quota: { requests: 2, per } } } }, places, 1000);
    return asking.map(([consumer, time]) => {
      const request = keyedRequest(consumer, time);
      const verdict = oracle.judge(request, () => "up");
      const [decision] = verdict.allowed;
      assert.ok(decision !== undefined && verdict.allowed.size === 1, "a quota is exact");
      oracle.note(request, verdict, decision);
      return decision;
    });
  }
  const keyedRequest = (consumer: string, time: number): ContractRequest =>
    asking({ path: "/keyed", key: keyOf(consumer), at: time });

  it("count each consumer separately, and no unknown key", () => {
    const oracle = new Oracle(description, places, 1000);
    const pass = (consumer: string): boolean => {
      const request = keyedRequest(consumer, at);
      const verdict = oracle.judge(request, () => "up");
      oracle.note(request, verdict, "proxied");
      return verdict.allowed.has("proxied");
    };
    assert.deepEqual([pass("one"), pass("one"), pass("one"), pass("two")], [true, true, false, true]);
  });

  it("renew a quota with each day, week (from Sunday) and month, in UTC", () => {
    // 2031-01-01 is a Wednesday.
    const twice = (time: number) =>
      [
        ["one", time],
        ["one", time],
      ] as const;
    const passing = ["proxied", "proxied"] as const;
    assert.deepEqual(decided([...twice(at), ["one", at + day - 1], ["two", at], ...twice(at + day)], "day"), [
      ...passing,
      "limited",
      "proxied",
      ...passing,
    ]);
    const sunday = at + 4 * day;
    assert.deepEqual(decided([...twice(at), ["one", sunday - 1], ...twice(sunday)], "week"), [
      ...passing,
      "limited",
      ...passing,
    ]);
    assert.deepEqual(decided([...twice(at), ["one", at + 31 * day - 1], ...twice(at + 31 * day)], "month"), [
      ...passing,
      "limited",
      ...passing,
    ]);
    assert.equal(nextPeriod("day", at + hour), at + day);
    assert.equal(nextPeriod("week", at + hour), sunday);
    assert.equal(nextPeriod("month", at + hour), at + 31 * day);
  });
});
