import { type Problem, ProblemList } from "../../api/problem.ts";
import { type Ipv4Range, ipv4Range } from "../../gateway/ipv4-range.ts";
import { isObjectNow } from "../../gateway/later.ts";

/**
 * The networks that may send requests. Requests from elsewhere are rejected with 403, whatever their credentials. CORS preflights and
 * requests to unknown paths are answered before that.
 *
 * The address is the one that connects to the gateway. Behind Front Door, Application Gateway or another proxy, it is the proxy's.
 *
 * The sandbox only knows the addresses of this machine: to send requests there, add `127.0.0.0/8`.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export interface AllowFrom {
  /** The IPv4 networks in CIDR notation, e.g. `["192.0.2.0/24"]`. At least one, without duplicates. */
  readonly cidrs: readonly string[];
}

/** The networks of `allowFrom`. Empty if everybody may send requests, or if none is well-formed. */
export function allowedRanges(allowFrom: AllowFrom | undefined): readonly Ipv4Range[] {
  const cidrs: unknown = allowFrom?.cidrs;
  return Array.isArray(cidrs) ? cidrs.flatMap((cidr) => ipv4Range(cidr) ?? []) : [];
}

const example = 'Write { cidrs: ["192.0.2.0/24"] }, or leave allowFrom out to allow requests from everywhere.';

/** Reports what is wrong with `allowFrom`. */
export function allowFromProblems(allowFrom: unknown): readonly Problem[] {
  if (allowFrom === undefined) return [];
  const problems = new ProblemList({ vendor: "azure" });
  const cidrs: unknown = isObjectNow(allowFrom) ? allowFrom.cidrs : undefined;
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    const rule = "This must be an object with a list of at least one network that is known before the deployment.";
    problems.refuse("bad-allow-from", rule, example, { place: "allowFrom" });
    return problems.all;
  }
  for (const [index, cidr] of cidrs.entries()) {
    checkNetwork(problems.for({ place: `allowFrom.cidrs[${index}]` }), cidr, cidrs.indexOf(cidr) !== index);
  }
  return problems.all;
}

function checkNetwork(problems: ProblemList, cidr: unknown, isRepeated: boolean): void {
  const range = ipv4Range(cidr);
  const shown = (JSON.stringify(cidr) ?? String(cidr)).slice(0, 150);
  if (range === undefined) {
    const rule = `${shown} is not an IPv4 network that begins with its first address, such as 192.0.2.0/24. The page of ip-filter documents no IPv6.`;
    problems.refuse("bad-allow-from", rule, example);
  } else if (range.bits === 0) {
    const rule = `${shown} contains every address, which is allowed without this option.`;
    problems.refuse("bad-allow-from", rule, "Leave allowFrom out, or list the networks.");
  } else if (isRepeated) {
    problems.refuse("bad-allow-from", `${shown} is listed twice.`, "List it once.");
  }
}
