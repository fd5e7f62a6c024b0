import assert from "node:assert/strict";
import type { AwsWebAcl } from "../../../../../sandbox/data-plane/aws/artefacts/web-acl.ts";
import { WebAcl } from "../../../../../sandbox/data-plane/aws/waf/web-acl.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { RestStand, to } from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer, raw } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const PASSED = [200, "from the backend"] as const;
const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "rule", sampledRequestsEnabled: false };
const none = [{ priority: 0, type: "NONE" }];
const decoded = [{ priority: 0, type: "URL_DECODE" }];

const path = (regexString: string, textTransformations: unknown = decoded) => ({
  regexMatchStatement: { fieldToMatch: { uriPath: {} }, regexString, textTransformations },
});
const method = (searchString: string, positionalConstraint = "EXACTLY") => ({
  byteMatchStatement: { fieldToMatch: { method: {} }, positionalConstraint, searchString, textTransformations: none },
});
const rule = (name: string, priority: number, statement: unknown, action: unknown = { block: {} }) => ({
  name,
  priority,
  statement,
  action,
  visibilityConfig,
});
const rate = (limit: number, members: object = {}) => ({
  rateBasedStatement: { aggregateKeyType: "IP", evaluationWindowSec: 60, limit, ...members },
});
const managed = (name: string, members: object = {}) => ({
  name: "managed",
  priority: 9,
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
  overrideAction: { none: {} },
  visibilityConfig,
  ...members,
});
const acl = (rules: readonly unknown[], members: Partial<AwsWebAcl> = {}): AwsWebAcl => ({
  id: "acl",
  defaultAction: { allow: {} },
  rules,
  ...members,
});

