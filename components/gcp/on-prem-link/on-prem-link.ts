import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../api/problem.ts";
import { checkedArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import type { GcpLink } from "../link/link-inputs.ts";
import type { GcpDeviceConfiguration, GcpOnPremLinkArgs, GcpVpn } from "./args.ts";
import { cautionsOf, checkOnPremLink } from "./check.ts";
import { egressTo, subnetworkOf, zoneOf } from "./network.ts";
import { OnPremParts } from "./parts.ts";
import { onPremLinkShape } from "./shape.ts";
import { onPremLinkTransformRules } from "./transform-rules.ts";
import { dnsSource, type Vpn, vpnTo } from "./vpn.ts";

/**
 * The connection from a companion of `GcpApiGateway` to servers on premises: a subnet for the companion, an HA VPN with BGP, a firewall
 * rule, and a zone that forwards names to DNS servers on premises. Bind its `link` to a backend of kind `onPrem`, in the same stack or,
 * through a stack reference, in another. Existing parts can be passed as arguments. With an existing subnet alone, such as one that an
 * Interconnect serves, the component creates nothing.
 *
 * The tunnels come up when the device on premises is configured with `device` and the shared secrets. One tunnel is enough for the
 * traffic; Google's agreement for 99.99 % needs two, from different interfaces. HA VPN has no static routes, so the device must support
 * BGP.
 *
 * A network on premises must not overlap with the subnets of the VPC network. Routes that a Cloud Router learns are used in its own
 * region, or in all regions if the network's `routingMode` is `GLOBAL`.
 *
 * A changed shared secret or address replaces a tunnel, which is down until the new session is up. Change one secret, update, configure
 * the device, and then change the next one. Google keeps the addresses of a subnet for one to two hours after the last service in it is
 * removed, and does not delete it before that.
 *
 * @see https://cloud.google.com/network-connectivity/docs/vpn/concepts/topologies
 * @see https://cloud.google.com/run/docs/configuring/vpc-direct-vpc
 *
 * @example
 * ```ts
 * import { Config } from "@pulumi/pulumi";
 * import { defineApi, jwt, onPrem } from "polygate";
 * import { GcpApiGateway, GcpOnPremLink } from "polygate/gcp";
 *
 * const config = new Config();
 * const region = "europe-west1";
 *
 * const { link, device } = new GcpOnPremLink("erp-link", {
 *   region,
 *   network: "projects/shop/global/networks/main",
 *   subnetRange: "10.8.0.0/26",
 *   ranges: ["10.20.0.0/16"],
 *   vpn: {
 *     deviceAddresses: ["203.0.113.9"],
 *     deviceAsn: 65010,
 *     sharedSecrets: [config.requireSecret("vpnSecret0"), config.requireSecret("vpnSecret1")],
 *   },
 *   dns: { domain: "corp.example.com", servers: ["10.20.0.2"] },
 * });
 *
 * new GcpApiGateway("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: onPrem() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   region,
 *   backends: { erp: { url: "https://erp.corp.example.com", link } },
 *   auth: { staff: { issuer: "https://login.example.com", jwksUri: "https://login.example.com/keys" } },
 *   companion: {},
 * });
 *
 * export { device };
 * ```
 */
export class GcpOnPremLink extends pulumi.ComponentResource {
  /** The link to bind to a backend. It contains texts only, so that another stack can read it. */
  readonly link: pulumi.Output<pulumi.Unwrap<GcpLink>>;
  /** What the device on premises must be configured with, beside the shared secrets. Undefined without a VPN. */
  readonly device: pulumi.Output<GcpDeviceConfiguration | undefined>;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: GcpOnPremLinkArgs, options?: pulumi.ComponentResourceOptions) {
    const subject = `The link "${name}"`;
    const checked = checkedArguments(subject, args, onPremLinkShape, checkOnPremLink);
    super("polygate:index:GcpOnPremLink", name, {}, options);
    const transforms = new ComponentTransforms(subject, onPremLinkTransformRules, checked.transform);
    const parts = new OnPremParts(name, this, checked, transforms.children);
    const { subnetRange, vpn, egress, dns } = checked;
    const subnet = subnetRange === undefined ? undefined : subnetworkOf(parts, subnetRange);
    if (egress !== undefined) egressTo(parts, egress);
    if (dns !== undefined) zoneOf(parts, dns);

    this.link = linkOf(checked, subnet?.id ?? checked.subnetwork ?? "");
    this.device = vpn === undefined ? pulumi.output(undefined) : configurationOf(checked, vpn, vpnTo(parts, vpn));
    transforms.check();
    for (const caution of cautionsOf(checked)) pulumi.log.warn(printable(caution), this);
    this.registerOutputs({ link: this.link, device: this.device });
  }
}

/**
 * The link depends on the subnet alone. A companion that depended on a tunnel would be replaced together with the tunnel.
 */
function linkOf(
  { network, certificateAuthority, serverName }: GcpOnPremLinkArgs,
  subnetwork: pulumi.Input<string>,
): pulumi.Output<pulumi.Unwrap<GcpLink>> {
  return pulumi
    .all([network, subnetwork, pulumi.output(certificateAuthority), pulumi.output(serverName)])
    .apply(([networkId, subnetworkId, authority, host]) => ({
      network: pathOf(networkId),
      subnetwork: pathOf(subnetworkId),
      ...(authority === undefined ? {} : { certificateAuthority: authority }),
      ...(host === undefined ? {} : { serverName: host }),
    }));
}

/** The path in the address of a resource. */
function pathOf(id: string): string {
  return id.replace(/^https:\/\/www\.googleapis\.com\/compute\/(?:v1|beta)\//, "");
}

function configurationOf(
  { subnetRange, ranges = [], dns }: GcpOnPremLinkArgs,
  { deviceAsn, advertise = [] }: GcpVpn,
  { ikeVersion, googleAsn, tunnels }: Vpn,
): pulumi.Output<GcpDeviceConfiguration> {
  const source = dns === undefined ? {} : { dnsSource };
  const own = subnetRange === undefined ? [] : [subnetRange];
  return tunnels.apply(
    (all): GcpDeviceConfiguration => ({
      ikeVersion,
      googleAsn,
      deviceAsn,
      tunnels: all,
      advertised: [...own, ...advertise, ...Object.values(source)],
      expected: [...ranges],
      ...source,
    }),
  );
}
