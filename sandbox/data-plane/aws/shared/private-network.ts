import type { AwsListener, AwsLoadBalancer, AwsNetwork, AwsTarget } from "../../artefacts.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { queryPairs, queryValue } from "./query.ts";
import { letsThrough } from "./security-group.ts";
import { TargetPool } from "./target-pool.ts";
import type { Ways } from "./way.ts";

/** A VPC link (V2) as an integration names it. */
export interface VpcLink {
  /** Absent where the artefacts name no link at all. */
  readonly network: AwsNetwork | undefined;
  readonly id: string;
  /** Of the integration's reference in the document. */
  readonly place: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where a request may end, and how long a target that did not answer gets none. */
interface Targets {
  readonly origins: readonly string[];
  readonly pauseMs: number;
}

const NOTHING: AwsNetwork = { vpcLinks: {}, loadBalancers: {}, targetGroups: {}, services: {} };

/**
 * Through a link to a listener of a load balancer, as HTTP APIs do.
 * @param serverName asks for TLS, by a certificate of this name
 * @throws UnsupportedArtefact for what is there and is not modelled
 */
export function waysThroughListener(link: VpcLink, arn: string, serverName: string | undefined): Ways {
  return open(link, (inside, groups) => inside.atListener(groups, arn, serverName));
}

/**
 * Through a link to a port of a load balancer, as REST APIs do.
 * @param serverName asks for TLS, by a certificate of this name
 * @throws UnsupportedArtefact for what is there and is not modelled
 */
export function waysThroughBalancer(link: VpcLink, arn: string, port: number, serverName: string | undefined): Ways {
  return open(link, (inside, groups) => inside.atPort(groups, arn, port, serverName));
}

/**
 * Through a link to the instances of a service of AWS Cloud Map.
 * @param filter attributes that an instance must have, as the query of the integration's `uri` names them
 * @param serverName asks for TLS; the certificate is the instance's own
 */
export function waysThroughService(link: VpcLink, arn: string, filter: string, serverName: string | undefined): Ways {
  return open(link, (inside, groups) => inside.atService(groups, arn, filter, serverName));
}

/** @param targets by what is behind the link, and the security groups that the link is in */
function open(link: VpcLink, targets: (inside: Inside, groups: readonly string[]) => Targets | string): Ways {
  const { network = NOTHING, id, place, now } = link;
  const found = own(network.vpcLinks, id);
  // U: that a link which is being deleted lets nothing through; one that lies idle or failed does not (vpclinks-vpclinkid).
  if (found === undefined) return none(`there is no VPC link ${id}`);
  if (found.status !== "AVAILABLE") return none(`the VPC link ${id} is ${found.status}`);
  const led = targets(new Inside(network, place), found.securityGroupIds);
  if (typeof led === "string") return none(`through the VPC link ${id}: ${led}`);
  const pool = new TargetPool(led.origins, led.pauseMs, now);
  return () => pool.next();
}

function none(problem: string): Ways {
  return () => ({ problem });
}

/**
 * Finds the targets behind a link; why there are none, as a text. `groups` are the security groups that a connection comes from,
 * `serverName` the name that it asks of a certificate, when it asks for TLS.
 */
class Inside {
  readonly #network: AwsNetwork;
  readonly #place: string;

  constructor(network: AwsNetwork, place: string) {
    this.#network = network;
    this.#place = place;
  }

