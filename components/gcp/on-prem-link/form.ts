import type { ProblemList } from "../../api/problem.ts";
import { type Ipv4Range, ipv4Range, isPrivateRange } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";

/** Rejects an argument of a `GcpOnPremLink`. */
export function refuseArgument(problems: ProblemList, place: string, rule: string, remedy: string): void {
  problems.refuse("bad-on-prem-link", rule, remedy, { place });
}

/** A value as it is shown in a rule, cut to a readable length. */
export function shown(value: unknown): string {
  return isLater(value) ? "an Output" : (JSON.stringify(value) ?? typeof value).slice(0, 100);
}

/** Checks a list of ranges of private addresses. Returns those that are correct, with their places. */
export function checkRanges(problems: ProblemList, place: string, cidrs: readonly unknown[]): readonly PlacedRange[] {
  return cidrs.flatMap((cidr, index) => {
    const at = `${place}[${index}]`;
    const range = checkRange(problems, at, cidr);
    if (range === undefined) return [];
    if (cidrs.indexOf(cidr) < index) {
      refuseArgument(problems, at, "This range is listed twice.", "Remove one of them.");
      return [];
    }
    return [{ place: at, range }];
  });
}

/** A range and where it is in the arguments. */
export interface PlacedRange {
  readonly place: string;
  readonly range: Ipv4Range;
}

/** Checks a range of private addresses. Returns it if it is correct. */
export function checkRange(problems: ProblemList, place: string, cidr: unknown): Ipv4Range | undefined {
  const range = ipv4Range(cidr);
  if (range !== undefined && isPrivateRange(range)) return range;
  refuseArgument(
    problems,
    place,
    `A range must be a CIDR within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10 that begins with its first address, not ${shown(cidr)}.`,
    'Write a range such as "10.20.0.0/16". A companion sends only private ranges through the network.',
  );
  return undefined;
}

/** Checks a list that must not be empty. Returns its items. */
export function checkList(problems: ProblemList, place: string, list: unknown, remedy: string): readonly unknown[] {
  if (Array.isArray(list) && list.length > 0) return list;
  refuseArgument(problems, place, "There must be at least one.", remedy);
  return [];
}
