import { type HostMap, isLoopback } from "../../../host-map.ts";
import { type EnvoyBootstrap, isObject } from "../../envoy/bootstrap.ts";
import { endpointsOf, isSecured, listOf, PUBLIC_AUTHORITIES, socketOf } from "./configuration.ts";

type Json = EnvoyBootstrap;

/** An address at which nothing listens: the port of a protocol that nobody uses. */
const NOBODY = { address: "127.0.0.1", port_value: 1 };
const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

export interface Machine {
  readonly hosts: HostMap;
  /** The certificates (PEM) that servers of this machine are issued by, in the place of the public authorities. */
  readonly authorities: string;
  /** Whether a server is on a private network. */
  readonly isPrivate: (host: string) => boolean;
  /** The port in the place of a server on a private network; undefined for a server that is not reached at all. */
  readonly relayPort: (host: string, port: number) => number | undefined;
  /** The content of the container's files with secrets, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * The same configuration with the addresses of this machine: each backend is reached where the host map leads its origin. A backend that
 * the host map leads to a server over plain HTTP loses its TLS, and one that the host map does not know is down. One on a private network
 * is reached through its relay.
 */
export function onThisMachine(bootstrap: EnvoyBootstrap, machine: Machine): EnvoyBootstrap {
  const { static_resources: resources } = bootstrap;
  if (!isObject(resources)) return bootstrap;
  const clusters = listOf(resources.clusters).map((cluster) =>
    isObject(cluster) ? clusterHere(cluster, machine) : cluster,
  );
  const files = { ...machine.files, [PUBLIC_AUTHORITIES]: machine.authorities };
  return inPlace({ ...bootstrap, static_resources: { ...resources, clusters } }, files);
}

function clusterHere(cluster: Json, machine: Machine): Json {
  const { load_assignment: assignment } = cluster;
  if (!isObject(assignment)) return cluster;
  const secured = isSecured(cluster);
  const targets = endpointsOf(assignment).map((endpoint) => targetOf(endpoint, secured, machine.hosts));
  const keepsTls = secured && !targets.some((target) => target?.protocol === "http:");
  const moved = {
    ...cluster,
    load_assignment: moveEndpoints(assignment, keepsTls ? "https:" : "http:", secured, machine),
  };
  return secured && !keepsTls ? withoutTls(moved) : moved;
}

/** Where the host map leads an endpoint; undefined for one that it does not know, and for an internal one. */
function targetOf(endpoint: Json, secured: boolean, hosts: HostMap): URL | undefined {
  const socket = socketOf(endpoint.address);
  return socket === undefined
    ? undefined
    : mappedServer(hosts, String(socket.address), Number(socket.port_value), secured);
}

/** Where the host map leads a server; undefined for one that it does not know. */
export function mappedServer(hosts: HostMap, name: string, port: number, secured: boolean): URL | undefined {
  const url = URL.parse(`${secured ? "https" : "http"}://${name.includes(":") ? `[${name}]` : name}:${port}`);
  const target = url === null ? undefined : hosts.resolveOrigin(url.origin);
  return target === undefined ? undefined : new URL(target);
}

/** @param protocol of the endpoints that are reached. A cluster has one transport, so that an endpoint of another is down */
function moveEndpoints(assignment: Json, protocol: "http:" | "https:", secured: boolean, machine: Machine): Json {
  const moveOne = (endpoint: Json): Json => {
    const socket = socketOf(endpoint.address);
    if (socket === undefined) return endpoint;
    const target = targetOf(endpoint, secured, machine.hosts);
    const here =
      target === undefined || (secured && target.protocol !== protocol) ? NOBODY : hereOf(socket, target, machine);
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

/** The address of this machine in the place of a server. */
function hereOf(socket: Json, target: URL, { isPrivate, relayPort }: Machine): typeof NOBODY {
  const name = String(socket.address);
  if (!isPrivate(name)) return addressOf(target);
  const port = relayPort(name, Number(socket.port_value));
  return port === undefined ? NOBODY : { address: "127.0.0.1", port_value: port };
}

/** The address of a server of this machine. */
export function addressOf(target: URL): { readonly address: string; readonly port_value: number } {
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

/** Replaces files by their content everywhere. */
function inPlace<T>(value: T, files: Readonly<Record<string, string>>): T {
  if (Array.isArray(value)) return value.map((item) => inPlace(item, files)) as T;
  if (!isObject(value)) return value;
  const { filename, ...rest } = value as Json;
  const entries = Object.entries(rest).map(([name, content]) => [name, inPlace(content, files)]);
  const replaced =
    typeof filename === "string" && Object.hasOwn(files, filename)
      ? [["inline_string", files[filename]]]
      : filename === undefined
        ? []
        : [["filename", filename]];
  return Object.fromEntries([...entries, ...replaced]) as T;
}