describe("A web ACL before a REST API", () => {
  let stand: RestStand;
  beforeEach(async () => {
    stand = await new RestStand().start();
    stand.frozen = 1_900_000_000_000;
  });
  afterEach(() => stand.close());

  const serve = (webAcl: AwsWebAcl, options: object = {}) =>
    stand.serve(
      { "/a": { get: to("/a"), post: to("/a") }, "/b/{x}": { get: to("/b/{x}") } },
      { stage: { webAcl }, ...options },
    );

  it("limits the requests of an address in every window, and counts refused ones too", async () => {
    const url = serve(acl([rule("limit", 1, rate(10))]));
    for (let count = 0; count < 10; count++) assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
    const refused = await fetch(`${url}/a`);
    assert.equal(refused.headers.get("x-amzn-errortype"), "ForbiddenException");
    assert.deepEqual(await answer(refused), [403, '{"message":"Forbidden"}']);
    assert.equal(stand.log.at(-1)?.decision, "limited");
    assert.match(stand.log.at(-1)?.reason ?? "", /the web ACL's rule limit blocks it: over 10 in 60 seconds/);
    stand.ahead += 59_000;
    assert.equal((await answer(fetch(`${url}/a`)))[0], 403);
    // The ten accepted requests have left the window; the two refused ones are still in it.
    stand.ahead += 1_001;
    for (let count = 0; count < 8; count++) assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
    stand.ahead += 61_000;
    assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
  });

  it("counts each address separately, and for each rule only the requests in its scope", async () => {
    const scope = { andStatement: { statements: [method("GET"), path("^/prod/b/x")] } };
    const url = serve(acl([rule("limit", 1, rate(10, { scopeDownStatement: scope }))]));
    for (let count = 0; count < 10; count++) assert.deepEqual(await answer(fetch(`${url}/b/%78${count}`)), PASSED);
    assert.equal((await answer(fetch(`${url}/b/x1`)))[0], 403);
    assert.deepEqual(await answer(fetch(`${url}/b/1`)), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/a`, { method: "POST" })), PASSED);
  });

  it("responds with the rule's custom response, or with the API's gateway response for WAF_FILTERED", async () => {
    const block = {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: "slow",
          responseHeaders: [{ name: "x-why", value: "too many" }],
        },
      },
    };
    const bodies = [{ key: "slow", content: '{"message":"slow down"}', contentType: "APPLICATION_JSON" }];
    const custom = await fetch(
      `${serve(acl([rule("r", 0, method("GET"), block)], { customResponseBodies: bodies }))}/a`,
    );
    assert.deepEqual(
      [custom.headers.get("content-type"), custom.headers.get("x-why")],
      ["application/json", "too many"],
    );
    assert.deepEqual(await answer(custom), [429, '{"message":"slow down"}']);
    const responses = {
      WAF_FILTERED: { statusCode: "418", responseTemplates: { "application/json": '{"waf":true}' } },
    };
    const api = serve(acl([rule("r", 0, method("GET"))]), {
      root: { "x-amazon-apigateway-gateway-responses": responses },
    });
    assert.deepEqual(await answer(fetch(`${api}/a`)), [418, '{"waf":true}']);
    assert.equal(stand.log.at(-1)?.decision, "malformed");
  });

  it("evaluates its rules by priority: an allow ends the evaluation, a count does not, and the default is last", async () => {
    const rules = [
      rule("block", 5, path("^/prod/(?:a|b)")),
      rule("count", 0, method("GET"), { count: {} }),
      rule("allow", 1, { notStatement: { statement: path("b/") } }, { allow: {} }),
      managed("AWSManagedRulesCommonRuleSet"),
    ];
    const url = serve(acl(rules));
    assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
    assert.equal((await answer(fetch(`${url}/b/1`)))[0], 403);
    const closed = serve(
      acl([rule("post", 0, method("PO", "STARTS_WITH"), { allow: {} })], { defaultAction: { block: {} } }),
    );
    assert.equal((await answer(fetch(`${closed}/a`)))[0], 403);
    assert.deepEqual(await answer(fetch(`${closed}/a`, { method: "POST" })), PASSED);
  });

  it("inspects the path as sent, with the stage, before every other check", async () => {
    const url = serve(
      acl([rule("slash", 0, path("%2[fF]", none), { block: { customResponse: { responseCode: 404 } } })]),
    );
    const { port } = new URL(url);
    const sent = (target: string) =>
      raw(`http://127.0.0.1:${port}`, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    assert.match(await sent("/prod/b/x%2fy"), /^HTTP\/1.1 404 /);
    assert.match(await sent("/prod/b/%2"), /^HTTP\/1.1 400 /);
    // The web ACL does not apply to another stage.
    assert.match(await sent("/other/b/x%2fy"), /^HTTP\/1.1 403 /);
  });
});

describe("The rules of a web ACL", () => {
  const refused = (webAcl: AwsWebAcl): string => {
    try {
      new WebAcl(webAcl, "");
    } catch (error) {
      if (error instanceof UnsupportedArtefact) return error.message;
      throw error;
    }
    return "accepted";
  };
  const nested = (levels: number): object =>
    levels === 0 ? path("a") : { notStatement: { statement: nested(levels - 1) } };
  const cases: readonly (readonly [string, AwsWebAcl, RegExp])[] = [
    [
      "with a statement that is not served",
      acl([rule("r", 0, { geoMatchStatement: { countryCodes: ["US"] } })]),
      /^rules\.0\.statement\.geoMatchStatement: is not served by the sandbox/,
    ],
    [
      "with two statements in one",
      acl([rule("r", 0, { ...path("a"), ...method("GET") })]),
      /must have exactly one member/,
    ],
    [
      "with a header to inspect",
      acl([
        rule("r", 0, {
          regexMatchStatement: {
            fieldToMatch: { singleHeader: { name: "x" } },
            regexString: "a",
            textTransformations: none,
          },
        }),
      ]),
      /singleHeader: is not served by the sandbox; it serves uriPath, method, queryString/,
    ],
    [
      "with another transformation",
      acl([rule("r", 0, path("a", [{ priority: 0, type: "NORMALIZE_PATH" }]))]),
      /textTransformations\.0\.type/,
    ],
    ["without a transformation", acl([rule("r", 0, path("a", []))]), /must contain at least one transformation/],
    ["with a capturing group", acl([rule("r", 0, path("(a)"))]), /groups that capture/],
    ["with a lookahead", acl([rule("r", 0, path("(?!a)"))]), /groups that capture, look around/],
    ["with a possessive quantifier", acl([rule("r", 0, path("a++"))]), /possessive quantifiers are not supported/],
    ["with a pattern too long", acl([rule("r", 0, path("a".repeat(201)))]), /1 to 200 characters/],
    [
      "with a single statement in an and",
      acl([rule("r", 0, { andStatement: { statements: [path("a")] } })]),
      /must contain at least two statements/,
    ],
    ["nested too deeply", acl([rule("r", 0, nested(4))]), /nested more deeply than the provider's schema allows/],
    [
      "nested too deeply in a scope",
      acl([rule("r", 0, rate(10, { scopeDownStatement: nested(3) }))]),
      /nested more deeply than the provider's schema allows/,
    ],
    ["with a limit below ten", acl([rule("r", 0, rate(9))]), /limit: must be a whole number from 10/],
    [
      "with an unsupported window",
      acl([rule("r", 0, rate(10, { evaluationWindowSec: 30 }))]),
      /one of 60, 120, 300, 600/,
    ],
    [
      "with an address from a header",
      acl([rule("r", 0, rate(10, { aggregateKeyType: "FORWARDED_IP" }))]),
      /aggregateKeyType: must be "IP"/,
    ],
    ["with a rate-based rule that allows", acl([rule("r", 0, rate(10), { allow: {} })]), /cannot allow/],
    [
      "with eleven rate-based rules",
      acl(Array.from({ length: 11 }, (_, index) => rule(`r${index}`, index, rate(10)))),
      /there are 11 rate-based rules; a web ACL has at most 10/,
    ],
    [
      "with the same priority twice",
      acl([rule("a", 0, path("a")), rule("b", 0, path("b"))]),
      /two rules have the same priority/,
    ],
    [
      "with the same name twice",
      acl([rule("a", 0, path("a")), rule("a", 1, path("b"))]),
      /two rules have the same name/,
    ],
    [
      "with a challenge",
      acl([rule("a", 0, path("a"), { challenge: {} })]),
      /action\.challenge: the sandbox does not support this member/,
    ],
    [
      "with custom request headers",
      acl([rule("a", 0, path("a"), { count: { customRequestHandling: {} } })]),
      /customRequestHandling: the sandbox does not support this member/,
    ],
    [
      "with an undeclared body",
      acl([rule("a", 0, path("a"), { block: { customResponse: { responseCode: 429, customResponseBodyKey: "x" } } })]),
      /is not the key of a body/,
    ],
    [
      "with an unsupported status",
      acl([rule("a", 0, path("a"), { block: { customResponse: { responseCode: 418 } } })]),
      /does not support the status 418/,
    ],
    [
      "with an unknown managed rule group",
      acl([managed("AWSManagedRulesNothing")]),
      /AWSManagedRulesNothing is not a managed rule group/,
    ],
    [
      "with an action for a managed rule group",
      acl([managed("AWSManagedRulesCommonRuleSet", { action: { block: {} } })]),
      /write overrideAction/,
    ],
    [
      "with labels",
      acl([{ ...rule("a", 0, path("a")), ruleLabels: [{ name: "x" }] }]),
      /ruleLabels: the sandbox does not support this member/,
    ],
    [
      "with too many capacity units",
      acl(
        Array.from({ length: 8 }, (_, index) =>
          managed("AWSManagedRulesCommonRuleSet", { name: `m${index}`, priority: index }),
        ),
      ),
      /require 5600 capacity units; at most 5000 are allowed/,
    ],
  ];
  for (const [flaw, webAcl, problem] of cases)
    it(`are refused ${flaw}, with the place`, () => assert.match(refused(webAcl), problem));

  it("have the documented capacity units", () => {
    const scope = { andStatement: { statements: [method("GET"), path("a")] } };
    const rules = [
      rule("a", 0, rate(10, { scopeDownStatement: scope })),
      managed("AWSManagedRulesAmazonIpReputationList"),
    ];
    assert.equal(new WebAcl(acl(rules), "").units, 2 + 2 + 13 + 25);
  });
});
