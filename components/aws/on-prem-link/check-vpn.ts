import { isIPv4 } from "node:net";
import type { ProblemList } from "../../api/problem.ts";
import { containsAddress, type Ipv4Range, ipv4Range, isPrivateAddress } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import type { AwsVpn } from "./args.ts";
import { checkId, refuseArgument, shown } from "./form.ts";

/**
 * Checks the `vpn` argument.
 *
 * @param addresses of the targets
 */
export function checkVpn(vpn: AwsVpn, addresses: readonly unknown[], problems: ProblemList): void {
  const { publicIp, asn, cidrs = [], routeTableIds, end } = vpn;
  checkPublicIp(publicIp, problems);
  checkAsn(asn, problems);
  checkRouteTables(routeTableIds, problems);
  checkCidrs(cidrs, addresses, problems);
  checkNeedsCidrs(vpn, problems);
  checkEnd(end, asn === undefined, problems);
}

function checkPublicIp(publicIp: unknown, problems: ProblemList): void {
  if (isLater(publicIp) || (typeof publicIp === "string" && isIPv4(publicIp) && !isPrivateAddress(publicIp))) return;
  const rule = `The device must have a public IPv4 address, not ${shown(publicIp)}.`;
  refuseArgument(problems, "vpn.publicIp", rule, "Write the device's public address.");
}

function checkAsn(asn: number | undefined, problems: ProblemList): void {
  if (asn === undefined || (Number.isInteger(asn) && asn >= 1 && asn <= 4_294_967_294)) return;
  const rule = `An autonomous system must be a number from 1 to 4294967294, not ${shown(asn)}.`;
  refuseArgument(problems, "vpn.asn", rule, "Write the number of the device's autonomous system.");
}

/** The form of a table's name, which becomes a part of a resource's name. */
const tableName = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

function checkRouteTables(routeTableIds: AwsVpn["routeTableIds"] | undefined, problems: ProblemList): void {
  const tables = Object.entries(routeTableIds ?? {});
  if (tables.length === 0) {
    const remedy = "Write { private: table.id } with the route tables of the subnets.";
    refuseArgument(problems, "vpn.routeTableIds", "At least one route table must lead to the VPN.", remedy);
  }
  for (const [name, id] of tables) {
    const place = `vpn.routeTableIds[${JSON.stringify(name)}]`;
    if (!tableName.test(name)) {
      const rule = "A table's name must begin with a letter and have at most 63 letters, digits, _ and -.";
      refuseArgument(problems, place, rule, "Rename the table. Its name becomes a part of a resource's name.");
    }
    checkId(problems, place, id);
  }
}

/** The range of a network; undefined for a text that is no network of 8 to 32 bits. */
function networkOf(cidr: unknown): Ipv4Range | undefined {
  const range = ipv4Range(cidr);
  return range !== undefined && range.bits >= 8 ? range : undefined;
}

function checkCidrs(cidrs: readonly unknown[], addresses: readonly unknown[], problems: ProblemList): void {
  const ranges = cidrs.map(networkOf);
  const isWrong = cidrs.map((cidr, index) => {
    const place = `vpn.cidrs[${index}]`;
    if (ranges[index] === undefined) {
      const rule = `A network must be its first address and 8 to 32 bits, not ${shown(cidr)}.`;
      refuseArgument(problems, place, rule, 'Write a CIDR such as "10.20.0.0/16".');
      return true;
    }
    if (cidrs.indexOf(cidr) === index) return false;
    refuseArgument(problems, place, "This network is listed twice.", "Remove one of them.");
    return true;
  });
  if (cidrs.length === 0 || isWrong.includes(true)) return;
  for (const [index, address] of addresses.entries()) {
    if (
      typeof address !== "string" ||
      !isIPv4(address) ||
      ranges.some((range) => range !== undefined && containsAddress(range, address))
    )
      continue;
    const rule = `No network in vpn.cidrs contains ${address}.`;
    refuseArgument(problems, `targets[${index}].address`, rule, "Add the address's network to vpn.cidrs.");
  }
}

/** Static routes and routes to a transit gateway need the networks on premises. */
function checkNeedsCidrs({ asn, cidrs = [], end }: AwsVpn, problems: ProblemList): void {
  if (cidrs.length > 0 || (asn !== undefined && end?.kind !== "transit-gateway")) return;
  const rule =
    asn === undefined
      ? "Without BGP, the networks behind the device must be listed."
      : "The VPC's routes to a transit gateway are static, so the networks behind the device must be listed.";
  refuseArgument(problems, "vpn.cidrs", rule, 'Write cidrs: ["10.20.0.0/16"].');
}

function checkEnd(end: AwsVpn["end"], isStatic: boolean, problems: ProblemList): void {
  if (end === undefined) return;
  const { kind } = end;
  if (kind === "vpn-gateway") {
    if (end.vpnGatewayId !== undefined) checkId(problems, "vpn.end.vpnGatewayId", end.vpnGatewayId);
    return;
  }
  if (kind !== "transit-gateway") {
    const rule = `A VPN must end at a "vpn-gateway" or a "transit-gateway", not ${shown(kind)}.`;
    refuseArgument(problems, "vpn.end.kind", rule, 'Write "vpn-gateway".');
    return;
  }
  const { transitGatewayId, routeTableId, attached } = end;
  if (transitGatewayId !== undefined) {
    checkId(problems, "vpn.end.transitGatewayId", transitGatewayId);
    if (isStatic || routeTableId !== undefined) checkId(problems, "vpn.end.routeTableId", routeTableId);
    return;
  }
  for (const [member, value] of Object.entries({ routeTableId, attached })) {
    if (value === undefined) continue;
    const rule = `${member} is allowed for an existing transit gateway only.`;
    refuseArgument(problems, `vpn.end.${member}`, rule, `Write its transitGatewayId, or remove ${member}.`);
  }
}