  atListener(groups: readonly string[], arn: string, serverName: string | undefined): Targets | string {
    for (const balancer of Object.values(this.#network.loadBalancers)) {
      const listener = balancer.listeners.find((each) => each.arn === arn);
      if (listener !== undefined) return this.#behind(groups, balancer, listener, serverName);
    }
    return `there is no listener ${arn}`;
  }

  atPort(groups: readonly string[], arn: string, port: number, serverName: string | undefined): Targets | string {
    const balancer = own(this.#network.loadBalancers, arn);
    if (balancer === undefined) return `there is no load balancer ${arn}`;
    const listener = balancer.listeners.find((each) => each.port === port);
    if (listener === undefined) return `the load balancer ${arn} does not listen on port ${port}`;
    return this.#behind(groups, balancer, listener, serverName);
  }

  atService(groups: readonly string[], arn: string, filter: string, serverName: string | undefined): Targets | string {
    const service = own(this.#network.services, arn);
    if (service === undefined) return `there is no Cloud Map service ${arn}`;
    const wanted = queryPairs(filter).map((pair) => [pair.name, queryValue(pair)] as const);
    // U: what becomes of an instance that names no port; here none is reached.
    const addressed = service.instances.flatMap(({ attributes }) => {
      const { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port } = attributes;
      const fits = wanted.every(([name, value]) => own(attributes, name) === value);
      return fits && address !== undefined && port !== undefined ? [{ address, port: Number(port) }] : [];
    });
    if (addressed.length === 0) {
      const described = filter === "" ? "" : ` with ${filter}`;
      return `the Cloud Map service ${service.name} has no instance${described} that has an address and a port`;
    }
    const reached = this.#let(groups, addressed);
    if (reached.length === 0) return `${named(groups)} let nothing out to the instances of ${service.name}`;
    return { origins: reached.map((each) => originOf(serverName, each)), pauseMs: 0 };
  }

  #behind(
    groups: readonly string[],
    balancer: AwsLoadBalancer,
    listener: AwsListener,
    serverName: string | undefined,
  ): Targets | string {
    const { arn, port, protocol, targetGroup } = listener;
    const { securityGroupIds: guards = [] } = balancer;
    this.#refuse(`the listener ${arn}`, listener.unserved);
    if (!letsThrough(this.#network, groups, "egress", port, guards)) {
      return `${named(groups)} let nothing out to the listener ${arn} on port ${port}`;
    }
    if (!letsThrough(this.#network, guards, "ingress", port, groups)) {
      return `${named(guards)} let nothing in to the listener ${arn} on port ${port}`;
    }
    const problem = tlsProblem(listener, serverName);
    if (problem !== undefined) return problem;
    const group = targetGroup === undefined ? undefined : own(this.#network.targetGroups, targetGroup);
    if (group === undefined) return `the listener ${arn} of a ${balancer.kind} load balancer leads to no target group`;
    this.#refuse(`the target group ${targetGroup}`, group.unserved);
    const [target] = group.targets;
    if (target === undefined) return `the target group ${targetGroup} has no targets`;
    // What a TCP listener passes on keeps its TLS; other listeners speak to targets as the group says, and look at no name.
    const anew = group.protocol === "HTTPS" || group.protocol === "TLS" ? "" : undefined;
    const inner = protocol === "TCP" ? serverName : anew;
    if (group.targetType === "alb" && balancer.kind === "network") {
      // There is one: an Application Load Balancer is the only target of its group.
      return this.atPort(guards, target.address, target.port, inner);
    }
    if (group.targetType !== "ip") {
      throw this.#unsupported(`the target group ${targetGroup}`, `targets of the type ${group.targetType}`);
    }
    const reached = this.#let(guards, group.targets);
    if (reached.length === 0) return `${named(guards)} let nothing out to the targets of ${targetGroup}`;
    return {
      origins: reached.map((each) => originOf(inner, each)),
      pauseMs: (group.healthCheckSeconds ?? 0) * 1000,
    };
  }

  /** Those targets that security groups let out to. */
  #let(groups: readonly string[], targets: readonly AwsTarget[]): readonly AwsTarget[] {
    return targets.filter(({ port }) => letsThrough(this.#network, groups, "egress", port, []));
  }

  #refuse(what: string, unserved: string | undefined): void {
    if (unserved !== undefined) throw this.#unsupported(what, unserved);
  }

  #unsupported(what: string, unserved: string): UnsupportedArtefact {
    return new UnsupportedArtefact(this.#place, `${what} has ${unserved}, which the sandbox does not serve`);
  }
}

/** A TCP listener passes TLS on, and its targets answer for the name; one that ends it has a certificate of its own. */
function tlsProblem({ arn, protocol, certificateNames = [] }: AwsListener, serverName: string | undefined) {
  const ends = protocol === "TLS" || protocol === "HTTPS";
  if (ends && serverName === undefined) return `the listener ${arn} speaks TLS, and the integration does not`;
  if (protocol === "HTTP" && serverName !== undefined) {
    return `the listener ${arn} does not speak TLS, and the integration asks for it`;
  }
  if (!ends || serverName === undefined || certificateNames.some((name) => covers(name, serverName))) return undefined;
  const names = certificateNames.join(", ") || "no name";
  return `the certificate of the listener ${arn} is for ${names}, not for ${serverName}`;
}

function named(groups: readonly string[]): string {
  return `the security groups ${groups.join(", ")}`;
}

/** @param serverName undefined: no TLS */
function originOf(serverName: string | undefined, { address, port }: AwsTarget): string {
  return `${serverName === undefined ? "http" : "https"}://${address}:${port}`;
}

/** RFC 6125, 6.4.3: a star stands for one whole label, the first. */
function covers(certificateName: string, serverName: string): boolean {
  const [certified, wanted] = [certificateName.toLowerCase(), serverName.toLowerCase()];
  if (!certified.startsWith("*.")) return certified === wanted;
  const dot = wanted.indexOf(".");
  return dot > 0 && certified.slice(1) === wanted.slice(dot);
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
