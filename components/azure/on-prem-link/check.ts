import { isIPv4 } from "node:net";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { containsRange, ipv4Range, overlap } from "../../gateway/ipv4-range.ts";
import { isObjectNow } from "../../gateway/later.ts";
import { checkTags } from "../../gateway/tags.ts";
import { ArgumentCheck, shown } from "../argument.ts";
import { isVirtualNetworkId } from "../network/network-id.ts";
import { tagRules } from "../tags.ts";
import type { AzureOnPremLinkArgs } from "./args.ts";
import { checkVpn } from "./check-vpn.ts";

const cidr = 'Write a CIDR such as "10.10.0.0/16".';

/** Checks the arguments as far as they are known before the deployment. */
export function checkOnPremLink(args: AzureOnPremLinkArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  const check = new ArgumentCheck(problems, "bad-on-prem-link");
  check.text("resourceGroupName", args.resourceGroupName, "resourceGroupName", "Pass the name of a resource group.");
  check.text("location", args.location, "location", 'Write a region such as "westeurope".');
  checkNetwork(args, check);
  if (args.vpn !== undefined) checkVpn(args.vpn, check);
  checkRanges(args, check);
  checkNames(args, check);
  checkTags(args.tags, tagRules, problems);
  return problems.all;
}

function checkNetwork({ virtualNetwork }: AzureOnPremLinkArgs, check: ArgumentCheck): void {
  const { addressPrefix, virtualNetworkId, dnsServers } = virtualNetwork ?? {};
  if ((addressPrefix === undefined) === (virtualNetworkId === undefined)) {
    const rule = "Exactly one of addressPrefix and virtualNetworkId is required.";
    check.reject("virtualNetwork", rule, "Pass the id of a virtual network, or write the addresses of a new one.");
  }
  if (virtualNetworkId !== undefined) {
    const place = "virtualNetwork.virtualNetworkId";
    check.form(
      place,
      virtualNetworkId,
      isVirtualNetworkId,
      "the id of a virtual network",
      "Pass the id from the network.",
    );
  }
  if (addressPrefix !== undefined && (ipv4Range(addressPrefix)?.bits ?? 0) < 8) {
    const rule = `The virtual network must be its first address and 8 to 29 bits, not ${shown(addressPrefix)}.`;
    check.reject("virtualNetwork.addressPrefix", rule, cidr);
  }
  if (dnsServers === undefined) return;
  const place = "virtualNetwork.dnsServers";
  const isList = Array.isArray(dnsServers) && dnsServers.length > 0;
  if (!isList || dnsServers.some((server) => typeof server !== "string" || !isIPv4(server))) {
    check.reject(place, `dnsServers must list IPv4 addresses, not ${shown(dnsServers)}.`, 'Write ["10.20.0.2"].');
  } else if (virtualNetworkId !== undefined) {
    check.reject(place, "An existing virtual network has its own DNS servers.", "Remove dnsServers.");
  }
}

/** Addresses on both sides of a tunnel must differ, and the gateway's must be the network's. */
function checkRanges({ virtualNetwork, vpn }: AzureOnPremLinkArgs, check: ArgumentCheck): void {
  const whole = ipv4Range(virtualNetwork?.addressPrefix);
  const subnet = ipv4Range(vpn?.gatewaySubnet);
  if (whole === undefined) return;
  if (subnet !== undefined && !containsRange(whole, subnet)) {
    const rule = `The virtual network ${virtualNetwork.addressPrefix} does not contain ${vpn?.gatewaySubnet}.`;
    check.reject("vpn.gatewaySubnet", rule, "Write a part of the virtual network's addresses.");
  }
  const prefixes: unknown = vpn?.device?.prefixes;
  for (const [index, prefix] of (Array.isArray(prefixes) ? prefixes : []).entries()) {
    const range = ipv4Range(prefix);
    // A network of fewer bits is reported by itself.
    if (range === undefined || range.bits < 8 || !overlap(whole, range)) continue;
    const rule = `The network on premises ${prefix} overlaps with the virtual network ${virtualNetwork.addressPrefix}.`;
    check.reject(
      `vpn.device.prefixes[${index}]`,
      rule,
      "Give the virtual network addresses that no network on premises has.",
    );
  }
}

/** A host name with at least two labels. */
const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function checkNames({ names, virtualNetwork }: AzureOnPremLinkArgs, check: ArgumentCheck): void {
  if (names === undefined) return;
  if (!isObjectNow(names)) {
    check.reject(
      "names",
      "names must be an object whose names are known before the deployment.",
      'Write { "erp.example.com": "10.20.0.5" }.',
    );
    return;
  }
  if (virtualNetwork?.dnsServers !== undefined) {
    const rule = "The DNS servers of the virtual network answer instead of private zones.";
    check.reject("names", rule, "Add the names to the DNS servers, or remove dnsServers.");
  }
  for (const [name, address] of Object.entries(names)) {
    const place = `names[${JSON.stringify(name)}]`;
    if (!hostName.test(name)) {
      check.reject(place, "This must be a full host name in lower case.", 'Write a name such as "erp.example.com".');
    } else if (typeof address !== "string" || !isIPv4(address)) {
      check.reject(
        place,
        `The address must be an IPv4 address, not ${shown(address)}.`,
        "Write the server's private address.",
      );
    }
  }
}
