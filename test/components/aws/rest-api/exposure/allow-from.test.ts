import assert from "node:assert/strict";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { withoutRestOnly } from "../../../../../components/aws/http-api/rest-api-only.ts";
import { httpApiTarget } from "../../../../../components/aws/http-api/target.ts";
import { isNonPublic, readRange } from "../../../../../components/aws/rest-api/exposure/address-range.ts";
import { type AllowFrom, withAllowFrom } from "../../../../../components/aws/rest-api/exposure/allow-from.ts";
import { currentPolicy, withPolicy } from "../../../../../components/aws/rest-api/exposure/resource-policy.ts";
import { restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

/** An API with a route for each of these kinds of auth. */
function apiOf(kinds: readonly string[], members: object = {}) {
  const auths: Readonly<Record<string, object>> = {
    open: { kind: "open", reason: "a test" },
    apiKey: { kind: "apiKey" },
    jwt: { kind: "jwt", audiences: ["shop"] },
    iam: { kind: "iam" },
  };
  return normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: Object.fromEntries(kinds.map((kind) => [kind, auths[kind]])),
    routes: Object.fromEntries(kinds.map((kind) => [`GET /${kind}`, { to: "shop", auth: kind }])),
    ...(kinds.includes("apiKey") ? { plans: { standard: {} } } : {}),
    ...members,
  } as Parameters<typeof normalise>[0]);
}
const open = apiOf(["open"]);

