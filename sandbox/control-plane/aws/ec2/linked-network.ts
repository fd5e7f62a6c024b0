import type {
  AwsCloudMapService,
  AwsListener,
  AwsLoadBalancer,
  AwsNetwork,
  AwsSecurityGroup,
  AwsTargetGroup,
  AwsVpcLink,
} from "../../../data-plane/aws/artefacts/network.ts";
import { ownMember } from "../../../own-member.ts";
import { text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { certificateByArn } from "../acm/record.ts";
import { privateIntegrations } from "../apigatewayv2/private-integration.ts";
import { vpcLinks } from "../apigatewayv2/record.ts";
import { forwardsTo, protocolOf, unservedOf } from "../lb/listener.ts";
import { dnsNameOf, isInternal, kindOf, subnetsOf } from "../lb/load-balancer.ts";
import { listenersOf, loadBalancers, targetGroups, targets } from "../lb/record.ts";
import { healthCheckSeconds, unservedGroup } from "../lb/target-group.ts";
import { optional } from "../optional.ts";
import { cloudMapInstances, cloudMapServices } from "../servicediscovery/record.ts";
import type { StoredRecord } from "../stored-resource.ts";
import { rulesOf } from "./security-group-rule.ts";
import { siteConnections } from "./site.ts";

/**
 * The present network behind the private integrations of a document; undefined when it has none.
 * @param variables the stage's variables, which may contain a VPC link or a target
 */
export function linkedNetwork(
  records: Records,
  region: string,
  document: string,
  variables: Readonly<Record<string, string>>,
): AwsNetwork | undefined {
  const integrations = privateIntegrations(document);
  if (integrations.length === 0) return undefined;
  const resolved = (value: string) =>
    value.replaceAll(/\$\{stageVariables\.([^}]*)\}/g, (whole, name: string) => ownMember(variables, name) ?? whole);
  const network = new LinkedNetwork(records, region);
  for (const { connectionId, target } of integrations) {
    const [arn = ""] = resolved(target).split("?");
    network.addLink(resolved(connectionId));
    network.addService(arn);
    network.addBalancer(balancerOf(arn));
  }
  return network.collected;
}

/** Collects resources together with those that they refer to. */
class LinkedNetwork {
  readonly collected = {
    vpcLinks: {} as Record<string, AwsVpcLink>,
    loadBalancers: {} as Record<string, AwsLoadBalancer>,
    targetGroups: {} as Record<string, AwsTargetGroup>,
    services: {} as Record<string, AwsCloudMapService>,
    securityGroups: {} as Record<string, AwsSecurityGroup>,
  };
  readonly #records: Records;
  readonly #region: string;

  constructor(records: Records, region: string) {
    this.#records = records;
    this.#region = region;
  }

