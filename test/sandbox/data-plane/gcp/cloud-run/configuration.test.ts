import assert from "node:assert/strict";
import fc from "fast-check";
import { isObject } from "../../../../../sandbox/data-plane/envoy/bootstrap.ts";
import { readConfiguration, servedListener } from "../../../../../sandbox/data-plane/gcp/cloud-run/configuration.ts";
import { onThisMachine } from "../../../../../sandbox/data-plane/gcp/cloud-run/on-this-machine.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";
import { companion } from "../../../../support/sandbox/data-plane/gcp/cloud-run/companion.ts";

type Json = Readonly<Record<string, unknown>>;

/** A configuration with a cluster, and more members of the static resources and of the root. */
function configuration(cluster: Json, resources: Json = {}, root: Json = {}): string {
  const listeners = [{ name: "in", address: { socket_address: { address: "0.0.0.0", port_value: 8080 } } }];
  return JSON.stringify({ static_resources: { listeners, clusters: [cluster], ...resources }, ...root });
}

function endpoint(address: string, port: number, more: Json = {}): Json {
  return { endpoint: { address: { socket_address: { address, port_value: port } }, ...more } };
}

function cluster(endpoints: readonly Json[], more: Json = {}): Json {
  return {
    name: "erp",
    load_assignment: { cluster_name: "erp", endpoints: [{ lb_endpoints: endpoints }] },
    ...more,
  };
}

const tlsType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
const publicAuthorities = "/etc/ssl/certs/ca-certificates.crt";
const tls = {
  transport_socket: {
    name: "tls",
    typed_config: {
      "@type": tlsType,
      common_tls_context: { validation_context: { trusted_ca: { filename: publicAuthorities } } },
    },
  },
};
const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

describe("The configuration of an Envoy on Cloud Run", () => {
  const refusal = (document: string): string => {
    try {
      readConfiguration(document);
    } catch (error) {
      assert.ok(error instanceof UnsupportedArtefact, String(error));
      return error.message;
    }
    return "";
  };

  it("is refused with the place of what would leave the container otherwise than by its clusters", () => {
    const erp = cluster([endpoint("erp.example.com", 443)]);
    const unmodelled = "is not modelled in the sandbox";
    for (const [document, message] of [
      [
        configuration(erp, {}, { dynamic_resources: {} }),
        `dynamic_resources: ${unmodelled}; write everything into static_resources`,
      ],
      [
        configuration(erp, { secrets: [{ generic_secret: { secret: { filename: "/etc/passwd" } } }] }),
        `static_resources.secrets[0].generic_secret.secret.filename: the file "/etc/passwd" ${unmodelled}; use inline_string, or ${publicAuthorities}`,
      ],
      [
        configuration({ ...erp, transport_socket: { ...tls.transport_socket, x: { environmentVariable: "KEY" } } }),
        `static_resources.clusters[0].transport_socket.x.environmentVariable: ${unmodelled}; write the value with inline_string`,
      ],
      [
        configuration({ name: "erp", type: "EDS" }),
        `static_resources.clusters[0].load_assignment: a cluster without it ${unmodelled}; list the endpoints`,
      ],
      [
        configuration({ ...erp, transport_socket: { typed_config: { "@type": "type.googleapis.com/a.Tap" } } }),
        `static_resources.clusters[0].transport_socket: "type.googleapis.com/a.Tap" ${unmodelled}`,
      ],
      [
        configuration(cluster([endpoint("127.0.0.1", 8080)])),
        `static_resources.clusters[0].load_assignment: the listener 127.0.0.1:8080 as a backend ${unmodelled}; use an internal_listener and envoy_internal_address`,
      ],
      [
        configuration(erp, {}, { stats_sinks: [{ typed_config: { address: { socket_address: {} } } }] }),
        `stats_sinks[0].typed_config.address.socket_address: ${unmodelled}; addresses belong to listeners and to load_assignment`,
      ],
      [
        configuration(
          erp,
          {},
          { x: { "@type": "envoy.extensions.access_loggers.file.v3.FileAccessLog", path: "/tmp/a" } },
        ),
        `x.path: the file "/tmp/a" ${unmodelled}; use /dev/stdout`,
      ],
    ] as const) {
      assert.equal(refusal(document), message);
    }
    assert.equal(refusal(companion({ backend: "https://erp.example.com" })), "");
    assert.equal(refusal("static_resources: {listeners: [], clusters: []}"), "", "YAML");
  });

  it("has a listener on the container's port, which is reached from outside", () => {
    const bootstrap = readConfiguration(companion({ backend: "https://erp.example.com" }));
    assert.equal(servedListener(bootstrap, 8080), "companion");
    assert.throws(
      () => servedListener(bootstrap, 9000),
      /failed to listen on the port 9000: no listener is on 0\.0\.0\.0:9000/,
    );
    const local = readConfiguration(companion({ backend: "https://erp.example.com" }).replace("0.0.0.0", "127.0.0.1"));
    assert.throws(() => servedListener(local, 8080), UnsupportedArtefact);
  });
});

