import assert from "node:assert/strict";
import { awsLinkOf, httpApiLinks, restApiLinks } from "../../../../components/aws/link/link.ts";

const account = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
const vpcLink = {
  kind: "aws-vpc-link",
  vpcLinkId: "a1b2c3d4e5",
  listenerArn: `${account}:listener/net/erp/0123456789abcdef/fedcba9876543210`,
  loadBalancerArn: `${account}:loadbalancer/net/erp/0123456789abcdef`,
};
const cloudMap = {
  kind: "aws-cloud-map",
  vpcLinkId: "a1b2c3d4e5",
  serviceArn: "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0a1b2c3d4e5f6a7b",
};

/** Where a link is wrong, by the names of its values. */
const wrong = (link: Readonly<Record<string, string>>, links = httpApiLinks) =>
  links.check(link, "link").map(({ code, place, vendor }) => {
    assert.deepEqual([code, vendor], ["bad-link", "aws"]);
    return place?.replace(/^link\./, "");
  });

describe("a link on AWS", () => {
  it("to a listener of a load balancer is accepted by both classes", () => {
    const inChina = (arn: string) => arn.replace("arn:aws:", "arn:aws-cn:").replace("eu-central-1", "cn-north-1");
    for (const links of [httpApiLinks, restApiLinks]) {
      assert.deepEqual(wrong(vpcLink, links), []);
      const application = {
        listenerArn: inChina(vpcLink.listenerArn).replace("/net/", "/app/"),
        loadBalancerArn: inChina(vpcLink.loadBalancerArn).replace("/net/", "/app/"),
      };
      assert.deepEqual(wrong({ ...vpcLink, ...application }, links), []);
    }
  });

  it("to a service of Cloud Map is accepted by AwsHttpApi, and rejected by AwsRestApi with a reference to AwsHttpApi", () => {
    assert.deepEqual(wrong(cloudMap), []);
    const [problem, ...others] = restApiLinks.check(cloudMap, "backends.erp.link");
    assert.deepEqual(others, []);
    assert.deepEqual([problem?.code, problem?.place], ["bad-link", "backends.erp.link.kind"]);
    assert.match(problem?.remedy ?? "", /deploy to AwsHttpApi/);
  });

  it("must be of an existing kind", () => {
    for (const kind of ["", "vpc", "toString", "__proto__"]) assert.deepEqual(wrong({ ...vpcLink, kind }), ["kind"]);
    const { kind: _, ...kindless } = vpcLink;
    assert.deepEqual(wrong(kindless), ["kind"]);
  });

  it("must have exactly the members of its kind", () => {
    assert.deepEqual(wrong({ kind: "aws-vpc-link" }), ["vpcLinkId", "listenerArn", "loadBalancerArn"]);
    assert.deepEqual(wrong({ kind: "aws-cloud-map" }), ["vpcLinkId", "serviceArn"]);
    assert.deepEqual(wrong({ ...vpcLink, serviceArn: cloudMap.serviceArn }), ["serviceArn"]);
    assert.deepEqual(wrong({ ...cloudMap, toString: "x" }), ["toString"]);
  });

  it("must contain well-formed ids and ARNs", () => {
    for (const vpcLinkId of ["", "A1", "a-1", "${stageVariables.link}", "a1\n", "a".repeat(65)])
      assert.deepEqual(wrong({ ...vpcLink, vpcLinkId }), ["vpcLinkId"], vpcLinkId);
    const bent = (arn: string): readonly string[] => [
      "",
      ` ${arn}`,
      `${arn}\n`,
      `${arn}/more/and/more`,
      arn.replace("123456789012", "12345678901"),
      arn.replace("arn:aws", "arn:other"),
      arn.replace("eu-central-1", "*"),
      arn.replace("/net/", "/gwy/").replace("srv-", "ns-"),
    ];
    for (const listenerArn of [...bent(vpcLink.listenerArn), vpcLink.loadBalancerArn])
      assert.deepEqual(wrong({ ...vpcLink, listenerArn }), ["listenerArn"], listenerArn);
    for (const loadBalancerArn of [...bent(vpcLink.loadBalancerArn), vpcLink.listenerArn])
      assert.deepEqual(wrong({ ...vpcLink, loadBalancerArn }), ["loadBalancerArn"], loadBalancerArn);
    for (const serviceArn of [...bent(cloudMap.serviceArn), `${cloudMap.serviceArn}?stage=live`])
      assert.deepEqual(wrong({ ...cloudMap, serviceArn }), ["serviceArn"], serviceArn);
  });

  it("must contain the listener's own load balancer", () => {
    const loadBalancerArn = vpcLink.loadBalancerArn.replace("/erp/", "/shop/");
    assert.deepEqual(wrong({ ...vpcLink, loadBalancerArn }), ["loadBalancerArn"]);
  });

  it("has a placeholder that fits its known members", () => {
    for (const links of [httpApiLinks, restApiLinks]) {
      assert.deepEqual(wrong(links.placeholder({}), links), []);
      for (const name of ["vpcLinkId", "listenerArn", "loadBalancerArn"] as const) {
        const known = { kind: vpcLink.kind, [name]: vpcLink[name] };
        assert.deepEqual(wrong({ ...links.placeholder(known), ...known }, links), [], name);
      }
    }
    const known = { kind: cloudMap.kind, serviceArn: cloudMap.serviceArn };
    assert.deepEqual(wrong({ ...httpApiLinks.placeholder(known), ...known }), []);
    // A wrong member causes no further problems.
    const bad = { kind: "aws-vpc-link", loadBalancerArn: "erp" };
    assert.deepEqual(wrong({ ...httpApiLinks.placeholder(bad), ...bad }), ["loadBalancerArn"]);
  });

  it("can be read only after it was checked", () => {
    assert.deepEqual(awsLinkOf(vpcLink), vpcLink);
    assert.throws(() => awsLinkOf({ kind: "vpc" }), RangeError);
  });
});
