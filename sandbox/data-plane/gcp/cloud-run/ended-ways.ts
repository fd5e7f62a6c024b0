import { type EnvoyBootstrap, isObject } from "../../envoy/bootstrap.ts";
import type { GcpReach } from "../network/artefacts.ts";
import { wayProblem } from "../network/way.ts";
import { endpointsOf, listOf, socketOf } from "./configuration.ts";

/** Where the ways to the servers of a configuration end: a sentence for each one that the container does not reach. */
export function endedWays({ static_resources: resources }: EnvoyBootstrap, reach: GcpReach): readonly string[] {
  const clusters = listOf(isObject(resources) ? resources.clusters : undefined);
  const problems = clusters.flatMap((cluster) =>
    endpointsOf(isObject(cluster) ? cluster.load_assignment : undefined).flatMap((endpoint) => {
      const { address, port_value: port } = socketOf(endpoint.address) ?? {};
      if (typeof address !== "string" || typeof port !== "number") return [];
      const problem = wayProblem(reach, address, port);
      return problem === undefined ? [] : [`${address}:${port} is not reached: ${problem}`];
    }),
  );
  return [...new Set(problems)];
}
