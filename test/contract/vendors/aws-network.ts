import type { AwsNetwork } from "../../../sandbox/data-plane/aws/artefacts/network.ts";
import type { Places } from "../oracle/description.ts";
import { type PrivateBackend, privateBackends } from "../world/private-network.ts";

/** Returns the private network behind the links of the bindings, as the control plane passes it to the data plane. */
export function networkOf({ backends }: Places): { readonly network?: AwsNetwork } {
  const used = Object.keys(backends).flatMap((name) =>
    Object.hasOwn(privateBackends, name) ? [privateBackends[name] as PrivateBackend] : [],
  );
  if (used.length === 0) return {};
  return {
    network: {
      vpcLinks: Object.fromEntries(
        used.map(({ link }) => [
          link.vpcLinkId,
          { name: "contract", status: "AVAILABLE", subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        ]),
      ),
      loadBalancers: Object.fromEntries(
        used.map(({ url, link, balancer }) => {
          const { protocol, port } = new URL(url);
          const listener = {
            arn: link.listenerArn,
            port: Number(port === "" ? (protocol === "https:" ? 443 : 80) : port),
            protocol: balancer === "network" ? "TCP" : "HTTP",
            targetGroup: targetGroupOf(link),
          } as const;
          const dnsName = `${balancer}.elb.eu-central-1.amazonaws.com`;
          return [link.loadBalancerArn, { kind: balancer, scheme: "internal", dnsName, listeners: [listener] }];
        }),
      ),
      targetGroups: Object.fromEntries(
        used.map(({ link, balancer, target }) => [
          targetGroupOf(link),
          { protocol: balancer === "network" ? "TCP" : "HTTP", targetType: "ip", targets: [target] },
        ]),
      ),
      services: {},
    },
  };
}

function targetGroupOf({ loadBalancerArn }: PrivateBackend["link"]): string {
  return loadBalancerArn.replace(/:loadbalancer\/(?:app|net)\//, ":targetgroup/");
}
