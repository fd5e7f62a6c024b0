import * as aws from "@pulumi/aws";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Network } from "@pulumi/gcp/compute/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { AwsOnPremLink } from "polygate/aws";
import { AzureOnPremLink } from "polygate/azure";
import { GcpOnPremLink } from "polygate/gcp";
import { type AwsRegion, awsRegion } from "./aws-region.ts";
import type { NetworkConfiguration } from "./configuration.ts";

/** The way from a Region of AWS to the ERP. */
export interface AwsWay {
  readonly region: AwsRegion;
  readonly link: AwsOnPremLink["link"];
}

/** The ways to the ERP, and what the gateways need to know about the networks. */
export interface Networks {
  /** The URL of the ERP. */
  readonly erp: string;
  /** By Region. */
  readonly aws: Readonly<Record<string, AwsWay>>;
  readonly azure: AzureOnPremLink["link"];
  readonly gcp: { readonly region: string; readonly link: GcpOnPremLink["link"] };
  /** The DNS zone of the gateways' names. */
  readonly zone?: { readonly name: string; readonly id: pulumi.Output<string> };
}

/** Networks that this stack declares. */
export interface DeclaredNetworks extends Networks {
  /** What the VPN device must be configured with. That of AWS contains its keys. */
  readonly device: {
    readonly aws: Readonly<Record<string, pulumi.Output<string>>>;
    readonly azure: AzureOnPremLink["deviceConfiguration"];
    readonly gcp: GcpOnPremLink["device"];
  };
}

/** Declares the network of each cloud, with a VPN of its own to the site. */
export function declareNetworks(configuration: NetworkConfiguration): DeclaredNetworks {
  const { site, networks, zone } = configuration;
  const regions = Object.entries(networks.aws).map(([name, vpc]) => {
    const region = awsRegion(name);
    return { name, region, ...awsLink(site, vpc, region) };
  });
  const azure = azureLink(configuration);
  const gcp = gcpLink(configuration);
  return {
    erp: site.erp.url,
    aws: Object.fromEntries(regions.map(({ name, region, link }) => [name, { region, link }])),
    azure: azure.link,
    gcp: { region: networks.gcp.region, link: gcp.link },
    ...(zone === undefined ? {} : { zone: { name: zone, id: new aws.route53.Zone("zone", { name: zone }).zoneId } }),
    device: {
      aws: Object.fromEntries(regions.map(({ name, device }) => [name, device])),
      azure: azure.deviceConfiguration,
      gcp: gcp.device,
    },
  };
}

function awsLink(
  site: NetworkConfiguration["site"],
  { range, subnets }: NetworkConfiguration["networks"]["aws"][string],
  { name, options }: AwsRegion,
): { readonly link: AwsOnPremLink["link"]; readonly device: pulumi.Output<string> } {
  const vpc = new aws.ec2.Vpc(name("network"), { cidrBlock: range }, options);
  const parts = subnets.map(
    (cidrBlock, index) => new aws.ec2.Subnet(name(`part-${index}`), { vpcId: vpc.id, cidrBlock }, options),
  );
  const routes = new aws.ec2.RouteTable(name("routes"), { vpcId: vpc.id }, options);
  // Without an association, a subnet follows the VPC's main route table, which does not lead to the site.
  for (const [index, { id }] of parts.entries()) {
    new aws.ec2.RouteTableAssociation(name(`routes-${index}`), { subnetId: id, routeTableId: routes.id }, options);
  }
  const port = portOf(site.erp.url);
  const { link, vpnConfiguration } = new AwsOnPremLink(
    name("erp-aws"),
    {
      vpcId: vpc.id,
      subnetIds: parts.map(({ id }) => id),
      targets: [{ address: site.erp.address, port }],
      port,
      vpn: { publicIp: site.device, cidrs: [site.range], routeTableIds: { main: routes.id } },
    },
    options,
  );
  return { link, device: vpnConfiguration };
}

function azureLink({ site, networks, azureVpnKey }: NetworkConfiguration): AzureOnPremLink {
  const group = new ResourceGroup("network");
  return new AzureOnPremLink("erp-azure", {
    resourceGroupName: group.name,
    location: group.location,
    virtualNetwork: { addressPrefix: networks.azure.range },
    vpn: {
      gatewaySubnet: networks.azure.gatewaySubnet,
      device: { publicIp: site.device, prefixes: [site.range] },
      sharedKey: azureVpnKey,
    },
    names: { [new URL(site.erp.url).hostname]: site.erp.address },
  });
}

function gcpLink({ site, networks, gcpVpnKey0, gcpVpnKey1 }: NetworkConfiguration): GcpOnPremLink {
  const network = new Network("network", { autoCreateSubnetworks: false });
  const { hostname } = new URL(site.erp.url);
  return new GcpOnPremLink("erp-gcp", {
    region: networks.gcp.region,
    network: network.id,
    subnetRange: networks.gcp.range,
    ranges: [site.range],
    vpn: { deviceAddresses: [site.device], deviceAsn: site.asn, sharedSecrets: [gcpVpnKey0, gcpVpnKey1] },
    dns: { domain: hostname.slice(hostname.indexOf(".") + 1), servers: [site.dns] },
  });
}

/** The port of a URL, also of one without a port. */
function portOf(url: string): number {
  const { port } = new URL(url);
  return port === "" ? 443 : Number(port);
}
