import type { AwsNetwork, AwsSecurityGroup } from "../artefacts/network.ts";

/**
 * Whether members of security groups may open a TCP connection, or have one opened to them: what several let through adds up
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html). Without any, nothing filters.
 *
 * @param ids of the groups that are asked
 * @param peers the groups of the other side
 */
export function letsThrough(
  network: Pick<AwsNetwork, "securityGroups">,
  ids: readonly string[],
  direction: keyof AwsSecurityGroup,
  port: number,
  peers: readonly string[],
): boolean {
  const known = network.securityGroups ?? {};
  const groups = ids.map((id) => (Object.hasOwn(known, id) ? known[id] : undefined));
  if (groups.length === 0 || groups.includes(undefined)) return true;
  return groups.some((group) =>
    group?.[direction].some(
      ({ protocol, fromPort, toPort, group: peer }) =>
        (protocol === "-1" || (protocol === "tcp" && fromPort <= port && port <= toPort)) &&
        (peer === undefined || peers.includes(peer)),
    ),
  );
}
