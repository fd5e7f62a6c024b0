import { type EnvoyBootstrap, isObject } from "../../envoy/bootstrap.ts";
import type { GcpReach } from "../network/artefacts.ts";
import { wayProblem } from "../network/way.ts";
import { endpointsOf, isSecured, listOf, readConfiguration, socketOf } from "./configuration.ts";

/** A server of a cluster. */
export interface ClusterServer {
  readonly host: string;
  readonly port: number;
  /** Whether the cluster uses TLS. */
  readonly isSecure: boolean;
}

/** Where the ways to the servers of a configuration end: a sentence for each one that the container does not reach. */
export function endedWays(bootstrap: EnvoyBootstrap, reach: GcpReach): readonly string[] {
  const problems = serversOf(bootstrap).flatMap(({ host, port }) => {
    const problem = wayProblem(reach, host, port);
    return problem === undefined ? [] : [`${host}:${port} is not reached: ${problem}`];
  });
  return [...new Set(problems)];
}

/** The servers of a configuration's clusters. */
export function serversOf({ static_resources: resources }: EnvoyBootstrap): readonly ClusterServer[] {
  const clusters = listOf(isObject(resources) ? resources.clusters : undefined);
  return clusters.filter(isObject).flatMap((cluster) =>
    endpointsOf(cluster.load_assignment).flatMap((endpoint) => {
      const { address, port_value: port } = socketOf(endpoint.address) ?? {};
      const isServer = typeof address === "string" && typeof port === "number";
      return isServer ? [{ host: address, port, isSecure: isSecured(cluster) }] : [];
    }),
  );
}

/** The same for a configuration as it is deployed. */
export function reachedServers(document: string): readonly ClusterServer[] {
  return serversOf(readConfiguration(document));
}
