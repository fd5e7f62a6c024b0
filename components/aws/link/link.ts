import type { Link, LinkForm } from "../../api/binding/link.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { type Field, fields, isKind, loadBalancerOf, type ResolvedLink } from "./form.ts";
import { placeholderLink } from "./placeholder.ts";

const bindComponent = "Bind the `link` of an AwsOnPremLink, or write a link to existing resources.";

/** Checks a link, for either class of gateway. */
function checkLink(link: Link, place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  const at = (member: string): ProblemList => problems.for({ place: `${place}.${member}` });
  const { kind, ...values } = link;
  if (!isKind(kind)) {
    const rule = `A link on AWS must be of kind "aws-vpc-link" or "aws-cloud-map", not ${shown(kind)}.`;
    at("kind").refuse("bad-link", rule, bindComponent);
    return problems.all;
  }
  const form: Readonly<Record<string, Field>> = fields[kind];
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(form, name)) continue;
    at(name).refuse("bad-link", `A link of kind "${kind}" has no member ${shown(name)}.`, "Remove it.");
  }
  for (const [name, { pattern, description }] of Object.entries(form)) {
    const value = values[name];
    if (value !== undefined && pattern.test(value)) continue;
    const found = value === undefined ? "It is missing." : `This is ${shown(value)}.`;
    at(name).refuse("bad-link", `${name} must be ${description}. ${found}`, bindComponent);
  }
  const { listenerArn = "", loadBalancerArn = "" } = values;
  if (problems.all.length === 0 && kind === "aws-vpc-link" && loadBalancerOf(listenerArn) !== loadBalancerArn) {
    const rule = `The listener belongs to another load balancer, ${loadBalancerOf(listenerArn)}.`;
    at("loadBalancerArn").refuse("bad-link", rule, "Bind the ARNs of a load balancer and of one of its listeners.");
  }
  return problems.all;
}

/** A value as it is shown in a rule, cut to a readable length. */
function shown(value: string | undefined): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}

const missing = "Set link to the link of an AwsOnPremLink.";

/** The links of `AwsHttpApi`. */
export const httpApiLinks: LinkForm = { remedy: missing, placeholder: placeholderLink, check: checkLink };

/**
 * The links of `AwsRestApi`, which has no integration with AWS Cloud Map.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
 */
export const restApiLinks: LinkForm = {
  remedy: missing,
  placeholder: placeholderLink,
  check: (link, place) => (link.kind === "aws-cloud-map" ? refuseCloudMap(place) : checkLink(link, place)),
};

function refuseCloudMap(place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", place: `${place}.kind` });
  const rule = "A REST API reaches load balancers through a VPC link, but no service of AWS Cloud Map.";
  problems.refuse("bad-link", rule, "Put a load balancer in front of the service, or deploy to AwsHttpApi.");
  return problems.all;
}

/** A checked link, with its type on AWS. */
export function awsLinkOf(link: Link): ResolvedLink {
  if (!isKind(link.kind)) throw new RangeError("The link has not been checked.");
  return link as unknown as ResolvedLink;
}
