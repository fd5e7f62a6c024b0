import type { AwsListener, AwsLoadBalancer, AwsNetwork } from "../artefacts.ts";
import { UnsupportedArtefact } from "../interpreter.ts";
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
  return open(link, ({ loadBalancers }, groups) => {
    for (const balancer of Object.values(loadBalancers)) {
      const listener = balancer.listeners.find((each) => each.arn === arn);
      if (listener !== undefined) return listened(link, groups, balancer, listener, serverName);
    }
    return `there is no listener ${arn}`;
  });
}

/**
 * Through a link to a port of a load balancer, as REST APIs do.
 * @param serverName asks for TLS, by a certificate of this name
 * @throws UnsupportedArtefact for what is there and is not modelled
 */
export function waysThroughBalancer(link: VpcLink, arn: string, port: number, serverName: string | undefined): Ways {
  return open(link, (_network, groups) => atPort(link, groups, arn, port, serverName));
}

/**
 * Through a link to the instances of a service of AWS Cloud Map.
 * @param filter attributes that an instance must have, as the query of the integration's `uri` names them
 * @param serverName asks for TLS; the certificate is the instance's own
 */
export function waysThroughService(link: VpcLink, arn: string, filter: string, serverName: string | undefined): Ways {
  return open(link, (network, groups) => {
    const { services } = network;
    const service = own(services, arn);
    if (service === undefined) return `there is no Cloud Map service ${arn}`;
    const wanted = queryPairs(filter).map((pair) => [pair.name, queryValue(pair)] as const);
    const origins = service.instances.flatMap(({ attributes }) => {
      if (!wanted.every(([name, value]) => own(attributes, name) === value)) return [];
      // U: what becomes of an instance that names no port; here none is reached.
      const { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port } = attributes;
      if (address === undefined || port === undefined) return [];
      return letsThrough(network, groups, "egress", Number(port), [])
        ? [originOf(serverName, address, Number(port))]
        : [];
    });
    if (origins.length > 0) return { origins, pauseMs: 0 };
    return `the Cloud Map service ${service.name} has no instance${filter === "" ? "" : ` with ${filter}`} that has an address and a port, and that the link's security groups let it out to`;
  });
}

/** @param targets by the network, and the security groups that the link is in */
function open(link: VpcLink, targets: (network: AwsNetwork, groups: readonly string[]) => Targets | string): Ways {
  const { network = NOTHING, id, now } = link;
  const found = own(network.vpcLinks, id);
  // U: that a link which is being deleted lets nothing through; one that lies idle or failed does not (vpclinks-vpclinkid).
  if (found === undefined) return none(`there is no VPC link ${id}`);
  if (found.status !== "AVAILABLE") return none(`the VPC link ${id} is ${found.status}`);
  const led = targets(network, found.securityGroupIds);
  if (typeof led === "string") return none(`through the VPC link ${id}: ${led}`);
  const pool = new TargetPool(led.origins, led.pauseMs, now);
  return () => pool.next();
}

function none(problem: string): Ways {
  return () => ({ problem });
}

/** @param groups the security groups that the connection comes from */
function atPort(
  { network = NOTHING, ...link }: VpcLink,
  groups: readonly string[],
  arn: string,
  port: number,
  serverName: string | undefined,
): Targets | string {
  const balancer = own(network.loadBalancers, arn);
  if (balancer === undefined) return `there is no load balancer ${arn}`;
  const listener = balancer.listeners.find((each) => each.port === port);
  if (listener === undefined) return `the load balancer ${arn} does not listen on port ${port}`;
  return listened({ network, ...link }, groups, balancer, listener, serverName);
}

function listened(
  link: VpcLink,
  groups: readonly string[],
  balancer: AwsLoadBalancer,
  listener: AwsListener,
  serverName: string | undefined,
): Targets | string {
  const { network = NOTHING } = link;
  const { arn, port, protocol, certificateNames = [], targetGroup } = listener;
  const { securityGroupIds: guards = [] } = balancer;
  refuseUnserved(link, `the listener ${arn}`, listener.unserved);
  if (!letsThrough(network, groups, "egress", port, guards)) {
    return `the security groups ${groups.join(", ")} let nothing out to the listener ${arn} on port ${port}`;
  }
  if (!letsThrough(network, guards, "ingress", port, groups)) {
    return `the security groups ${guards.join(", ")} let nothing in to the listener ${arn} on port ${port}`;
  }
  // A Network Load Balancer passes on what comes over TCP, TLS too: its targets answer for the name.
  const passes = protocol === "TCP";
  const ends = protocol === "TLS" || protocol === "HTTPS";
  if (ends && serverName === undefined) return `the listener ${arn} speaks TLS, and the integration does not`;
  if (!ends && !passes && serverName !== undefined) {
    return `the listener ${arn} does not speak TLS, and the integration asks for it`;
  }
  if (ends && serverName !== undefined && !certificateNames.some((name) => covers(name, serverName))) {
    return `the certificate of the listener ${arn} is for ${certificateNames.join(", ") || "no name"}, not for ${serverName}`;
  }
  const group = targetGroup === undefined ? undefined : own(network.targetGroups, targetGroup);
  if (group === undefined) return `the listener ${arn} of a ${balancer.kind} load balancer leads to no target group`;
  refuseUnserved(link, `the target group ${targetGroup}`, group.unserved);
  const secured = passes ? serverName : group.protocol === "HTTPS" || group.protocol === "TLS" ? "" : undefined;
  const [target] = group.targets;
  if (target === undefined) return `the target group ${targetGroup} has no targets`;
  switch (group.targetType) {
    case "ip": {
      const reached = group.targets.filter((each) => letsThrough(network, guards, "egress", each.port, []));
      if (reached.length === 0) {
        return `the security groups ${guards.join(", ")} let nothing out to the targets of ${targetGroup}`;
      }
      return {
        origins: reached.map((each) => originOf(secured, each.address, each.port)),
        pauseMs: (group.healthCheckSeconds ?? 0) * 1000,
      };
    }
    case "alb":
      // There is one: an Application Load Balancer is the only target of its group.
      return atPort(link, guards, target.address, target.port, secured);
    default:
      return refuseUnserved(link, `the target group ${targetGroup}`, `targets of the type ${group.targetType}`);
  }
}

function refuseUnserved(link: VpcLink, what: string, unserved: string): never;
function refuseUnserved(link: VpcLink, what: string, unserved: string | undefined): void;
function refuseUnserved(link: VpcLink, what: string, unserved: string | undefined): void {
  if (unserved === undefined) return;
  throw new UnsupportedArtefact(link.place, `${what} has ${unserved}, which the sandbox does not serve`);
}

/** @param serverName undefined: no TLS */
function originOf(serverName: string | undefined, address: string, port: number): string {
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
