/** A load balancer that chooses a group of machines by the path. */
import { compute } from "@pulumi/gcp";

const network = new compute.Network("load-balancer", { autoCreateSubnetworks: true });
const address = new compute.GlobalAddress("load-balancer", {});
const health = new compute.HealthCheck("load-balancer", { httpHealthCheck: {} });
function service(name: string): compute.BackendService {
  const machine = new compute.Instance(name, {
    machineType: "f1-micro",
    zone: "us-central1-a",
    tags: ["shop"],
    bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
    networkInterfaces: [{ network: network.selfLink }],
    metadataStartupScript: "./install.sh",
    serviceAccount: { scopes: ["https://www.googleapis.com/auth/compute.readonly"] },
  });
  const group = new compute.InstanceGroup(name, {
    zone: "us-central1-a",
    instances: [machine.selfLink],
    namedPorts: [{ name: "http", port: 80 }],
  });
  return new compute.BackendService(name, {
    protocol: "HTTP",
    healthChecks: health.selfLink,
    backends: [{ group: group.selfLink }],
  });
}
const pages = service("load-balancer-pages");
const films = service("load-balancer-films");
const map = new compute.URLMap("load-balancer", {
  defaultService: pages.selfLink,
  hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
  pathMatchers: [
    {
      name: "all",
      defaultService: pages.selfLink,
      pathRules: [{ paths: ["/films", "/films/*"], service: films.selfLink }],
    },
  ],
});
const proxy = new compute.TargetHttpProxy("load-balancer", { urlMap: map.selfLink });
new compute.GlobalForwardingRule("load-balancer", {
  target: proxy.selfLink,
  ipAddress: address.address,
  portRange: "80",
});
new compute.Firewall("load-balancer", {
  network: network.selfLink,
  allows: [{ protocol: "tcp", ports: ["80"] }],
  sourceRanges: ["130.211.0.0/22", "35.191.0.0/16"],
  targetTags: ["shop"],
});
export const ip = address.address;