  addLink(id: string): void {
    const record = vpcLinks.get(this.#records, this.#region, id);
    if (record === undefined) return;
    const link = linkOf(this.#records, record);
    this.collected.vpcLinks[id] = link;
    this.#addSecurityGroups(link.securityGroupIds);
  }

  addService(arn: string): void {
    const service = serviceOf(this.#records, this.#region, arn);
    if (service !== undefined) this.collected.services[arn] = service;
  }

  addBalancer(arn: string): void {
    const balancer = loadBalancers.get(this.#records, this.#region, arn);
    if (balancer === undefined || arn in this.collected.loadBalancers) return;
    const served = listenersOf(this.#records, this.#region, arn).flatMap((each) => listenerOf(this.#records, each));
    const securityGroupIds = texts(balancer.arguments.securityGroups) ?? [];
    this.collected.loadBalancers[arn] = {
      kind: kindOf(balancer.arguments) === "network" ? "network" : "application",
      scheme: isInternal(balancer) ? "internal" : "internet-facing",
      dnsName: dnsNameOf(balancer),
      securityGroupIds,
      listeners: served,
      ...optional("connections", siteConnections(this.#records, this.#region, subnetsOf(balancer.arguments))),
    };
    this.#addSecurityGroups(securityGroupIds);
    for (const { targetGroup } of served) if (targetGroup !== undefined) this.#addGroup(targetGroup);
  }

  #addGroup(arn: string): void {
    const record = targetGroups.get(this.#records, this.#region, arn);
    const group = record && groupOf(this.#records, record);
    if (group === undefined) return;
    this.collected.targetGroups[arn] = group;
    // An Application Load Balancer may be the target of a Network Load Balancer.
    for (const { address } of group.targetType === "alb" ? group.targets : []) this.addBalancer(address);
  }

  #addSecurityGroups(ids: readonly string[]): void {
    for (const id of ids) {
      const rules = rulesOf(this.#records, this.#region, id);
      if (rules !== undefined) this.collected.securityGroups[id] = rules;
    }
  }
}

/** The ARN of the load balancer of a listener, or of the load balancer itself. */
function balancerOf(arn: string): string {
  return arn.includes(":listener/") ? arn.replace(":listener/", ":loadbalancer/").replace(/\/[^/]*$/, "") : arn;
}

function linkOf(records: Records, { region, arguments: inputs }: StoredRecord): AwsVpcLink {
  const subnetIds = texts(inputs.subnetIds) ?? [];
  return {
    name: text(inputs, "name") ?? "",
    status: "AVAILABLE",
    subnetIds,
    securityGroupIds: texts(inputs.securityGroupIds) ?? [],
    ...optional("connections", siteConnections(records, region, subnetIds)),
  };
}

/** A listener as a list; empty for a protocol that no API uses. */
function listenerOf(records: Records, listener: StoredRecord): readonly AwsListener[] {
  const { id, arguments: inputs } = listener;
  const protocol = protocolOf(inputs);
  if (protocol !== "HTTP" && protocol !== "HTTPS" && protocol !== "TCP" && protocol !== "TLS") return [];
  const certificate = text(inputs, "certificateArn");
  const names = certificate === undefined ? undefined : certificateByArn(records, certificate)?.names;
  return [
    {
      arn: id,
      port: typeof inputs.port === "number" ? inputs.port : 0,
      protocol,
      ...(names === undefined ? {} : { certificateNames: names }),
      ...optional("targetGroup", forwardsTo(inputs)[0]),
      ...optional("unserved", unservedOf(records, listener)),
    },
  ];
}

/** A target group; undefined for a protocol that no API uses. */
function groupOf(records: Records, group: StoredRecord): AwsTargetGroup | undefined {
  const { id, region, arguments: inputs } = group;
  const protocol = text(inputs, "protocol");
  const targetType = text(inputs, "targetType") ?? "instance";
  if (targetType !== "ip" && targetType !== "instance" && targetType !== "alb" && targetType !== "lambda") {
    return undefined;
  }
  const lambda = targetType === "lambda";
  if (!lambda && protocol !== "HTTP" && protocol !== "HTTPS" && protocol !== "TCP" && protocol !== "TLS") {
    return undefined;
  }
  const seconds = healthCheckSeconds(group);
  return {
    protocol: lambda ? "HTTP" : (protocol as AwsTargetGroup["protocol"]),
    targetType,
    targets: targets.list(records, region, id).map(([, { address, port }]) => ({ address, port })),
    ...(seconds === undefined ? {} : { healthCheckSeconds: seconds }),
    ...optional("unserved", unservedGroup(group)),
  };
}

function serviceOf(records: Records, region: string, arn: string): AwsCloudMapService | undefined {
  const id = /:servicediscovery:.*:service\/(srv-[a-z0-9]+)$/.exec(arn)?.[1];
  const service = id === undefined ? undefined : cloudMapServices.get(records, region, id);
  if (id === undefined || service === undefined) return undefined;
  return {
    name: text(service.arguments, "name") ?? "",
    instances: cloudMapInstances.list(records, region, id).map(([, instance]) => ({
      id: instance.id,
      attributes: instance.attributes,
    })),
  };
}
