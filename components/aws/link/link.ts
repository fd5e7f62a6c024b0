import type { Link, LinkForm } from "../../api/binding/link.ts";
import type { Problem } from "../../api/problem.ts";

/** A VPC link to a listener of a load balancer, once its form has been checked; as a user writes it in `link-inputs.ts`. */
interface KnownVpcLink {
  readonly kind: "aws-vpc-link";
  readonly vpcLinkId: string;
  readonly listenerArn: string;
  readonly loadBalancerArn: string;
}

/** A VPC link to a service in AWS Cloud Map, once its form has been checked. */
interface KnownCloudMapLink {
  readonly kind: "aws-cloud-map";
  readonly vpcLinkId: string;
  readonly serviceArn: string;
}

type KnownAwsLink = KnownVpcLink | KnownCloudMapLink;

const partition = "arn:aws[a-z-]*";
const region = "[a-z]{2}(?:-[a-z]+)+-\\d{1,2}";
const account = "\\d{12}";

interface Field {
  readonly pattern: RegExp;
  readonly what: string;
}

// Of a name: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html; of an ARN:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html and, for Cloud Map,
// https://docs.aws.amazon.com/cloud-map/latest/api/API_Service.html. No page says what a VPC link's id looks like (U).
const balancer = "(?:app|net)/[A-Za-z0-9-]{1,32}/[0-9a-f]{1,32}";
const vpcLinkId: Field = { pattern: /^[a-z0-9]{1,64}$/, what: "the id of a VPC link (V2): letters and digits" };
const fields: Readonly<Record<KnownAwsLink["kind"], Readonly<Record<string, Field>>>> = {
  "aws-vpc-link": {
    vpcLinkId,
    listenerArn: {
      pattern: new RegExp(
        `^${partition}:elasticloadbalancing:${region}:${account}:listener/${balancer}/[0-9a-f]{1,32}$`,
      ),
      what: "the ARN of a listener of an Application or Network Load Balancer",
    },
    loadBalancerArn: {
      pattern: new RegExp(`^${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/${balancer}$`),
      what: "the ARN of an Application or Network Load Balancer",
    },
  },
  "aws-cloud-map": {
    vpcLinkId,
    serviceArn: {
      pattern: new RegExp(`^${partition}:servicediscovery:${region}:${account}:service/srv-[a-z0-9]{1,64}$`),
      what: "the ARN of a service in AWS Cloud Map",
    },
  },
};

const elasticLoadBalancing = "arn:aws:elasticloadbalancing:us-east-1:000000000000";
const standIns = {
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

/** The load balancer of a listener: its ARN has all but the last part of the listener's. */
function loadBalancerOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[^/]*$/, "");
}

function standIn(known: Readonly<Record<string, unknown>>): Link {
  if (known.kind === "aws-cloud-map") return { kind: known.kind, ...standIns[known.kind] };
  const { listenerArn: listener, loadBalancerArn } = fields["aws-vpc-link"];
  const listenerArn = String(known.listenerArn);
  const balancerArn = String(known.loadBalancerArn);
  return {
    kind: "aws-vpc-link",
    ...standIns["aws-vpc-link"],
    // Of a pair of which one is known, the other is one that goes with it.
    ...(listener?.pattern.test(listenerArn) === true ? { loadBalancerArn: loadBalancerOf(listenerArn) } : {}),
    ...(loadBalancerArn?.pattern.test(balancerArn) === true
      ? { listenerArn: `${balancerArn.replace(":loadbalancer/", ":listener/")}/0000000000000000` }
      : {}),
  };
}

function isKind(kind: unknown): kind is KnownAwsLink["kind"] {
  return typeof kind === "string" && Object.hasOwn(fields, kind);
}

function bad(place: string, rule: string, remedy: string): Problem {
  return { code: "bad-link", place, vendor: "aws", rule, remedy };
}

const asComponent = "Bind the `link` of an AwsOnPremLink, or write what it says of resources that are there.";

/** What is wrong with the form of a link, whichever class it is for. */
function check(link: Link, place: string): readonly Problem[] {
  const { kind, ...values } = link;
  if (!isKind(kind)) {
    const rule = `a link on AWS is of kind "aws-vpc-link" or "aws-cloud-map", not ${JSON.stringify(kind) ?? "without one"}`;
    return [bad(`${place}.kind`, rule.slice(0, 150), asComponent)];
  }
  const form = fields[kind];
  const problems = Object.keys(values)
    .filter((name) => !Object.hasOwn(form, name))
    .map((name) => bad(`${place}.${name}`, `a link of kind "${kind}" has no ${JSON.stringify(name)}`, "Remove it."));
  for (const [name, { pattern, what }] of Object.entries(form)) {
    const value = values[name];
    if (value !== undefined && pattern.test(value)) continue;
    const said = value === undefined ? "it is missing" : `this is ${JSON.stringify(value).slice(0, 150)}`;
    problems.push(bad(`${place}.${name}`, `${name} is ${what}; ${said}`, asComponent));
  }
  const { listenerArn = "", loadBalancerArn = "" } = values;
  if (problems.length === 0 && kind === "aws-vpc-link" && loadBalancerOf(listenerArn) !== loadBalancerArn) {
    const rule = `the listener belongs to another load balancer: ${loadBalancerOf(listenerArn)}`;
    problems.push(bad(`${place}.loadBalancerArn`, rule, "Bind the ARNs of one load balancer and of its listener."));
  }
  return problems;
}

const missing = "Set link to the link of an AwsOnPremLink.";

/** Links of `AwsHttpApi`. */
export const httpApiLinks: LinkForm = { remedy: missing, placeholder: standIn, check };

/** Links of `AwsRestApi`: not to AWS Cloud Map (https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html). */
export const restApiLinks: LinkForm = {
  remedy: missing,
  placeholder: standIn,
  check: (link, place) =>
    link.kind === "aws-cloud-map"
      ? [
          bad(
            `${place}.kind`,
            "a REST API reaches load balancers through a VPC link, and no service of AWS Cloud Map",
            "Put a load balancer before the service, or deploy to AwsHttpApi.",
          ),
        ]
      : check(link, place),
};

/** The link as AWS has it, once it has been checked. */
export function awsLinkOf(link: Link): KnownAwsLink {
  if (!isKind(link.kind)) throw new RangeError("the link has not been checked");
  return link as unknown as KnownAwsLink;
}
