/** A private backend that a generated description may contain. */
export interface PrivateBackend {
  /** The URL of the backend. Its name has no public address. */
  readonly url: string;
  readonly link: Readonly<Record<"kind" | "vpcLinkId" | "listenerArn" | "loadBalancerArn", string>>;
  readonly balancer: "network" | "application";
  readonly target: { readonly address: string; readonly port: number };
}

const account = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";

function linkTo(balancer: string): PrivateBackend["link"] {
  return {
    kind: "aws-vpc-link",
    vpcLinkId: "c0ntract",
    listenerArn: `${account}:listener/${balancer}/0123456789abcdef/fedcba9876543210`,
    loadBalancerArn: `${account}:loadbalancer/${balancer}/0123456789abcdef`,
  };
}

/** The private backends behind one VPC link: one with TLS up to the backend, and one without TLS. */
export const privateBackends: Readonly<Record<string, PrivateBackend>> = {
  depot: {
    url: "https://depot.private.test:8443/base",
    link: linkTo("net/depot"),
    balancer: "network",
    target: { address: "10.77.0.5", port: 9443 },
  },
  Vault: {
    url: "http://vault.private.test",
    link: linkTo("app/vault"),
    balancer: "application",
    target: { address: "100.64.7.6", port: 9000 },
  },
};

/** Returns the origins of a private backend inside its network: behind a load balancer with a port of its own, and without one. */
export function privateOrigins({ url, target }: PrivateBackend): readonly string[] {
  const { protocol, port } = new URL(url);
  return [`${protocol}//${target.address}:${target.port}`, new URL(`${protocol}//${target.address}:${port}`).origin];
}
