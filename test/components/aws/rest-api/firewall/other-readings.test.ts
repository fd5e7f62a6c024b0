import assert from "node:assert/strict";
import fc from "fast-check";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { declaredTarget } from "../../../../../components/aws/rest-api/declared-target.ts";
import { webAclOf } from "../../../../../components/aws/rest-api/firewall/rules.ts";
import { WebAcl } from "../../../../../sandbox/data-plane/aws/waf/web-acl.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";
import { samplePath, spellings } from "../../../../contract/generate/spellings.ts";
import { lenientReadings } from "../../../../contract/oracle/lenient.ts";

/** An API of one server. */
function described(routes: Readonly<Record<string, "staff" | "anyone">>, paths?: "exact"): Api {
  return normalise({
    version: 1,
    backends: { shop: { kind: "http", ...(paths === undefined ? {} : { paths }) } },
    auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "a test" } },
    routes: Object.fromEntries(Object.entries(routes).map(([key, auth]) => [key, { to: "shop", auth }])),
  });
}

/** Returns whether the web ACL of an API blocks a request. */
function blocking(api: Api): (path: string, method?: string) => boolean {
  const settings = webAclOf(api, [], "refused");
  const acl = new WebAcl(
    { id: "acl", defaultAction: { allow: {} }, ...settings } as unknown as ConstructorParameters<typeof WebAcl>[0],
    "webAcl",
  );
  return (path, method = "GET") => {
    const request = { method, path, query: "", headers: [], body: Buffer.alloc(0), address: "127.0.0.1" };
    return acl.judge(request as unknown as Parameters<WebAcl["judge"]>[0], new ProcessCounters(), 0) !== undefined;
  };
}

/** What may come before the path of a route: the stage, and base paths of a custom domain, or none. */
const prefixes = ["/live", "", "/shop", "/live/v1", "/a/b/c"];

const patterns = [
  "/admin",
  "/admin/{id}",
  "/{tenant}/admin",
  "/admin/{rest+}",
  "/a.b/C-d",
  "/",
  "/live",
  "/{x}/live/b",
];

function matches(pattern: string, path: string, flags: string): boolean {
  const source = pattern
    .split("/")
    .map((part) => (part.endsWith("+}") ? ".+" : part.startsWith("{") ? "[^/]+" : part.replaceAll(".", "\\.")));
  return new RegExp(`^${source.join("/")}$`, flags).test(path);
}

