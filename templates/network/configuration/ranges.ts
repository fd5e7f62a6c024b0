import { BlockList, isIPv4 } from "node:net";
import type { ConfigurationProblem } from "./read.ts";

/** A range of IPv4 addresses, such as `10.20.0.0/16`, and the setting that contains it. */
export interface NamedRange {
  /** The setting, e.g. `networks.azure.range`. */
  readonly setting: string;
  /** The range, or any other value that the configuration contains in its place. */
  readonly range: unknown;
}

/** Reports each pair of ranges that have addresses in common. A value that is no range is left to the check of its own setting. */
export function overlapping(ranges: readonly NamedRange[]): readonly ConfigurationProblem[] {
  const known = ranges.filter(isRange);
  return known.flatMap((first, index) =>
    known
      .slice(index + 1)
      .filter((second) => contains(first.range, second.range) || contains(second.range, first.range))
      .map((second) => ({
        setting: second.setting,
        problem: `${second.range} overlaps with ${first.range} of ${first.setting}`,
        remedy: "choose ranges without common addresses: a VPN cannot route an address that both of its ends have",
      })),
  );
}

/** Reports each part that is outside its range. */
export function outside(range: NamedRange, parts: readonly NamedRange[]): readonly ConfigurationProblem[] {
  if (!isRange(range)) return [];
  return parts
    .filter(isRange)
    .filter((part) => !contains(range.range, part.range))
    .map((part) => ({
      setting: part.setting,
      problem: `${part.range} is not a part of ${range.range}, which is ${range.setting}`,
      remedy: `choose a part of ${range.range}`,
    }));
}

/** Whether a range contains all addresses of another range. */
function contains(range: string, other: string): boolean {
  const [address = "", bits] = range.split("/");
  const [first = "", otherBits] = other.split("/");
  if (Number(otherBits) < Number(bits)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits));
  return list.check(first);
}

function isRange(named: NamedRange): named is NamedRange & { readonly range: string } {
  if (typeof named.range !== "string") return false;
  const [address = "", bits = "", ...more] = named.range.split("/");
  return more.length === 0 && isIPv4(address) && /^\d+$/.test(bits) && Number(bits) <= 32;
}
