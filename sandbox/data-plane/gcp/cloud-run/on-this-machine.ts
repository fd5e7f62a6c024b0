import { type HostMap, isLoopback } from "../../../host-map.ts";
import { type EnvoyBootstrap, isObject } from "../../envoy/bootstrap.ts";
import type { GcpReach } from "../network/artefacts.ts";
import { wayProblem } from "../network/way.ts";
import { endpointsOf, listOf, PUBLIC_AUTHORITIES, socketOf } from "./configuration.ts";

type Json = EnvoyBootstrap;

/** An address at which nothing listens: the port of a protocol that nobody uses. */
const NOBODY = { address: "127.0.0.1", port_value: 1 };
const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

export interface Machine {
  readonly hosts: HostMap;
  /** The certificates (PEM) that servers of this machine are issued by, in the place of the public authorities. */
  readonly authorities: string;
  /** What the container reaches. */
  readonly reach: GcpReach;
}

/**
 * The same configuration with the addresses of this machine: each backend is reached where the host map leads its origin. A backend that
 * the host map leads to a server over plain HTTP loses its TLS, and one that
 * the host map does not know, or that the container does not reach, is down.
 */
export function onThisMachine(bootstrap: EnvoyBootstrap, machine: Machine): EnvoyBootstrap {
  const { static_resources: resources } = bootstrap;
  if (!isObject(resources)) return bootstrap;
  const clusters = listOf(resources.clusters).map((cluster) =>
    isObject(cluster) ? clusterHere(cluster, machine) : cluster,
  );
  return trusting({ ...bootstrap, static_resources: { ...resources, clusters } }, machine.authorities);
}

function clusterHere(cluster: Json, machine: Machine): Json {
  const { load_assignment: assignment, transport_socket: transport } = cluster;
  if (!isObject(assignment)) return cluster;
  const secured = isObject(transport) && String(typeOf(transport)).endsWith(".UpstreamTlsContext");
  const targets = endpointsOf(assignment).map((endpoint) => targetOf(endpoint, secured, machine));
  const keepsTls = secured && !targets.some((target) => target?.protocol === "http:");
  const moved = {
    ...cluster,
    load_assignment: moveEndpoints(assignment, keepsTls ? "https:" : "http:", secured, machine),
  };
  return secured && !keepsTls ? withoutTls(moved) : moved;
}

function typeOf(transport: Json): unknown {
  return isObject(transport.typed_config) ? transport.typed_config["@type"] : undefined;
}

/** Where the host map leads an endpoint; undefined for one that it does not know or that is not reached, and for an internal one. */
function targetOf(endpoint: Json, secured: boolean, { hosts, reach }: Machine): URL | undefined {
  const socket = socketOf(endpoint.address);
  if (socket === undefined) return undefined;
  const name = String(socket.address);
  if (wayProblem(reach, name, Number(socket.port_value)) !== undefined) return undefined;
  const url = URL.parse(
    `${secured ? "https" : "http"}://${name.includes(":") ? `[${name}]` : name}:${socket.port_value}`,
  );
  const target = url === null ? undefined : hosts.resolveOrigin(url.origin);
  return target === undefined ? undefined : new URL(target);
}

/** @param protocol of the endpoints that are reached. A cluster has one transport, so that an endpoint of another is down */
function moveEndpoints(assignment: Json, protocol: "http:" | "https:", secured: boolean, machine: Machine): Json {
  const moveOne = (endpoint: Json): Json => {
    const socket = socketOf(endpoint.address);
    if (socket === undefined) return endpoint;
    const target = targetOf(endpoint, secured, machine);
    const here = target === undefined || (secured && target.protocol !== protocol) ? NOBODY : addressOf(target);
    // `auto_host_rewrite` and `auto_host_sni` take the name from the address unless the endpoint has one.
    return { hostname: socket.address, ...endpoint, address: { socket_address: { ...socket, ...here } } };
  };
  const endpoints = listOf(assignment.endpoints).map((locality) =>
    isObject(locality)
      ? {
          ...locality,
          lb_endpoints: listOf(locality.lb_endpoints).map((entry) =>
            isObject(entry) && isObject(entry.endpoint) ? { ...entry, endpoint: moveOne(entry.endpoint) } : entry,
          ),
        }
      : locality,
  );
  return { ...assignment, endpoints };
}

function addressOf(target: URL): { readonly address: string; readonly port_value: number } {
  const port = target.port === "" ? (target.protocol === "https:" ? 443 : 80) : Number(target.port);
  const name = target.hostname.replace(/^\[|\]$/g, "");
  return { address: isLoopback(name) && !/\d$/.test(name) ? "127.0.0.1" : name, port_value: port };
}

/** Without TLS, there is no ALPN to choose the version of HTTP by. */
function withoutTls({ transport_socket: _transport, ...cluster }: Json): Json {
  const { typed_extension_protocol_options: options } = cluster;
  const http = isObject(options) ? options[HTTP_OPTIONS] : undefined;
  if (!isObject(options) || !isObject(http) || http.auto_config === undefined) return cluster;
  const { auto_config: _auto, ...rest } = http;
  const plain = { ...rest, explicit_http_config: { http_protocol_options: {} } };
  return { ...cluster, typed_extension_protocol_options: { ...options, [HTTP_OPTIONS]: plain } };
}

/** Replaces the file of the public authorities everywhere. */
function trusting<T>(value: T, authorities: string): T {
  if (Array.isArray(value)) return value.map((item) => trusting(item, authorities)) as T;
  if (!isObject(value)) return value;
  const { filename, ...rest } = value as Json;
  const entries = Object.entries(rest).map(([name, content]) => [name, trusting(content, authorities)]);
  const replaced =
    filename === PUBLIC_AUTHORITIES
      ? [["inline_string", authorities]]
      : filename === undefined
        ? []
        : [["filename", filename]];
  return Object.fromEntries([...entries, ...replaced]) as T;
}
