import { contains } from "../../../private-network/prefix.ts";
import type { AwsNetwork, AwsSiteConnection } from "../../artefacts/network.ts";

/**
 * Why no VPN connection leads to an address on premises. Undefined if one does, and for an address that no known connection serves: another
 * way, such as AWS Direct Connect, may lead to it.
 */
export function siteProblem(connections: readonly AwsSiteConnection[], address: string): string | undefined {
  const serving = connections.filter(({ prefixes }) => prefixes.some((prefix) => contains(prefix, address)));
  if (serving.length === 0 || serving.some(({ problem }) => problem === undefined)) return undefined;
  const ended = serving.map(({ id, problem }) => `the VPN connection ${id}: ${problem}`);
  return `${address} is not reached: ${ended.join("; ")}`;
}

/** The same for an origin, over the connections of all load balancers and links of an API. */
export function siteProblemOf(network: AwsNetwork | undefined, origin: string): string | undefined {
  if (network === undefined) return undefined;
  const { loadBalancers, vpcLinks } = network;
  const ends = [...Object.values(loadBalancers), ...Object.values(vpcLinks)];
  return siteProblem(
    ends.flatMap(({ connections = [] }) => connections),
    URL.parse(origin)?.hostname ?? "",
  );
}
