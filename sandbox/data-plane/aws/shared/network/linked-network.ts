import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsListener, AwsLoadBalancer, AwsNetwork, AwsTarget, AwsVpcLink } from "../../artefacts/network.ts";
import { queryPairs, queryValue } from "../query.ts";
import { tlsProblem } from "./listener-tls.ts";
import { lookUp } from "./look-up.ts";
import { allowsConnection } from "./security-group.ts";
import { siteProblem } from "./site.ts";

/** The targets that receive requests, and how long one that did not answer is skipped. */
export interface Targets {
  readonly origins: readonly string[];
  /** The interval between two health checks of a target. */
  readonly pauseMs: number;
  /** Whether a load balancer ends TLS, so that the targets do not see the certificate of the gateway. */
  readonly endsTls: boolean;
}

/**
 * Finds the targets behind a VPC link. Each method returns the targets, or as a text why there are none.
 *
 * `groups` are the security groups that a connection comes from. `serverName` is the name that the certificate must cover, or
 * undefined without TLS.
 */
export class LinkedNetwork {
  readonly #network: AwsNetwork;
  readonly #place: string;

  /** @param place the place of the integration's reference in the document */
  constructor(network: AwsNetwork, place: string) {
    this.#network = network;
    this.#place = place;
  }

  /** @throws UnsupportedArtefact for features in use that are not modelled */
  listenerTargets(groups: readonly string[], arn: string, serverName: string | undefined): Targets | string {
    for (const balancer of Object.values(this.#network.loadBalancers)) {
      const listener = balancer.listeners.find((each) => each.arn === arn);
      if (listener !== undefined) return this.#behind(groups, balancer, listener, serverName);
    }
    return `there is no listener ${arn}`;
  }

  /** @throws UnsupportedArtefact for features in use that are not modelled */
  balancerTargets(
    groups: readonly string[],
    arn: string,
    port: number,
    serverName: string | undefined,
  ): Targets | string {
    const balancer = lookUp(this.#network.loadBalancers, arn);
    if (balancer === undefined) return `there is no load balancer ${arn}`;
    const listener = balancer.listeners.find((each) => each.port === port);
    if (listener === undefined) return `the load balancer ${arn} does not listen on port ${port}`;
    return this.#behind(groups, balancer, listener, serverName);
  }

  serviceTargets(from: AwsVpcLink, arn: string, filter: string, serverName: string | undefined): Targets | string {
    const groups = from.securityGroupIds;
    const service = lookUp(this.#network.services, arn);
    if (service === undefined) return `there is no Cloud Map service ${arn}`;
    const wanted = queryPairs(filter).map((pair) => [pair.name, queryValue(pair)] as const);
    // Unverified: an instance without a port receives no requests.
    const addressed = service.instances.flatMap(({ attributes }) => {
      const { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port } = attributes;
      const matches = wanted.every(([name, value]) => lookUp(attributes, name) === value);
      return matches && address !== undefined && port !== undefined ? [{ address, port: Number(port) }] : [];
    });
    if (addressed.length === 0) {
      const attributes = filter === "" ? "" : ` with ${filter}`;
      return `the Cloud Map service ${service.name} has no instance${attributes} that has an address and a port`;
    }
    const allowed = this.#allowed(groups, addressed);
    if (allowed.length === 0) return `${described(groups)} allow no connection to the instances of ${service.name}`;
    const reached = reachedTargets(allowed, from);
    if (typeof reached === "string") return reached;
    return { origins: reached.map((target) => originOf(serverName, target)), pauseMs: 0, endsTls: false };
  }

  #behind(
    groups: readonly string[],
    balancer: AwsLoadBalancer,
    listener: AwsListener,
    serverName: string | undefined,
  ): Targets | string {
    const { securityGroupIds: balancerGroups = [] } = balancer;
    this.#refuse(`the listener ${listener.arn}`, listener.unserved);
    const problem = this.#connectionProblem(groups, balancerGroups, listener) ?? tlsProblem(listener, serverName);
    if (problem !== undefined) return problem;
    const { arn, protocol, targetGroup } = listener;
    const group = targetGroup === undefined ? undefined : lookUp(this.#network.targetGroups, targetGroup);
    if (group === undefined) return `the listener ${arn} of a ${balancer.kind} load balancer has no target group`;
    this.#refuse(`the target group ${targetGroup}`, group.unserved);
    const [target] = group.targets;
    if (target === undefined) return `the target group ${targetGroup} has no targets`;
    // A TCP listener passes the client's TLS through. Other listeners use the group's protocol, and check no name.
    const ownTls = group.protocol === "HTTPS" || group.protocol === "TLS" ? "" : undefined;
    const inner = protocol === "TCP" ? serverName : ownTls;
    if (group.targetType === "alb" && balancer.kind === "network") {
      // An Application Load Balancer is the only target of its group.
      const behind = this.balancerTargets(balancerGroups, target.address, target.port, inner);
      return typeof behind === "string" ? behind : { ...behind, endsTls: behind.endsTls || protocol !== "TCP" };
    }
    if (group.targetType !== "ip") {
      return this.#refuse(`the target group ${targetGroup}`, `targets of the type ${group.targetType}`);
    }
    const allowed = this.#allowed(balancerGroups, group.targets);
    if (allowed.length === 0)
      return `${described(balancerGroups)} allow no connection to the targets of ${targetGroup}`;
    const reached = reachedTargets(allowed, balancer);
    if (typeof reached === "string") return reached;
    return {
      origins: reached.map((each) => originOf(inner, each)),
      pauseMs: (group.healthCheckSeconds ?? 0) * 1000,
      endsTls: protocol !== "TCP",
    };
  }

  #connectionProblem(
    groups: readonly string[],
    balancerGroups: readonly string[],
    { arn, port }: AwsListener,
  ): string | undefined {
    if (!allowsConnection(this.#network, groups, "egress", port, balancerGroups)) {
      return `${described(groups)} allow no connection to the listener ${arn} on port ${port}`;
    }
    if (!allowsConnection(this.#network, balancerGroups, "ingress", port, groups)) {
      return `${described(balancerGroups)} accept no connection to the listener ${arn} on port ${port}`;
    }
    return undefined;
  }

  /** The targets that the security groups allow connections to. */
  #allowed(groups: readonly string[], targets: readonly AwsTarget[]): readonly AwsTarget[] {
    return targets.filter(({ port }) => allowsConnection(this.#network, groups, "egress", port, []));
  }

  #refuse(subject: string, feature: string): never;
  #refuse(subject: string, feature: string | undefined): void;
  #refuse(subject: string, feature: string | undefined): void {
    if (feature === undefined) return;
    throw new UnsupportedArtefact(this.#place, `${subject} has ${feature}, which the sandbox does not serve`);
  }
}

/** The targets that the VPC reaches, to which alone load balancers send requests; why there are none. */
function reachedTargets(
  targets: readonly AwsTarget[],
  { connections = [] }: Pick<AwsVpcLink, "connections">,
): readonly AwsTarget[] | string {
  const problems = targets.map(({ address }) => siteProblem(connections, address));
  const reached = targets.filter((_, index) => problems[index] === undefined);
  return reached.length > 0 ? reached : problems.join("; ");
}

function described(groups: readonly string[]): string {
  return `the security groups ${groups.join(", ")}`;
}

/** @param serverName undefined: no TLS */
function originOf(serverName: string | undefined, { address, port }: AwsTarget): string {
  return `${serverName === undefined ? "http" : "https"}://${address}:${port}`;
}
