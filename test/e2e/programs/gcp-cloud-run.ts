/**
 * A private backend behind API Gateway of Google Cloud and an Envoy on Cloud Run, declared with the plain SDK. VERSION is a header of the
 * responses, and with it the content of the configuration. SERVICE adds arguments to the service, CONTAINER to its container.
 */
import { createHash } from "node:crypto";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const { VERSION = "1", SERVICE = "{}", CONTAINER = "{}" } = process.env;
const region = "europe-west1";
const type = "type.googleapis.com/envoy";

const manager = {
  "@type": `${type}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
  stat_prefix: "companion",
  route_config: {
    response_headers_to_add: [{ header: { key: "x-version", value: VERSION } }],
    virtual_hosts: [
      {
        name: "all",
        domains: ["*"],
        routes: [{ match: { prefix: "/" }, route: { cluster: "erp", host_rewrite_literal: "erp.example.com" } }],
      },
    ],
  },
  http_filters: [
    {
      name: "envoy.filters.http.router",
      typed_config: { "@type": `${type}.extensions.filters.http.router.v3.Router` },
    },
  ],
};
const erp = { socket_address: { address: "erp.example.com", port_value: 443 } };
const content = JSON.stringify({
  static_resources: {
    listeners: [
      {
        name: "companion",
        address: { socket_address: { address: "0.0.0.0", port_value: 8080 } },
        filter_chains: [
          { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }] },
        ],
      },
    ],
    clusters: [
      {
        name: "erp",
        type: "LOGICAL_DNS",
        load_assignment: { cluster_name: "erp", endpoints: [{ lb_endpoints: [{ endpoint: { address: erp } }] }] },
        transport_socket: {
          name: "envoy.transport_sockets.tls",
          typed_config: {
            "@type": `${type}.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
            sni: "erp.example.com",
            common_tls_context: {
              validation_context: { trusted_ca: { filename: "/etc/ssl/certs/ca-certificates.crt" } },
            },
          },
        },
      },
    ],
  },
});
const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);

const caller = new gcp.serviceaccount.Account("caller", { accountId: "orders-caller" });
const account = new gcp.serviceaccount.Account("companion", { accountId: "orders-companion" });
const bucket = new gcp.storage.Bucket("configuration", { location: "EU", uniformBucketLevelAccess: true });
const file = new gcp.storage.BucketObject("configuration", {
  bucket: bucket.name,
  name: `envoy-${hash}.json`,
  content,
});
const reader = new gcp.storage.BucketIAMMember("reader", {
  bucket: bucket.name,
  role: "roles/storage.objectViewer",
  member: account.member,
});

const service = new gcp.cloudrunv2.Service(
  "companion",
  {
    name: `orders-${hash}`,
    location: region,
    deletionProtection: false,
    ingress: "INGRESS_TRAFFIC_ALL",
    template: {
      serviceAccount: account.email,
      containers: [
        {
          image: "docker.io/envoyproxy/envoy:distroless-v1.39.1",
          args: ["-c", pulumi.interpolate`/etc/companion/${file.name}`, "--concurrency", "1", "--disable-hot-restart"],
          ports: { name: "http1", containerPort: 8080 },
          volumeMounts: [{ name: "configuration", mountPath: "/etc/companion" }],
          ...JSON.parse(CONTAINER),
        },
      ],
      volumes: [{ name: "configuration", gcs: { bucket: bucket.name, readOnly: true } }],
    },
    ...JSON.parse(SERVICE),
  },
  { dependsOn: [reader] },
);
const invoker = new gcp.cloudrunv2.ServiceIamMember("invoker", {
  location: service.location,
  name: service.name,
  role: "roles/run.invoker",
  member: caller.member,
});

const document = service.uri.apply((uri) =>
  JSON.stringify({
    swagger: "2.0",
    info: { title: "orders", version: "1" },
    "x-google-backend": { address: uri, path_translation: "APPEND_PATH_TO_ADDRESS", jwt_audience: uri },
    paths: { "/orders": { get: { operationId: "orders", responses: { 200: { description: "orders" } } } } },
  }),
);
const api = new gcp.apigateway.Api("orders", { apiId: "orders" });
const config = new gcp.apigateway.ApiConfig("orders", {
  api: api.apiId,
  apiConfigIdPrefix: "orders-",
  gatewayConfig: { backendConfig: { googleServiceAccount: caller.email } },
  openapiDocuments: [
    { document: { path: "orders.json", contents: document.apply((text) => Buffer.from(text).toString("base64")) } },
  ],
});
const gateway = new gcp.apigateway.Gateway(
  "orders",
  { gatewayId: "orders", apiConfig: config.id, region },
  { dependsOn: [invoker] },
);

export const url = pulumi.interpolate`https://${gateway.defaultHostname}`;
