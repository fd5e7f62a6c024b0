import { type Problem, ProblemList } from "../../api/problem.ts";
import { isPrivateAddress } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import { checkTags } from "../../gateway/tags.ts";
import { tagRules } from "../operations/tags.ts";
import type { AwsOnPremLinkArgs } from "./args.ts";
import { checkVpn } from "./check-vpn.ts";
import { checkId, checkPort, refuseArgument, shown } from "./form.ts";
import { listenerPort } from "./listener-port.ts";

/** Subnets of a VPC link: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html. AWS can raise it. */
const mostSubnets = 10;

/** Checks the arguments as far as they are known before the deployment. JavaScript users do not have the types. */
export function checkOnPremLink(args: AwsOnPremLinkArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  checkId(problems, "vpcId", args.vpcId);
  checkSubnets(args.subnetIds, problems);
  checkTargets(args, problems);
  checkPort(problems, "port", args.port ?? listenerPort(args));
  checkProtocol(args.protocol, problems);
  checkHealth(args.healthCheck, problems);
  if (args.vpn !== undefined) checkVpn(args.vpn, addressesOf(args.targets), problems);
  checkBalancer(args, problems);
  checkVpcLink(args, problems);
  checkTags(args.tags, tagRules, problems);
  return problems.all;
}

function checkSubnets(subnetIds: unknown, problems: ProblemList): void {
  if (isLater(subnetIds)) return;
  if (!Array.isArray(subnetIds)) {
    const rule = `subnetIds must be a list of ids, not ${shown(subnetIds)}.`;
    refuseArgument(problems, "subnetIds", rule, "Write [subnet.id].");
  } else if (subnetIds.length === 0) {
    const remedy = "List at least one. Two survive the failure of an Availability Zone.";
    refuseArgument(problems, "subnetIds", "There is no subnet.", remedy);
  } else if (subnetIds.length > mostSubnets) {
    const rule = `A VPC link can have at most ${mostSubnets} subnets. There are ${subnetIds.length}.`;
    refuseArgument(problems, "subnetIds", rule, "List one subnet of each Availability Zone.");
  } else {
    for (const [index, id] of subnetIds.entries()) checkId(problems, `subnetIds[${index}]`, id);
  }
}

/** A target as JavaScript users may write it. */
type UncheckedTarget = { readonly address?: unknown; readonly port?: unknown } | null;

function checkTargets({ targets, balancer }: AwsOnPremLinkArgs, problems: ProblemList): void {
  if (balancer !== undefined) {
    if (targets === undefined) return;
    const rule = "An existing load balancer has its own targets.";
    refuseArgument(problems, "targets", rule, "Remove targets or balancer.");
    return;
  }
  if (!Array.isArray(targets) || targets.length === 0) {
    const remedy = 'Write targets: [{ address: "10.20.0.5", port: 8443 }].';
    refuseArgument(problems, "targets", "There must be at least one server.", remedy);
    return;
  }
  const seen = new Set<string>();
  for (const [index, target] of (targets as readonly UncheckedTarget[]).entries()) {
    const place = `targets[${index}]`;
    const { address, port } = target ?? {};
    const identity = `${String(address)}-${String(port)}`;
    checkAddress(`${place}.address`, address, problems);
    checkPort(problems, `${place}.port`, port);
    if (seen.has(identity)) refuseArgument(problems, place, "This target is listed twice.", "Remove one of them.");
    seen.add(identity);
  }
}

function addressesOf(targets: unknown): readonly unknown[] {
  return Array.isArray(targets) ? targets.map((target: UncheckedTarget) => target?.address) : [];
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html */
function checkAddress(place: string, address: unknown, problems: ProblemList): void {
  if (typeof address === "string" && isPrivateAddress(address)) return;
  refuseArgument(
    problems,
    place,
    `A target must have an IPv4 address in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, not ${shown(address)}.`,
    "Write the server's private address as a string. A server with a public address is a backend of kind http.",
  );
}

function checkProtocol(protocol: unknown, problems: ProblemList): void {
  if (protocol === undefined || protocol === "http" || protocol === "https") return;
  refuseArgument(problems, "protocol", `protocol must be "http" or "https", not ${shown(protocol)}.`, 'Write "https".');
}

function checkHealth(healthCheck: { readonly path?: unknown } | undefined, problems: ProblemList): void {
  const { path } = healthCheck ?? { path: "/" };
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html, HealthCheckPath.
  if (typeof path === "string" && /^\/[\x21-\x7e]{0,1023}$/.test(path)) return;
  const rule = `The path must have at most 1,024 printable characters and begin with a slash, not ${shown(path)}.`;
  refuseArgument(problems, "healthCheck.path", rule, 'Write a path such as "/health".');
}

function checkBalancer({ balancer, healthCheck }: AwsOnPremLinkArgs, problems: ProblemList): void {
  if (balancer === undefined) return;
  checkId(problems, "balancer.loadBalancerArn", balancer.loadBalancerArn);
  checkId(problems, "balancer.listenerArn", balancer.listenerArn);
  if (balancer.securityGroupId !== undefined) checkId(problems, "balancer.securityGroupId", balancer.securityGroupId);
  if (healthCheck === undefined) return;
  const rule = "An existing load balancer has its own health checks.";
  refuseArgument(problems, "healthCheck", rule, "Remove healthCheck or balancer.");
}

function checkVpcLink({ balancer, vpcLink }: AwsOnPremLinkArgs, problems: ProblemList): void {
  if (vpcLink === undefined) return;
  checkId(problems, "vpcLink.vpcLinkId", vpcLink.vpcLinkId);
  // A new load balancer accepts traffic from this security group alone. Without it, it would have to accept all traffic.
  if (balancer === undefined || vpcLink.securityGroupId !== undefined) {
    checkId(problems, "vpcLink.securityGroupId", vpcLink.securityGroupId);
  }
}