function problemsOf(allowFrom: unknown, api = open): readonly Problem[] {
  const target = withAllowFrom(restApiTarget({ name: "orders" }), allowFrom);
  try {
    carry(api, target.capabilities, {}, target.check);
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

const invoke = { Principal: { AWS: "*" }, Action: "execute-api:Invoke", Resource: "*" };
const denied = (...cidrs: readonly string[]) => ({
  Effect: "Deny",
  ...invoke,
  Condition: { NotIpAddress: { "aws:SourceIp": cidrs } },
});
const statementsOf = (policy: string | undefined) => JSON.parse(policy ?? "{}").Statement as unknown;
const stated = withPolicy('{"openapi":"3.0.1"}', '{"Version":"2012-10-17"}');

describe("allowFrom", () => {
  it("adds nothing if it is left out", () => {
    const target = restApiTarget({ name: "orders" });
    assert.equal(withAllowFrom(target, undefined), target);
    for (const recorded of [undefined, "{}", "no document"]) {
      assert.equal(currentPolicy("a test", open, undefined, recorded), undefined);
    }
  });

  it("allows everybody, and denies requests from other networks, in the form that AWS documents", () => {
    const cidrs = ["192.0.2.0/24", "2001:db8::/32"];
    assert.deepEqual(problemsOf({ cidrs }), []);
    assert.deepEqual(JSON.parse(currentPolicy("a test", open, cidrs, undefined) ?? ""), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", ...invoke }, denied(...cidrs)],
    });
  });

  it("adds the same policy to the document and to the argument", () => {
    assert.deepEqual(JSON.parse(stated), {
      openapi: "3.0.1",
      "x-amazon-apigateway-policy": { Version: "2012-10-17" },
    });
  });

  it("denies nothing once it is removed, since the provider would keep a policy that is left out", () => {
    const policy = currentPolicy("a test", open, undefined, stated);
    assert.deepEqual(statementsOf(policy), [{ Effect: "Allow", ...invoke }, denied("0.0.0.0/0", "::/0")]);
    const again = withPolicy("{}", policy ?? "");
    assert.equal(currentPolicy("a test", open, undefined, again), policy);
  });

  it("allows nobody if a route requires signatures, so that the callers' policies decide", () => {
    for (const api of [apiOf(["iam"]), apiOf(["iam", "jwt"])]) {
      assert.deepEqual(problemsOf({ cidrs: ["192.0.2.0/24"] }, api), []);
      assert.deepEqual(statementsOf(currentPolicy("a test", api, ["192.0.2.0/24"], undefined)), [
        denied("192.0.2.0/24"),
      ]);
      assert.deepEqual(statementsOf(currentPolicy("a test", api, undefined, stated)), [denied("0.0.0.0/0", "::/0")]);
    }
  });

  it("is refused if its policy, or the policy of a former list, would accept every signed request", () => {
    const cors = { cors: { origins: ["https://app.example.com"] } };
    for (const api of [apiOf(["iam", "open"]), apiOf(["iam", "apiKey"]), apiOf(["iam"], cors)]) {
      const [problem, ...others] = problemsOf({ cidrs: ["192.0.2.0/24"] }, api);
      assert.deepEqual(
        [problem?.code, problem?.route, problem?.feature, others],
        ["allow-from-opens-iam", "GET /iam", "auth.iam", []],
      );
      assert.equal(currentPolicy("a test", api, undefined, "{}"), undefined);
      assert.throws(
        () => currentPolicy("a test", api, undefined, stated),
        (error: PolygateError) => error.problems.map(({ code }) => code).join() === "former-policy-opens-iam",
      );
    }
  });

  it("is refused with every problem at once", () => {
    const cidrs = [
      "0.0.0.0/0",
      "::/0",
      "192.0.2.7/24",
      "192.0.2.7",
      7,
      "192.0.2.0/24",
      "192.0.2.0/24",
      "2001:DB8::/32",
    ];
    assert.deepEqual(
      problemsOf({ cidrs }).map(({ code, place, rule }) => [code, place, rule]),
      [
        ["allowFrom.cidrs[0]", "0.0.0.0/0 contains every address, which is allowed without this option."],
        ["allowFrom.cidrs[1]", "::/0 contains every address, which is allowed without this option."],
        [
          "allowFrom.cidrs[2]",
          '"192.0.2.7/24" does not begin with the network\'s first address. A single address is 192.0.2.7/32.',
        ],
        ["allowFrom.cidrs[3]", '"192.0.2.7" is not a network such as 192.0.2.0/24 or 2001:db8::/32.'],
        ["allowFrom.cidrs[4]", "7 is not a network such as 192.0.2.0/24 or 2001:db8::/32."],
        ["allowFrom.cidrs[6]", "192.0.2.0/24 is listed twice."],
        ["allowFrom.cidrs[7]", '"2001:DB8::/32" is not in canonical notation: 2001:db8::/32.'],
      ].map((each) => ["bad-allow-from", ...each]),
    );
    for (const [given, place] of [
      [true, "allowFrom"],
      [null, "allowFrom"],
      [["192.0.2.0/24"], "allowFrom"],
      [{}, "allowFrom.cidrs"],
      [{ cidrs: [] }, "allowFrom.cidrs"],
      [{ cidrs: "192.0.2.0/24" }, "allowFrom.cidrs"],
    ] as const) {
      assert.deepEqual(
        problemsOf(given).map((problem) => [problem.code, problem.place]),
        [["bad-allow-from", place]],
      );
    }
  });

  it("is refused if its policy has more than 8,192 characters", () => {
    const cidrs = Array.from({ length: 1_000 }, (_, index) => `198.51.${index >> 8}.${index % 256}/32`);
    const [problem, ...others] = problemsOf({ cidrs });
    assert.deepEqual([problem?.place, others], ["allowFrom.cidrs", []]);
    assert.match(
      problem?.rule ?? "",
      /^A resource policy may have at most 8192 characters\. With this list it would have \d{5}\.$/,
    );
    assert.deepEqual(problemsOf({ cidrs: cidrs.slice(0, 380) }), []);
  });

  it("accepts networks from which no public request comes, with a caution", () => {
    const allowFrom: AllowFrom = { cidrs: ["10.0.0.0/8", "192.0.2.0/24", "fd00::/8"] };
    assert.deepEqual(problemsOf(allowFrom), []);
    const target = restApiTarget({ name: "orders" });
    const [caution, ...others] = withAllowFrom(target, allowFrom).cautions(open).slice(target.cautions(open).length);
    assert.match(caution?.what ?? "", /^No request on a public network comes from 10\.0\.0\.0\/8, fd00::\/8\. On AWS/);
    assert.deepEqual(others, []);
    assert.deepEqual(
      withAllowFrom(target, { cidrs: ["192.0.2.0/24"] }).cautions(open).length,
      target.cautions(open).length,
    );
  });

  it("is refused by an HTTP API", () => {
    const target = httpApiTarget({ name: "orders" });
    assert.deepEqual(withoutRestOnly(target, { allowFrom: { cidrs: ["192.0.2.0/24"] } }).check(open), [
      {
        code: "rest-only",
        place: "allowFrom",
        vendor: "aws",
        rule: "An HTTP API has no resource policy.",
        remedy: "Leave it out, or use AwsRestApi.",
      },
    ]);
  });
});

describe("a network", () => {
  it("has one canonical notation", () => {
    for (const cidr of ["192.0.2.0/24", "192.0.2.7/32", "128.0.0.0/1", "2001:db8::/32", "2001:db8::1/128", "::/1"]) {
      assert.equal(typeof readRange(cidr), "object", cidr);
    }
    for (const cidr of [
      "192.0.2.0/024",
      "192.0.2.0/33",
      "192.0.2/24",
      "192.0.02.0/24",
      " 192.0.2.0/24",
      "192.0.2.0/24\n",
      "192.0.2.1/31",
      "2001:db8:0::/32",
      "2001:db8::/129",
      "2001:db8::1/127",
      "fe80::1%eth0/128",
      "[2001:db8::]/32",
      '192.0.2.0/24", "0.0.0.0/0',
      "",
      undefined,
    ]) {
      assert.equal(typeof readRange(cidr), "string", cidr);
    }
  });

  it("is not public if none of its addresses is", () => {
    const judged = (cidr: string) => isNonPublic(readRange(cidr) as Exclude<ReturnType<typeof readRange>, string>);
    for (const cidr of ["127.0.0.0/8", "127.0.0.1/32", "172.16.0.0/13", "240.0.0.0/4", "::1/128", "fc00::/7"]) {
      assert.equal(judged(cidr), true, cidr);
    }
    for (const cidr of ["0.0.0.0/1", "172.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "f800::/5"]) {
      assert.equal(judged(cidr), false, cidr);
    }
  });
});
