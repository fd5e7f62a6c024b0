import { z } from "zod";
import { type NamedRange, outside, overlapping } from "../configuration/ranges.ts";
import { type ConfigurationProblem, secret, type Written } from "../configuration/read.ts";
import { httpsUrl } from "../configuration/settings.ts";

const range = (whose: string) => z.cidrv4().describe(`the addresses of ${whose}, such as 10.0.0.0/16`);

/** The settings of the site and of the networks that reach it, as stacks/network and stacks/hybrid have them in common. */
export const networkSettings = {
  site: z
    .strictObject({
      device: z.ipv4().describe("the public IPv4 address of the VPN device"),
      asn: z.int().describe("the number of the device's autonomous system, such as 65010"),
      range: range("the network on premises"),
      dns: z.ipv4().describe("the address of the site's DNS server"),
      erp: z
        .strictObject({
          url: httpsUrl("the URL of the ERP, https://NAME:PORT"),
          address: z.ipv4().describe("the private address of the ERP"),
        })
        .describe("the server on premises"),
    })
    .describe("the network on premises"),
  networks: z
    .strictObject({
      aws: z
        .record(
          z.string(),
          z.strictObject({
            range: range("the VPC"),
            subnets: z.array(range("a subnet")).min(1).describe("the ranges of the subnets of the VPC, preferably two"),
          }),
        )
        .describe("the VPC of each Region of AWS, by the name of the Region"),
      azure: z
        .strictObject({
          range: range("the virtual network"),
          gatewaySubnet: range("the VPN gateway's subnet, at least a /27"),
        })
        .describe("the virtual network of Azure"),
      gcp: z
        .strictObject({
          region: z.string().min(1).describe("a region of Google Cloud, such as europe-west1"),
          range: range("the companion's subnet, at least a /26"),
        })
        .describe("the network of Google Cloud"),
    })
    .describe("the networks of the clouds"),
  zone: z
    .string()
    .min(1)
    .optional()
    .describe("a DNS zone of your own, such as api.example.com, for the names of the gateways of AWS"),
  azureVpnKey: secret("the key that Azure and the device share"),
  gcpVpnKey0: secret("the shared secret of Google's first tunnel"),
  gcpVpnKey1: secret("the shared secret of Google's second tunnel"),
};

export type NetworkConfiguration = z.output<z.ZodObject<typeof networkSettings>>;

/** Looks for ranges that have addresses in common, and for parts that are outside their network. */
export function checkNetworks(
  { site, networks }: Written,
  moreAzureSubnets: readonly NamedRange[] = [],
): readonly ConfigurationProblem[] {
  const { aws = {}, azure, gcp } = members(networks);
  const vpcs = Object.entries(members(aws)).map(([region, vpc]) => ({
    network: { setting: `networks.aws.${region}.range`, range: members(vpc).range },
    parts: listed(members(vpc).subnets).map((part, index) => ({
      setting: `networks.aws.${region}.subnets.${index}`,
      range: part,
    })),
  }));
  const vnet = {
    network: { setting: "networks.azure.range", range: members(azure).range },
    parts: [{ setting: "networks.azure.gatewaySubnet", range: members(azure).gatewaySubnet }, ...moreAzureSubnets],
  };
  const whole = [
    { setting: "site.range", range: members(site).range },
    ...vpcs.map(({ network }) => network),
    vnet.network,
    { setting: "networks.gcp.range", range: members(gcp).range },
  ];
  return [
    ...overlapping(whole),
    ...[...vpcs, vnet].flatMap(({ network, parts }) => [...outside(network, parts), ...overlapping(parts)]),
  ];
}

function members(value: unknown): Written {
  return typeof value === "object" && value !== null ? (value as Written) : {};
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
