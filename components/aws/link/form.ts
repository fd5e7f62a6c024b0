/** A VPC link to a listener of a load balancer, resolved and checked. `link-inputs.ts` has the type that users write. */
export interface ResolvedVpcLink {
  readonly kind: "aws-vpc-link";
  readonly vpcLinkId: string;
  readonly listenerArn: string;
  readonly loadBalancerArn: string;
}

/** A VPC link to a service in AWS Cloud Map, resolved and checked. */
export interface ResolvedCloudMapLink {
  readonly kind: "aws-cloud-map";
  readonly vpcLinkId: string;
  readonly serviceArn: string;
}

export type ResolvedLink = ResolvedVpcLink | ResolvedCloudMapLink;

/** The form of one member of a link. */
export interface Field {
  readonly pattern: RegExp;
  /** Completes the sentence "This must be …". */
  readonly description: string;
}

const partition = "arn:aws[a-z-]*";
const region = "[a-z]{2}(?:-[a-z]+)+-\\d{1,2}";
const account = "\\d{12}";
const elasticLoadBalancing = `${partition}:elasticloadbalancing:${region}:${account}`;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html, Name. */
const balancer = "(?:app|net)/[A-Za-z0-9-]{1,32}/[0-9a-f]{1,32}";

/** Unverified: AWS does not document the form of a VPC link's id. */
const vpcLinkId: Field = {
  pattern: /^[a-z0-9]{1,64}$/,
  description: "the id of a VPC link (V2), which consists of letters and digits",
};

/**
 * The members of a link by its kind.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 * @see https://docs.aws.amazon.com/cloud-map/latest/api/API_Service.html
 */
export const fields = {
  "aws-vpc-link": {
    vpcLinkId,
    listenerArn: {
      pattern: new RegExp(`^${elasticLoadBalancing}:listener/${balancer}/[0-9a-f]{1,32}$`),
      description: "the ARN of a listener of an Application or Network Load Balancer",
    },
    loadBalancerArn: {
      pattern: new RegExp(`^${elasticLoadBalancing}:loadbalancer/${balancer}$`),
      description: "the ARN of an Application or Network Load Balancer",
    },
  },
  "aws-cloud-map": {
    vpcLinkId,
    serviceArn: {
      pattern: new RegExp(`^${partition}:servicediscovery:${region}:${account}:service/srv-[a-z0-9]{1,64}$`),
      description: "the ARN of a service in AWS Cloud Map",
    },
  },
} as const satisfies Readonly<Record<ResolvedLink["kind"], Readonly<Record<string, Field>>>>;

/** Whether a link may have this kind. */
export function isKind(kind: unknown): kind is ResolvedLink["kind"] {
  return typeof kind === "string" && Object.hasOwn(fields, kind);
}

/** The ARN of a listener's load balancer. It is the listener's without the last part. */
export function loadBalancerOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[^/]*$/, "");
}
