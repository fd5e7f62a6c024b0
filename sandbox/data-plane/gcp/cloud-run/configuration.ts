import { isLoopback } from "../../../host-map.ts";
import { parseDocument } from "../../document.ts";
import { type EnvoyBootstrap, isObject } from "../../envoy/bootstrap.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** The certificates of the public authorities in Envoy's image, from the Debian package `ca-certificates`. */
export const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

const UNMODELLED = "is not modelled in the sandbox";

/** Members of Envoy's configuration by which it reads from the container, or from the network beside its clusters. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  dynamic_resources: "write everything into static_resources",
  environment_variable: "write the value with inline_string",
  google_grpc: "use envoy_grpc with a cluster",
  path_config_source: "write the configuration in place",
  pipe: "use a socket_address",
  socket_address: "addresses belong to listeners and to load_assignment",
  transport_socket_matches: "use transport_socket",
  watched_directory: "leave it out",
};

/** The files with secrets, by path. */
type Files = Readonly<Record<string, unknown>>;

/** The transport sockets of clusters, by the ends of their types. Others would be led elsewhere than at Google. */
const TRANSPORTS = ["UpstreamTlsContext", "RawBuffer", "InternalUpstreamTransport"];

/**
 * Reads the configuration of a container's Envoy. What reaches beyond its listeners and clusters is refused: the container's files do not
 * exist on this machine.
 *
 * @param files the files with secrets, by path, which are put in place
 * @throws UnsupportedArtefact
 */
export function readConfiguration(document: string, files: Files = {}): EnvoyBootstrap {
  const bootstrap = parseDocument(document);
  // The administration interface is replaced, and nobody reaches it at Cloud Run either.
  const { admin: _admin, static_resources: resources, ...rest } = bootstrap;
  refuseElsewhere(rest, "", files);
  if (!isObject(resources)) throw new UnsupportedArtefact("static_resources", "must be an object");
  const { listeners, clusters, ...others } = resources;
  refuseElsewhere(others, "static_resources", files);
  for (const [index, listener] of listOf(listeners).entries()) {
    const { address: _address, ...content } = isObject(listener) ? listener : {};
    refuseElsewhere(content, `static_resources.listeners[${index}]`, files);
  }
  for (const [index, cluster] of listOf(clusters).entries()) {
    checkCluster(isObject(cluster) ? cluster : {}, `static_resources.clusters[${index}]`, {
      ports: portsOf(listeners),
      files,
    });
  }
  return bootstrap;
}

/**
 * The name of the listener that receives the requests.
 *
 * @throws UnsupportedArtefact when none is on the container's port
 */
export function servedListener(bootstrap: EnvoyBootstrap, port: number): string {
  const { static_resources: resources } = bootstrap;
  for (const listener of listOf(isObject(resources) ? resources.listeners : undefined)) {
    if (!isObject(listener)) continue;
    const { address, port_value: listens } = socketOf(listener.address) ?? {};
    // Cloud Run's own part reaches the container from outside.
    if (listens === port && (address === "0.0.0.0" || address === "::")) return String(listener.name);
  }
  throw new UnsupportedArtefact(
    "static_resources.listeners",
    `The user-provided container failed to listen on the port ${port}: no listener is on 0.0.0.0:${port}`,
  );
}

/** The ports of the container's own listeners, which are on other ports of this machine. */
function portsOf(listeners: unknown): ReadonlySet<unknown> {
  return new Set(
    listOf(listeners).map((listener) => socketOf(isObject(listener) ? listener.address : undefined)?.port_value),
  );
}

/** What a configuration may refer to beside its clusters. */
interface Own {
  readonly ports: ReadonlySet<unknown>;
  readonly files: Files;
}

function checkCluster(cluster: Readonly<Record<string, unknown>>, place: string, { ports, files }: Own): void {
  const { load_assignment: assignment, transport_socket: transport, ...rest } = cluster;
  if (!isObject(assignment)) {
    throw new UnsupportedArtefact(`${place}.load_assignment`, `a cluster without it ${UNMODELLED}; list the endpoints`);
  }
  if (isObject(transport)) {
    const type = isObject(transport.typed_config) ? String(transport.typed_config["@type"]) : "";
    if (!TRANSPORTS.some((known) => type.endsWith(`.${known}`))) {
      throw new UnsupportedArtefact(`${place}.transport_socket`, `${JSON.stringify(type)} ${UNMODELLED}`);
    }
  }
  for (const endpoint of endpointsOf(assignment)) {
    const { address, port_value: port } = socketOf(endpoint.address) ?? {};
    if (typeof address === "string" && isLoopback(address) && ports.has(port)) {
      const instead = "use an internal_listener and envoy_internal_address";
      throw new UnsupportedArtefact(
        `${place}.load_assignment`,
        `the listener ${address}:${port} as a backend ${UNMODELLED}; ${instead}`,
      );
    }
  }
  refuseElsewhere(rest, place, files);
  refuseElsewhere(transport, `${place}.transport_socket`, files);
}

/** Envoy reads both spellings of a member, `socket_address` and `socketAddress`. */
function refuseElsewhere(value: unknown, place: string, files: Files): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseElsewhere(item, `${place}[${index}]`, files);
  }
  if (!isObject(value)) return;
  const logFile = String(value["@type"]).endsWith(".FileAccessLog") ? value.path : undefined;
  if (logFile !== undefined && logFile !== "/dev/stdout" && logFile !== "/dev/stderr") {
    throw new UnsupportedArtefact(
      `${place}.path`,
      `the file ${JSON.stringify(logFile)} ${UNMODELLED}; use /dev/stdout`,
    );
  }
  for (const [member, content] of Object.entries(value)) {
    const here = place === "" ? member : `${place}.${member}`;
    const name = member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const instead = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    if (instead !== undefined) throw new UnsupportedArtefact(here, `${UNMODELLED}; ${instead}`);
    if (name === "filename" && content !== PUBLIC_AUTHORITIES && !Object.hasOwn(files, String(content))) {
      const rule = `the file ${JSON.stringify(content)} ${UNMODELLED}; use inline_string, or ${PUBLIC_AUTHORITIES}`;
      throw new UnsupportedArtefact(here, rule);
    }
    refuseElsewhere(content, here, files);
  }
}

/** Whether a cluster uses TLS. */
export function isSecured({ transport_socket: transport }: EnvoyBootstrap): boolean {
  const config = isObject(transport) ? transport.typed_config : undefined;
  return isObject(config) && String(config["@type"]).endsWith(".UpstreamTlsContext");
}

/** The endpoints of a cluster. */
export function endpointsOf(assignment: unknown): readonly EnvoyBootstrap[] {
  const localities = listOf(isObject(assignment) ? assignment.endpoints : undefined);
  return localities.flatMap((locality) =>
    listOf(isObject(locality) ? locality.lb_endpoints : undefined).flatMap((entry) =>
      isObject(entry) && isObject(entry.endpoint) ? [entry.endpoint] : [],
    ),
  );
}

/** The TCP address within an address; undefined for an internal one. */
export function socketOf(address: unknown): EnvoyBootstrap | undefined {
  return isObject(address) && isObject(address.socket_address) ? address.socket_address : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
