import { isIP } from "node:net";
import { type Bindings, bound, urlOf } from "../../api/binding/binding.ts";
import type { Api, ApiProxyRoute } from "../../api/checked-api.ts";
import { companionLinkOf } from "../link/link.ts";
import { tokenAuths } from "./authentication.ts";
import { backendClusterName, keysClusterName } from "./cluster-names.ts";
import { type EnvoyCluster, type Json, typed } from "./envoy.ts";
import { companionProof, PROOF_FILE, proofFolder } from "./proof/proof.ts";

/**
 * The certificate authorities of the image. Envoy's plain image installs them at this path. Without the file, Envoy does not start.
 *
 * Unverified: whether the distroless image has the file at the same path.
 */
const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** One cluster for each backend that a route uses, and one for each host of an issuer's keys. */
export function clustersOf(api: Api, bindings: Bindings): readonly EnvoyCluster[] {
  const proxied = api.routes.filter((route) => route.kind === "proxy");
  const backends = new Map(proxied.map((route) => [route.backend, route]));
  const keys = new Map(
    tokenAuths(api).flatMap((name) => {
      const { jwksUri } = bound(bindings.auth, name);
      return jwksUri === undefined ? [] : [[keysClusterName(jwksUri), jwksUri] as const];
    }),
  );
  return [
    ...inOrder(backends).map((route) => backendCluster(api, route, bindings)),
    ...inOrder(keys).map((jwksUri) => cluster(keysClusterName(jwksUri), jwksUri)),
  ];
}

function inOrder<T>(values: ReadonlyMap<string, T>): readonly T[] {
  return [...values].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}

function backendCluster(api: Api, { backend, backendKind }: ApiProxyRoute, bindings: Bindings): EnvoyCluster {
  const url = urlOf(bindings, backend);
  const link = backendKind === "onPrem" ? companionLinkOf(bindings, backend) : undefined;
  const proof = companionProof(api, bindings, backend);
  const identity = proof?.kind === "clientCertificate" ? { identity: `${proofFolder(proof)}/${PROOF_FILE}` } : {};
  return cluster(backendClusterName(backend), url, { ...link, ...identity });
}

/** How the server's certificate is checked. */
interface Trust {
  /** A certificate authority as PEM. @default the public ones */
  readonly certificateAuthority?: string;
  /** The name in the certificate. @default the host of the URL */
  readonly serverName?: string;
  /** The file with the client certificate and its key. @default none */
  readonly identity?: string;
}

function cluster(name: string, url: string, trust: Trust = {}): EnvoyCluster {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isSecure = protocol === "https:";
  const address = { address: host, port_value: port === "" ? (isSecure ? 443 : 80) : Number(port) };
  return {
    name,
    type: isIP(host) === 0 ? "LOGICAL_DNS" : "STATIC",
    connect_timeout: "5s",
    // Unverified: whether Cloud Run reaches addresses of IPv6. They are used for a name that has no others.
    dns_lookup_family: "V4_PREFERRED",
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: address } } }] }],
    },
    typed_extension_protocol_options: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http1 },
    ...(isSecure ? { transport_socket: secured(trust.serverName ?? host, trust) } : {}),
  };
}

/** Node.js and other servers close a connection after five seconds without a request. A request at that moment would fail. */
const http1 = typed("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", {
  common_http_protocol_options: { idle_timeout: "4s" },
  explicit_http_config: { http_protocol_options: {} },
});

/** TLS whose certificate is checked against authorities and a name. An address is no name that a client may indicate. */
function secured(name: string, { certificateAuthority, identity }: Trust): Json {
  const isName = isIP(name) === 0;
  const trusted_ca =
    certificateAuthority === undefined ? { filename: PUBLIC_AUTHORITIES } : { inline_string: certificateAuthority };
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
      ...(isName ? { sni: name } : {}),
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: "TLSv1_2", tls_maximum_protocol_version: "TLSv1_3" },
        // Envoy finds the certificates and the key in one file.
        ...(identity === undefined
          ? {}
          : { tls_certificates: [{ certificate_chain: { filename: identity }, private_key: { filename: identity } }] }),
        validation_context: {
          trusted_ca,
          match_typed_subject_alt_names: [{ san_type: isName ? "DNS" : "IP_ADDRESS", matcher: { exact: name } }],
        },
      },
    }),
  };
}
