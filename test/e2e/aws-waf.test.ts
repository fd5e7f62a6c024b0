import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const child = (type: string, name: string) =>
  `urn:pulumi:dev::waf::polygate:index:AwsRestApi$aws:${type}::orders-${name}`;
const firewall = [
  child("wafv2/webAcl:WebAcl", "web-acl"),
  child("wafv2/webAclAssociation:WebAclAssociation", "web-acl-association"),
];

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi behind AWS WAF, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("waf", "aws-waf", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = async (environment: Readonly<Record<string, string>>) => {
    await deployment.pulumiIn(environment, "up", "--yes", "--skip-preview");
    url = (await deployment.outputs()).url as string;
  };
  const below = async (module: string) =>
    (await deployment.resources()).map(({ urn }) => urn).filter((urn) => urn.includes(`AwsRestApi$aws:${module}`));
  const ask = async (path: string, method = "GET"): Promise<readonly [number, string | null, string]> => {
    const response = await fetch(`${url}${path}`, { method });
    return [response.status, response.headers.get("x-amzn-errortype"), await response.text()];
  };
  const statusOf = async (path: string, method = "GET") => (await ask(path, method))[0];
  const limits = (requests: number) => JSON.stringify([{ requests, per: "minute", by: "ip" }]);

  it("has no web ACL without a limit by client address", async () => {
    await up({});
    assert.deepEqual(await below("wafv2/"), []);
    for (let count = 0; count < 12; count++) assert.equal(await statusOf("/orders/1"), 201);
  });

  it("limits client addresses by a web ACL, on the declared route only", async () => {
    await up({ LIMITS: limits(10) });
    assert.deepEqual((await below("wafv2/")).toSorted(), firewall);
    const statuses: number[] = [];
    for (let count = 0; count < 11; count++)
      statuses.push(await statusOf(count % 2 === 0 ? "/orders/1" : "/orders/%32"));
    assert.deepEqual(statuses, [...Array<number>(10).fill(201), 429]);
    assert.deepEqual(await ask("/orders/3"), [429, "TooManyRequestsException", '{"message":"Too Many Requests"}']);
    assert.deepEqual(await ask("/orders/x%2Fy"), [400, "BadRequestException", '{"message":"Bad Request"}']);
    for (let count = 0; count < 12; count++) {
      assert.equal(await statusOf("/orders/all"), 201);
      assert.equal(await statusOf("/orders/1", "POST"), 201);
    }
    const output = await deployment.pulumiIn({ LIMITS: limits(10) }, "preview", "--expect-no-changes");
    assert.match(output, /unverified: GET \/orders\/\{id\}: AWS does not document which path AWS WAF sees/);
    await deployment.pulumiIn({ LIMITS: limits(10) }, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("changes a limit in place, and deletes the web ACL with the last limit", async () => {
    const before = await deployment.resources();
    await up({ LIMITS: limits(40) });
    const after = await deployment.resources();
    const [oldArn, newArn] = [before, after].map((all) => all.find(({ urn }) => urn === firewall[0])?.outputs?.arn);
    assert.equal(newArn, oldArn);
    assert.equal(await statusOf("/orders/1"), 201);
    await up({});
    assert.deepEqual(await below("wafv2/"), []);
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("adds the managed rules of AWS after the limits, or uses an existing web ACL instead", async () => {
    await up({ LIMITS: limits(10), ARGS: JSON.stringify({ firewall: {} }) });
    const webAcl = (await deployment.resources()).find(({ urn }) => urn === firewall[0]);
    const rules = (webAcl?.outputs?.rules as readonly { readonly name: string; readonly priority: number }[]) ?? [];
    assert.deepEqual(
      rules.map(({ name, priority }) => [name.replace(/-[0-9a-f]{8}$/, ""), priority]),
      [
        ["odd-paths", 0],
        ["limit-get-orders-id", 1],
        ["AWSManagedRulesAmazonIpReputationList", 2],
        ["AWSManagedRulesCommonRuleSet", 3],
        ["AWSManagedRulesKnownBadInputsRuleSet", 4],
      ],
    );
    assert.equal(await statusOf("/orders/1"), 201);
    await assert.rejects(up({ LIMITS: limits(10), SHARED: "1" }), /Polygate adds no rules to it/);
    await up({ SHARED: "1" });
    assert.deepEqual(await below("wafv2/"), firewall.slice(1));
    assert.deepEqual(await ask("/orders/1"), [403, "ForbiddenException", '{"message":"Forbidden"}']);
    await up({});
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("refuses other spellings of a guarded path by a web ACL", async () => {
    await assert.rejects(up({ GUARDED: "1" }), /Or set refuseOtherReadings: true/);
    await up({ GUARDED: "1", ARGS: JSON.stringify({ refuseOtherReadings: true }) });
    assert.deepEqual((await below("wafv2/")).toSorted(), firewall);
    assert.equal(await statusOf("/orders/1"), 201);
    assert.equal(await statusOf("/orders/mine"), 403);
    for (const path of ["/orders/MINE", "/orders/mine;x", "/orders/mine%20", "/orders/x%252F..%252Fmine"]) {
      assert.deepEqual(await ask(path), [400, "BadRequestException", '{"message":"Bad Request"}'], path);
    }
    await up({});
    assert.deepEqual(await below("wafv2/"), []);
  });

  it("refuses at preview a limit that is too low for AWS WAF", async () => {
    const { code, output } = await deployment.pulumiWith({ LIMITS: limits(3) }, "preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /GET \/orders\/\{id\}, aws: AWS WAF requires a limit of at least 10 requests per minute\. This limit is 3\./,
    );
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await up({ LIMITS: limits(10) });
    await deployment.pulumiIn({ LIMITS: limits(10) }, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
