import { type Problem, ProblemList } from "../../api/problem.ts";
import {
  containsAddress,
  containsRange,
  type Ipv4Range,
  ipv4Range,
  isPrivateAddress,
  overlap,
} from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import type { GcpOnPremLinkArgs } from "./args.ts";
import { checkVpn } from "./check-vpn.ts";
import { checkList, checkRange, checkRanges, type PlacedRange, refuseArgument, shown } from "./form.ts";

/** https://cloud.google.com/run/docs/configuring/vpc-direct-vpc, "IP address allocation". */
const smallestSubnet = 26;

/**
 * Cloud Run could not reach this range.
 *
 * Unverified: whether Direct VPC egress has the same limit.
 *
 * @see https://cloud.google.com/run/docs/known-issues
 */
export const unreachable = "192.168.1.0/24";

/** Checks the arguments as far as they are known before the deployment. JavaScript users do not have the types. */
export function checkOnPremLink(args: GcpOnPremLinkArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  checkPath(problems, "network", args.network, networkPath, "projects/shop/global/networks/main");
  const subnet = checkSubnet(args, problems);
  const ranges = checkSite(args, subnet, problems);
  if (args.vpn !== undefined) checkVpn(args.vpn, ranges, problems);
  checkEgress(args.egress, problems);
  checkDns(args, ranges, problems);
  for (const name of ["certificateAuthority", "serverName", "region", "project"] as const) {
    checkText(problems, name, args[name]);
  }
  return problems.all;
}

const api = "(?:https://www\\.googleapis\\.com/compute/(?:v1|beta)/)?";
const networkPath = new RegExp(`^${api}projects/[^/]+/global/networks/[^/]+$`);
const subnetworkPath = new RegExp(`^${api}projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$`);

/** A full path, because a zone accepts no bare name of a network. */
function checkPath(problems: ProblemList, place: string, value: unknown, form: RegExp, example: string): void {
  if (isLater(value) || (typeof value === "string" && form.test(value))) return;
  const rule = `${place} must be the id of a ${place}, such as "${example}", not ${shown(value)}.`;
  refuseArgument(problems, place, rule, `Pass the Output \`id\` of the ${place}, or write its full path.`);
}

function checkText(problems: ProblemList, place: string, value: unknown): void {
  if (value === undefined || isLater(value) || (typeof value === "string" && value !== "")) return;
  refuseArgument(
    problems,
    place,
    `${place} must be a text, not ${shown(value)}.`,
    `Write the text, or remove ${place}.`,
  );
}

/** Returns the range of a new subnet. */
function checkSubnet({ subnetRange, subnetwork }: GcpOnPremLinkArgs, problems: ProblemList): Ipv4Range | undefined {
  if (subnetRange === undefined && subnetwork === undefined) {
    const remedy = 'Write subnetRange: "10.8.0.0/26" for a new subnet, or subnetwork with the id of an existing one.';
    refuseArgument(problems, "subnetRange", "There is no subnet for the companion.", remedy);
    return undefined;
  }
  if (subnetwork !== undefined) {
    checkPath(problems, "subnetwork", subnetwork, subnetworkPath, "projects/shop/regions/europe-west1/subnetworks/run");
    if (subnetRange === undefined) return undefined;
    const rule = "An existing subnet has its own range.";
    refuseArgument(problems, "subnetRange", rule, "Remove subnetRange or subnetwork.");
    return undefined;
  }
  const range = checkRange(problems, "subnetRange", subnetRange);
  if (range !== undefined && range.bits > smallestSubnet) {
    const rule = `A subnet for Cloud Run must be a /${smallestSubnet} or larger. This is ${range.text}.`;
    refuseArgument(problems, "subnetRange", rule, 'Write a range such as "10.8.0.0/26".');
  }
  return range;
}