/** A network in which the servers are. */
describe("A configuration of Envoy on this machine", () => {
  const hosts = new LoopbackHostMap(
    new Map([
      ["https://erp.example.com", "http://localhost:4000"],
      ["https://secured.example.com:8443", "https://127.0.0.1:4443"],
      ["http://10.20.0.5:8080", "http://127.0.0.1:4001"],
    ]),
  );
  const moved = (from: Json): Json => {
    const bootstrap = onThisMachine(readConfiguration(configuration(from)), {
      hosts,
      authorities: "PEM",
      isPrivate: (host) => host.startsWith("10."),
      relayPort: (host, port) => (host === "10.20.0.5" ? port + 1 : undefined),
    });
    const { static_resources: resources } = bootstrap;
    assert.ok(isObject(resources) && Array.isArray(resources.clusters));
    return resources.clusters[0] as Json;
  };
  const nobody = (address: string) => endpoint("127.0.0.1", 1, { hostname: address });

  it("reaches a backend where the host map leads it, without TLS where that is a plain server", () => {
    assert.deepEqual(
      moved(cluster([endpoint("erp.example.com", 443)], tls)),
      cluster([endpoint("127.0.0.1", 4000, { hostname: "erp.example.com" })]),
    );
    assert.deepEqual(
      moved(cluster([endpoint("10.20.0.5", 8080)])),
      cluster([endpoint("127.0.0.1", 8081, { hostname: "10.20.0.5" })]),
    );
    assert.deepEqual(
      moved(cluster([endpoint("erp.example.com", 443)])),
      cluster([nobody("erp.example.com")]),
      "without TLS, it is another origin",
    );
    assert.deepEqual(
      moved(cluster([endpoint("unknown.example.com", 443)], tls)).load_assignment,
      cluster([nobody("unknown.example.com")]).load_assignment,
    );
  });

  it("keeps TLS to a secured server, and trusts the authorities of this machine instead of the public ones", () => {
    const { load_assignment: assignment, transport_socket: transport } = moved(
      cluster([endpoint("secured.example.com", 8443, { hostname: "own" })], tls),
    );
    assert.deepEqual(assignment, cluster([endpoint("127.0.0.1", 4443, { hostname: "own" })]).load_assignment);
    assert.deepEqual(transport, {
      name: "tls",
      typed_config: {
        "@type": tlsType,
        common_tls_context: { validation_context: { trusted_ca: { inline_string: "PEM" } } },
      },
    });
  });

  it("does not mix plain and secured servers in one cluster", () => {
    const both = moved(cluster([endpoint("erp.example.com", 443), endpoint("secured.example.com", 8443)], tls));
    const plain = endpoint("127.0.0.1", 4000, { hostname: "erp.example.com" });
    assert.deepEqual(both, cluster([plain, nobody("secured.example.com")]));
  });

  it("chooses HTTP/1.1 where TLS would have chosen the version", () => {
    const options = { [httpOptions]: { "@type": "o", auto_config: { http2_protocol_options: {} } } };
    const { typed_extension_protocol_options: plain } = moved(
      cluster([endpoint("erp.example.com", 443)], { ...tls, typed_extension_protocol_options: options }),
    );
    assert.deepEqual(plain, { [httpOptions]: { "@type": "o", explicit_http_config: { http_protocol_options: {} } } });
  });

  it("has no address of another machine, and is otherwise unchanged", () => {
    const name = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom("erp.example.com", "localhost", "::1"));
    const clusters = fc.record({
      endpoints: fc.array(fc.tuple(name, fc.integer({ min: 1, max: 65_535 }))),
      secured: fc.boolean(),
    });
    fc.assert(
      fc.property(clusters, ({ endpoints, secured }) => {
        const from = cluster(
          endpoints.map(([address, port]) => endpoint(address, port)),
          secured ? tls : {},
        );
        const text = JSON.stringify(moved(from).load_assignment);
        for (const [, address = ""] of text.matchAll(/"address":"([^"]*)"/g)) assert.match(address, /^127\.|^::1$/);
        const { load_assignment: _assignment, transport_socket: _transport, ...rest } = moved(from);
        assert.deepEqual(rest, { name: "erp" });
      }),
    );
  });
});
