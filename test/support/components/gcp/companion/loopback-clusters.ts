import type { EnvoyCluster, EnvoyConfiguration, Json } from "../../../../../components/gcp/companion/envoy.ts";

/** Where the servers of a configuration are on this machine. */
export interface Servers {
  /** The port on 127.0.0.1 of each server, by its host and port in the configuration, e.g. `erp.example.com:443`. */
  readonly ports: ReadonlyMap<string, number>;
  /** The certificate authority to trust in place of the public ones, as PEM. */
  readonly authority: string;
}

/** The same configuration with the servers of its clusters on this machine. Everything else of a cluster stays, TLS included. */
export function withLoopbackClusters(
  { static_resources, ...others }: EnvoyConfiguration,
  servers: Servers,
): EnvoyConfiguration {
  const clusters = static_resources.clusters.map((cluster) => moved(cluster, servers));
  return { ...others, static_resources: { ...static_resources, clusters } };
}

/** The same configuration with another authority in place of the public ones, whose file not every machine has. */
export function withAuthority(
  { static_resources, ...others }: EnvoyConfiguration,
  authority: string,
): EnvoyConfiguration {
  const clusters = static_resources.clusters.map((cluster) => trusting(cluster, authority));
  return { ...others, static_resources: { ...static_resources, clusters } };
}

interface SocketAddress {
  readonly address: string;
  readonly port_value: number;
}

function moved(cluster: EnvoyCluster, { ports, authority }: Servers): EnvoyCluster {
  const { endpoints } = cluster.load_assignment as {
    endpoints: readonly [{ lb_endpoints: readonly [{ endpoint: { address: { socket_address?: SocketAddress } } }] }];
  };
  const address = endpoints[0].lb_endpoints[0].endpoint.address.socket_address;
  if (address === undefined) return cluster;
  const port = ports.get(`${address.address}:${address.port_value}`);
  if (port === undefined) throw new RangeError(`There is no server for ${address.address}:${address.port_value}.`);
  const socket_address = { address: "127.0.0.1", port_value: port };
  return {
    ...trusting(cluster, authority),
    type: "STATIC",
    load_assignment: {
      cluster_name: cluster.name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address } } }] }],
    },
  };
}

function trusting(cluster: EnvoyCluster, authority: string): EnvoyCluster {
  const isPublic = ({ trusted_ca }: Json): boolean => (trusted_ca as Json | undefined)?.filename !== undefined;
  const replaced = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(replaced);
    const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member)]));
    return isPublic(value as Json) ? { ...members, trusted_ca: { inline_string: authority } } : members;
  };
  return replaced(cluster) as EnvoyCluster;
}