/** Returns the networks on premises. */
function checkSite(
  { ranges, vpn, egress }: GcpOnPremLinkArgs,
  subnet: Ipv4Range | undefined,
  problems: ProblemList,
): readonly PlacedRange[] {
  const needed = vpn !== undefined || egress !== undefined;
  if (ranges === undefined && !needed) return [];
  const listed = checkList(problems, "ranges", ranges, 'Write the networks on premises, such as ["10.20.0.0/16"].');
  const checked = checkRanges(problems, "ranges", listed);
  for (const { place, range } of checked) {
    if (subnet !== undefined && overlap(range, subnet)) {
      const rule = `The network on premises ${range.text} overlaps with the companion's subnet ${subnet.text}.`;
      refuseArgument(problems, place, rule, "Choose a subnetRange that no network on premises contains.");
    }
    if (containsRange(rangeOf(unreachable), range)) {
      const rule = `Cloud Run could not reach private destinations in ${unreachable} (its page "Known issues").`;
      refuseArgument(
        problems,
        place,
        rule,
        "Give the servers other addresses, or reach them through a proxy on premises.",
      );
    }
  }
  return checked;
}

/** What a preview warns of. */
export function cautionsOf({ ranges = [] }: GcpOnPremLinkArgs): readonly string[] {
  return ranges
    .filter((range) => overlap(rangeOf(range), rangeOf(unreachable)))
    .map(
      (range) =>
        `The network on premises ${range} contains ${unreachable}. Cloud Run could not reach private destinations there (its page "Known issues").`,
    );
}

/** A range that has been checked. */
function rangeOf(cidr: string): Ipv4Range {
  const range = ipv4Range(cidr);
  if (range === undefined) throw new RangeError(`The range ${cidr} has not been checked.`);
  return range;
}

function checkEgress(egress: GcpOnPremLinkArgs["egress"], problems: ProblemList): void {
  if (egress === undefined) return;
  const { ports, priority } = egress;
  const isIn = (value: unknown, first: number, last: number): boolean =>
    typeof value === "number" && Number.isInteger(value) && first <= value && value <= last;
  const listed = checkList(problems, "egress.ports", ports, "Write the servers' ports, such as [443].");
  for (const [index, port] of listed.entries()) {
    if (isIn(port, 1, 65_535)) continue;
    const rule = `A port must be a whole number from 1 to 65535, not ${shown(port)}.`;
    refuseArgument(problems, `egress.ports[${index}]`, rule, "Write the server's port.");
  }
  if (priority === undefined || isIn(priority, 0, 65_535)) return;
  const rule = `A priority must be a whole number from 0 to 65535, not ${shown(priority)}.`;
  refuseArgument(problems, "egress.priority", rule, "Write a lower number than that of the rule that denies.");
}

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const domainForm = new RegExp(`^(?!.{254})${label}(?:\\.${label})*$`);

function checkDns({ dns }: GcpOnPremLinkArgs, ranges: readonly PlacedRange[], problems: ProblemList): void {
  if (dns === undefined) return;
  const { domain, servers } = dns as { readonly domain?: unknown; readonly servers?: unknown };
  if (typeof domain !== "string" || !domainForm.test(domain)) {
    const rule = `domain must be a domain in lower case without a dot at the end, not ${shown(domain)}.`;
    refuseArgument(problems, "dns.domain", rule, 'Write a domain such as "corp.example.com".');
  }
  const listed = checkList(
    problems,
    "dns.servers",
    servers,
    'Write the addresses of the servers, such as ["10.20.0.2"].',
  );
  for (const [index, server] of listed.entries()) {
    const place = `dns.servers[${index}]`;
    if (typeof server !== "string" || !isPrivateAddress(server)) {
      const rule = `A DNS server on premises must have a private IPv4 address, not ${shown(server)}.`;
      refuseArgument(problems, place, rule, "Write the server's private address.");
    } else if (listed.indexOf(server) < index) {
      refuseArgument(problems, place, "This server is listed twice.", "Remove one of them.");
    } else if (ranges.length > 0 && !ranges.some(({ range }) => containsAddress(range, server))) {
      refuseArgument(
        problems,
        place,
        `No network in ranges contains ${server}.`,
        "Add the server's network to ranges.",
      );
    }
  }
}
