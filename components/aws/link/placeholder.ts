import type { Link } from "../../api/binding/link.ts";
import { fields, loadBalancerOf } from "./form.ts";

const elasticLoadBalancing = "arn:aws:elasticloadbalancing:us-east-1:000000000000";
const placeholders = {
  "aws-vpc-link": {
    vpcLinkId: "placeholder",
    listenerArn: `${elasticLoadBalancing}:listener/net/placeholder/0000000000000000/0000000000000000`,
    loadBalancerArn: `${elasticLoadBalancing}:loadbalancer/net/placeholder/0000000000000000`,
  },
  "aws-cloud-map": {
    vpcLinkId: "placeholder",
    serviceArn: "arn:aws:servicediscovery:us-east-1:000000000000:service/srv-placeholder",
  },
} as const;

/** A link to use while some members of the real one are unknown. It fits the members that are known. */
export function placeholderLink(known: Readonly<Record<string, unknown>>): Link {
  if (known.kind === "aws-cloud-map") return { kind: known.kind, ...placeholders[known.kind] };
  return { kind: "aws-vpc-link", ...placeholders["aws-vpc-link"], ...matchingArns(known) };
}

/** The ARN of the load balancer for a known listener, and of a listener for a known load balancer. */
function matchingArns(known: Readonly<Record<string, unknown>>): Partial<Link> {
  const { listenerArn, loadBalancerArn } = fields["aws-vpc-link"];
  const [listener, balancer] = [String(known.listenerArn), String(known.loadBalancerArn)];
  return {
    ...(listenerArn.pattern.test(listener) ? { loadBalancerArn: loadBalancerOf(listener) } : {}),
    ...(loadBalancerArn.pattern.test(balancer)
      ? { listenerArn: `${balancer.replace(":loadbalancer/", ":listener/")}/0000000000000000` }
      : {}),
  };
}
