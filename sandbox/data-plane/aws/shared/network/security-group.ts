import type { AwsNetwork, AwsSecurityGroup } from "../../artefacts/network.ts";

/**
 * Whether security groups allow a TCP connection in one direction. The rules of several groups add up. Without any group,
 * everything is allowed.
 *
 * @param ids the groups whose rules are checked
 * @param peers the groups of the other side
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function allowsConnection(
  network: Pick<AwsNetwork, "securityGroups">,
  ids: readonly string[],
  direction: keyof AwsSecurityGroup,
  port: number,
  peers: readonly string[],
): boolean {
  const { securityGroups = {} } = network;
  const groups = ids.map((id) => (Object.hasOwn(securityGroups, id) ? securityGroups[id] : undefined));
  if (groups.length === 0 || groups.includes(undefined)) return true;
  return groups.some((group) =>
    group?.[direction].some(
      ({ protocol, fromPort, toPort, group: peer }) =>
        (protocol === "-1" || (protocol === "tcp" && fromPort <= port && port <= toPort)) &&
        (peer === undefined || peers.includes(peer)),
    ),
  );
}
