import { isIPv4 } from "node:net";
import { ipv4Range, isPublicAddress } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import { type ArgumentCheck, shown } from "../argument.ts";
import type { AzureIpsecPolicy, AzureOnPremDevice, AzureVpn } from "./args.ts";

/** Azure's autonomous system by default: https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-bgp-overview */
export const azureAsn = 65_515;

const skus = ["VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ"];
const gatewayId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworkGateways\/[^/]+$/i;

/** The form of a shared key. Unverified: the maximum length. */
export function isSharedKey(value: unknown): value is string {
  return typeof value === "string" && /^[!-,.-}]{1,128}$/.test(value);
}

/** Checks the `vpn` argument. */
export function checkVpn(vpn: AzureVpn, check: ArgumentCheck): void {
  const device: Partial<AzureOnPremDevice> = vpn.device ?? {};
  checkDevice(device, check);
  checkPrefixes(device, check);
  checkBgp(vpn, device, check);
  checkGateway(vpn, check);
  if (!isLater(vpn.sharedKey) && !isSharedKey(vpn.sharedKey)) {
    // The rule does not show the key.
    const rule = "sharedKey must have 1 to 128 printable ASCII characters without space, hyphen and tilde.";
    check.reject("vpn.sharedKey", rule, "Read it from the stack's secret configuration.");
  }
  if (vpn.ipsecPolicy !== undefined) checkPolicy(vpn.ipsecPolicy, check);
}

function checkDevice({ publicIp, fqdn }: Partial<AzureOnPremDevice>, check: ArgumentCheck): void {
  if ((publicIp === undefined) === (fqdn === undefined)) {
    check.reject("vpn.device", "Exactly one of publicIp and fqdn is required.", "Write the device's public address.");
    return;
  }
  if (publicIp !== undefined) {
    check.form(
      "vpn.device.publicIp",
      publicIp,
      isPublicAddress,
      "a public IPv4 address",
      "Write the device's public address.",
    );
  } else {
    check.text("vpn.device.fqdn", fqdn, "fqdn", "Write the device's public name.");
  }
}

function checkPrefixes({ prefixes, asn }: Partial<AzureOnPremDevice>, check: ArgumentCheck): void {
  const place = "vpn.device.prefixes";
  if (prefixes === undefined || (Array.isArray(prefixes) && prefixes.length === 0)) {
    if (asn !== undefined) return;
    check.reject(
      place,
      "Without BGP, the networks behind the device must be listed.",
      'Write prefixes: ["10.20.0.0/16"].',
    );
    return;
  }
  if (!Array.isArray(prefixes)) {
    check.reject(place, `prefixes must be a list, not ${shown(prefixes)}.`, 'Write prefixes: ["10.20.0.0/16"].');
    return;
  }
  for (const [index, prefix] of prefixes.entries()) {
    if ((ipv4Range(prefix)?.bits ?? 0) < 8) {
      const rule = `A network must be its first address and 8 to 32 bits, not ${shown(prefix)}. A route for all addresses into a tunnel cuts a service off from Azure.`;
      check.reject(`${place}[${index}]`, rule, 'Write a CIDR such as "10.20.0.0/16".');
    } else if (prefixes.indexOf(prefix) !== index) {
      check.reject(`${place}[${index}]`, "This network is listed twice.", "Remove one of them.");
    }
  }
}

function isAsn(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 4_294_967_294;
}

function checkBgp(vpn: AzureVpn, { asn, bgpPeeringAddress }: Partial<AzureOnPremDevice>, check: ArgumentCheck): void {
  const remedy = "Write the number of the autonomous system.";
  for (const [place, value] of [
    ["vpn.asn", vpn.asn],
    ["vpn.device.asn", asn],
  ] as const) {
    if (value === undefined || isAsn(value)) continue;
    check.reject(place, `An autonomous system must be a number from 1 to 4294967294, not ${shown(value)}.`, remedy);
  }
  if (asn === undefined) {
    if (bgpPeeringAddress === undefined && vpn.asn === undefined) return;
    check.reject("vpn.device.asn", "BGP requires the number of the device's autonomous system.", remedy);
    return;
  }
  if (asn === (vpn.asn ?? azureAsn)) {
    check.reject(
      "vpn.device.asn",
      `The device and Azure have the same autonomous system, ${asn}.`,
      "Set vpn.asn to another number.",
    );
  }
  if (typeof bgpPeeringAddress === "string" && isIPv4(bgpPeeringAddress)) return;
  const rule = `BGP requires the device's peer address, an IPv4 address, not ${shown(bgpPeeringAddress)}.`;
  check.reject("vpn.device.bgpPeeringAddress", rule, "Write the address that the device uses for BGP.");
}

function checkGateway(vpn: AzureVpn, check: ArgumentCheck): void {
  const { gatewaySubnet, virtualNetworkGatewayId, sku, activeActive, asn } = vpn;
  if ((gatewaySubnet === undefined) === (virtualNetworkGatewayId === undefined)) {
    const rule = "Exactly one of gatewaySubnet and virtualNetworkGatewayId is required.";
    check.reject(
      "vpn",
      rule,
      "Pass the id of the network's VPN gateway, or write the addresses of a new one's subnet.",
    );
  }
  if (virtualNetworkGatewayId !== undefined) {
    const isId = (value: unknown): boolean => typeof value === "string" && gatewayId.test(value);
    check.form(
      "vpn.virtualNetworkGatewayId",
      virtualNetworkGatewayId,
      isId,
      "the id of a virtual network gateway",
      "Pass the id.",
    );
    for (const [name, value] of Object.entries({ sku, activeActive, asn })) {
      if (value !== undefined)
        check.reject(`vpn.${name}`, `An existing gateway has its own ${name}.`, `Remove ${name}.`);
    }
  }
  if (gatewaySubnet !== undefined && (ipv4Range(gatewaySubnet)?.bits ?? 33) > 27) {
    const rule = `The gateway's subnet must be its first address and at most 27 bits, not ${shown(gatewaySubnet)}.`;
    check.reject("vpn.gatewaySubnet", rule, 'Write a CIDR such as "10.10.0.0/27".');
  }
  if (sku !== undefined && !skus.includes(sku)) {
    const rule = `The SKU must be one of ${skus.join(", ")}, not ${shown(sku)}. Azure creates no others, or they have no BGP.`;
    check.reject("vpn.sku", rule, 'Write "VpnGw1AZ".');
  }
  if (activeActive !== undefined && typeof activeActive !== "boolean") {
    check.reject("vpn.activeActive", `This must be true or false, not ${shown(activeActive)}.`, "Write true or false.");
  }
}

const policyMembers = [
  "dhGroup",
  "ikeEncryption",
  "ikeIntegrity",
  "ipsecEncryption",
  "ipsecIntegrity",
  "pfsGroup",
  "saDataSizeKilobytes",
  "saLifeTimeSeconds",
] as const;

function checkPolicy(policy: AzureIpsecPolicy, check: ArgumentCheck): void {
  for (const member of policyMembers) {
    const value: unknown = policy[member];
    const type = member.startsWith("sa") ? "number" : "string";
    if (typeof value === type) continue;
    const rule = `A policy must have all members, and ${member} must be a ${type}, not ${shown(value)}.`;
    check.reject(`vpn.ipsecPolicy.${member}`, rule, "Write the value that the device offers.");
  }
}
