import { contains } from "../../private-network/prefix.ts";
import type { GcpEgressRule } from "./artefacts.ts";

/**
 * The rule that blocks a TCP connection; undefined if none does. The matching rule with the lowest number decides; of equal ones, a rule
 * that denies. Without a matching rule, a network allows what leaves it.
 *
 * @see https://cloud.google.com/firewall/docs/firewalls
 */
export function blockingRule(
  rules: readonly GcpEgressRule[],
  address: string,
  port: number,
): GcpEgressRule | undefined {
  const [decides] = rules
    .filter((rule) => matches(rule, address, port))
    .toSorted((one, other) => one.priority - other.priority || Number(one.allows) - Number(other.allows));
  return decides?.allows === false ? decides : undefined;
}

/** A rule without destinations matches all of them. */
function matches({ destinations, traffic }: GcpEgressRule, address: string, port: number): boolean {
  const isDestination = destinations.length === 0 || destinations.some((range) => contains(range, address));
  return isDestination && traffic.some(({ protocol, ports }) => isTcp(protocol) && isPort(ports, port));
}

function isTcp(protocol: string): boolean {
  return ["tcp", "6", "all"].includes(protocol.toLowerCase());
}

function isPort(ports: readonly string[], port: number): boolean {
  if (ports.length === 0) return true;
  return ports.some((range) => {
    const [first = "", last = first] = range.split("-");
    return Number(first) <= port && port <= Number(last);
  });
}