function problemsOf(api: Api, options: object): readonly Problem[] {
  const target = declaredTarget("orders", options);
  try {
    carry(api, target.capabilities, {}, target.check);
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

describe("the web ACL that refuses other readings", () => {
  it("blocks every spelling that a lenient server reads as a guarded path, below the stage and below any base path", () => {
    for (const pattern of patterns) {
      const blocks = blocking(described({ [`GET ${pattern}`]: "staff", "GET /{rest+}": "anyone" }));
      const plain = samplePath(
        pattern
          .split("/")
          .slice(1)
          .filter((part) => part !== ""),
      );
      const read = fc.array(fc.constantFrom("", "a", "Admin", "admin", "admin;x", "live", "b", "7", "7.", "%61dmin"));
      const random = fc.sample(read, { numRuns: 60, seed: 7 }).map((parts) => `/${parts.join("/")}`);
      const paths = [...spellings(plain), ...random].filter((path) => !matches(pattern, path, ""));
      const dangerous = paths.filter((path) => lenientReadings(path).some((reading) => matches(pattern, reading, "i")));
      assert.ok(dangerous.length > 5, pattern);
      for (const prefix of prefixes) {
        const passed = dangerous.filter((path) => !blocks(`${prefix}${path}`));
        assert.deepEqual(passed, [], `${pattern} below "${prefix}"`);
      }
    }
  });

  it("passes the guarded paths themselves and the other paths of the open route", () => {
    for (const pattern of patterns) {
      const blocks = blocking(described({ [`GET ${pattern}`]: "staff", "GET /{rest+}": "anyone" }));
      const plain = samplePath(
        pattern
          .split("/")
          .slice(1)
          .filter((part) => part !== ""),
      );
      const plainPaths = [
        plain,
        "/orders",
        "/orders/7",
        "/orders/a;v=1/b",
        "/x/caf%C3%A9",
        "/100%25",
        "/a.json",
        "/o/",
      ];
      for (const prefix of prefixes) {
        const blocked = plainPaths.filter((path) => blocks(`${prefix}${path}`));
        assert.deepEqual(blocked, [], `${pattern} below "${prefix}"`);
      }
    }
  });

  it("compares only the methods of routes that lead to a server, also to one that distinguishes paths exactly", () => {
    for (const paths of [undefined, "exact"] as const) {
      const blocks = blocking(described({ "GET /admin": "staff", "GET /{rest+}": "anyone" }, paths));
      assert.deepEqual([blocks("/live/%61dmin"), blocks("/live/%61dmin", "POST")], [true, false]);
    }
  });

  it("compares a path only with routes that are stricter than a wider one", () => {
    const rules = (routes: Readonly<Record<string, "staff" | "anyone">>) =>
      webAclOf(described(routes), [], "refused")?.rules.map(({ name }) => name.replace(/-[0-9a-f]{8}$/, ""));
    assert.deepEqual(rules({ "GET /admin": "staff", "GET /{rest+}": "staff" }), ["other-readings"]);
    assert.deepEqual(rules({ "GET /a": "anyone", "GET /{rest+}": "staff" }), ["other-readings"]);
    assert.deepEqual(rules({ "GET /admin": "staff", "GET /b": "staff", "GET /{rest+}": "anyone" }), [
      "other-readings",
      "spelling-get-admin",
      "spelling-get-b",
    ]);
  });

  it("is refused where AWS WAF cannot express it, with the reason", () => {
    const on = { refuseOtherReadings: true };
    const long = `/${Array.from({ length: 12 }, (_, index) => `segment${index}`).join("/")}`;
    const [tooLong] = problemsOf(described({ [`GET ${long}`]: "staff", "GET /{rest+}": "anyone" }), on);
    assert.deepEqual([tooLong?.code, tooLong?.route], ["open-reading", `GET ${long}`]);
    assert.match(tooLong?.rule ?? "", /AWS allows 200 characters of a pattern .* A pattern for this path has 3\d\d\.$/);
    const [stage] = problemsOf(described({ "GET /live/{rest+}": "staff", "GET /{rest+}": "anyone" }), on);
    assert.match(stage?.rule ?? "", /Each of its literals is the stage's name or occurs twice\.$/);
    // The ways out that the problem names.
    assert.match(
      tooLong?.remedy ?? "",
      /^Give this route and the wider ones the same auth, or leave refuseOtherReadings out and lead them to different servers\.$/,
    );
    assert.deepEqual(problemsOf(described({ [`GET ${long}`]: "staff", "GET /{rest+}": "staff" }), on), []);
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`GET /r${index}`, "staff" as const]));
    const [tooMany] = problemsOf(described({ ...many, "GET /{rest+}": "anyone" }), on);
    assert.match(
      tooMany?.rule ?? "",
      /paths of 120 routes\. Its rules cost \d+ units\. AWS allows 5000 capacity units/,
    );
  });

  it("rejects other values, an existing web ACL and a private API", () => {
    const api = described({ "GET /admin": "staff" });
    const codes = (options: object) => problemsOf(api, options).map(({ code }) => code);
    const webAclArn =
      "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shared/0a1b2c3d-0000-1111-2222-333344445555";
    assert.deepEqual(codes({ refuseOtherReadings: "yes" }), ["bad-firewall"]);
    assert.deepEqual(codes({ refuseOtherReadings: true, firewall: { webAclArn } }), ["bad-firewall"]);
    assert.deepEqual(codes({ refuseOtherReadings: true, privateTo: { vpcEndpoints: ["vpce-0123456789abcdef0"] } }), [
      "private-firewall",
    ]);
    assert.deepEqual(
      codes({ refuseOtherReadings: false, privateTo: { vpcEndpoints: ["vpce-0123456789abcdef0"] } }),
      [],
    );
  });

  it("comes before limits and managed rules, and costs two resources and no more than AWS includes in the price", () => {
    const api = described({ "GET /admin/{rest+}": "staff", "GET /{rest+}": "anyone" });
    const rules = webAclOf(api, ["AWSManagedRulesSQLiRuleSet"], "refused")?.rules ?? [];
    assert.deepEqual(
      rules.map(({ priority, name }) => [priority, name.replace(/-[0-9a-f]{8}$/, "")]),
      [
        [0, "other-readings"],
        [1, "spelling-get-admin-rest"],
        [2, "AWSManagedRulesSQLiRuleSet"],
      ],
    );
    const [without, withRules] = [{}, { refuseOtherReadings: true }].map((options) =>
      declaredTarget("orders", options),
    );
    assert.equal((withRules?.resources(api) ?? 0) - (without?.resources(api) ?? 0), 2);
  });
});
