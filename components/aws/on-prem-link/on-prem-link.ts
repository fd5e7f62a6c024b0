import { VpcLink, type VpcLinkArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { SecurityGroup } from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../api/problem.ts";
import { vendorName } from "../../gateway/names.ts";
import { transformed } from "../../gateway/transform.ts";
import type { AwsVpcLink } from "../link/link-inputs.ts";
import { taggedTransforms } from "../operations/operations.ts";
import type { AwsExistingBalancer, AwsOnPremLinkArgs, AwsOnPremLinkTransforms } from "./args.ts";
import { balancerTo } from "./balancer.ts";
import { checkOnPremLink, listenerPort } from "./check.ts";
import { egressRule, linkSecurityGroup, type OnPremParts } from "./security-group.ts";
import { vpnTo } from "./vpn.ts";

const taggable = {
  customerGateway: true,
  vpnGateway: true,
  vpnConnection: true,
  transitGateway: true,
  transitGatewayAttachment: true,
  linkSecurityGroup: true,
  balancerSecurityGroup: true,
  egressRule: true,
  ingressRule: true,
  balancer: true,
  targetGroup: true,
  listener: true,
  vpcLink: true,
} as const;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html */
const longestLinkName = 128;

/**
 * The way from API Gateway to servers on premises: a VPN to their network, a Network Load Balancer with their addresses and health
 * checks, and a VPC link to it. Its `link` is bound to a backend of kind `onPrem`, of an `AwsHttpApi` as of an `AwsRestApi`, in this
 * stack or, through a stack reference, in another. What is there already is handed in.
 *
 * Nothing is open: the load balancer is internal, takes connections from the link alone, and makes them to the targets alone. TLS is
 * not ended on the way.
 *
 * The tunnels come up when the device on premises is set up by `vpnConfiguration`; each of both is enough.
 *
 * What cannot be changed in place, such as the link with its subnets, is made anew before the old one goes; gateways of the same
 * stack move over in between. AWS keeps a VPC link that an API in another stack still names: to replace one, declare a second
 * `AwsOnPremLink`, have the other stack bind it, and take the first away. A link without requests for 60 days is put to sleep by
 * AWS, and the first requests after that fail for some minutes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
 *
 * @example
 * ```ts
 * import { defineApi, jwt, onPrem } from "polygate";
 * import { AwsHttpApi, AwsOnPremLink } from "polygate/aws";
 *
 * const { link } = new AwsOnPremLink("erp-link", {
 *   vpcId: "vpc-0a1b2c3d",
 *   subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
 *   targets: [{ address: "10.20.0.5", port: 8443 }],
 *   vpn: {
 *     publicIp: "203.0.113.9",
 *     cidrs: ["10.20.0.0/16"],
 *     routeTableIds: { private: "rtb-0a1b2c3d" },
 *   },
 * });
 *
 * new AwsHttpApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: onPrem() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com", link } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class AwsOnPremLink extends pulumi.ComponentResource {
  /** To bind to a backend: ids and ARNs alone, of which none is known before what they lead to is in place. */
  readonly link: pulumi.Output<pulumi.Unwrap<AwsVpcLink>>;
  /** The security group of the VPC link: what lets it in, where the load balancer is handed in. */
  readonly securityGroupId: pulumi.Output<string | undefined>;
  /** The addresses of both tunnels in AWS; none without a VPN. */
  readonly tunnelAddresses: pulumi.Output<readonly string[]>;
  /** How the device on premises is to be set up, in XML, with the pre-shared keys: a secret. Empty without a VPN. */
  readonly vpnConfiguration: pulumi.Output<string>;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AwsOnPremLinkArgs, options?: pulumi.ComponentResourceOptions) {
    const problems = checkOnPremLink(args);
    if (problems.length > 0) throw new PolygateError(`The link "${name}"`, problems);
    super("polygate:index:AwsOnPremLink", name, {}, options);
    const transform = taggedTransforms<AwsOnPremLinkTransforms>(args.transform ?? {}, taggable, args.tags);
    const parts: OnPremParts = { name, parent: this, transform };
    const port = listenerPort(args);
    const vpn = args.vpn === undefined ? undefined : vpnTo(parts, args, args.vpn);

    const existing = args.vpcLink;
    const own = existing === undefined ? linkSecurityGroup(parts, args.vpcId) : undefined;
    const securityGroupId = own?.id ?? existing?.securityGroupId;
    const balancer = args.balancer ?? balancerTo(parts, args, port, securityGroupId, vpn?.routes ?? []);
    const vpcLinkId = existing?.vpcLinkId ?? vpcLink(parts, args.subnetIds, own as SecurityGroup, balancer, port);

    this.link = pulumi
      .all([vpcLinkId, balancer.listenerArn, balancer.loadBalancerArn])
      .apply(([id, listenerArn, loadBalancerArn]) => ({
        kind: "aws-vpc-link" as const,
        vpcLinkId: id,
        listenerArn,
        loadBalancerArn,
      }));
    this.securityGroupId = pulumi.output(securityGroupId);
    this.tunnelAddresses = vpn?.tunnelAddresses ?? pulumi.output([]);
    this.vpnConfiguration = pulumi.secret(vpn?.configuration ?? "");
    const { link, tunnelAddresses, vpnConfiguration } = this;
    this.registerOutputs({ link, securityGroupId: this.securityGroupId, tunnelAddresses, vpnConfiguration });
  }
}

/** It waits for the rule that lets its traffic out. Neither its subnets nor its security groups can be changed. */
function vpcLink(
  parts: OnPremParts,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  { id }: SecurityGroup,
  balancer: AwsExistingBalancer,
  port: number,
): pulumi.Output<string> {
  const { name, parent, transform } = parts;
  const rule = egressRule(parts, `${name}-link-egress-${port}`, id, port, {
    ...(balancer.securityGroupId === undefined
      ? { cidrIpv4: "0.0.0.0/0" }
      : { referencedSecurityGroupId: balancer.securityGroupId }),
  });
  const [args, options] = transformed<VpcLinkArgs>(
    transform.vpcLink,
    {
      name: vendorName(name, { longest: longestLinkName }),
      subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]),
      securityGroupIds: [id],
    },
    { parent, dependsOn: rule },
    ["subnetIds", "securityGroupIds", "region"],
  );
  return new VpcLink(`${name}-vpc-link`, args, options).id;
}
