import type { PrivateWays } from "../../../private-network/private-ways.ts";
import type { SelectUpstream } from "../../../private-network/upstream.ts";
import type { AwsNetwork, AwsVpcLink } from "../../artefacts/network.ts";
import { LinkedNetwork, type Targets } from "./linked-network.ts";
import { lookUp } from "./look-up.ts";
import { TargetPool } from "./target-pool.ts";

/** A VPC link (V2) that an integration names. */
export interface VpcLink {
  /** Absent when the artefacts contain no link at all. */
  readonly network: AwsNetwork | undefined;
  readonly id: string;
  /** The place of the integration's reference in the document. */
  readonly place: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The ways to its targets. */
  readonly ways: PrivateWays | undefined;
}

const NO_NETWORK: AwsNetwork = { vpcLinks: {}, loadBalancers: {}, targetGroups: {}, services: {} };

/**
 * The upstreams behind a load balancer's listener, which HTTP APIs name.
 * @param serverName the name that the certificate must cover; undefined: no TLS
 * @throws UnsupportedArtefact for features in use that are not modelled
 */
export function listenerUpstreams(link: VpcLink, arn: string, serverName: string | undefined): SelectUpstream {
  return open(link, (network, { securityGroupIds }) => network.listenerTargets(securityGroupIds, arn, serverName));
}

/**
 * The upstreams behind a load balancer's port, which REST APIs name.
 * @param serverName the name that the certificate must cover; undefined: no TLS
 * @throws UnsupportedArtefact for features in use that are not modelled
 */
export function balancerUpstreams(
  link: VpcLink,
  arn: string,
  port: number,
  serverName: string | undefined,
): SelectUpstream {
  return open(link, (network, { securityGroupIds }) =>
    network.balancerTargets(securityGroupIds, arn, port, serverName),
  );
}

/**
 * The instances of a service of AWS Cloud Map.
 * @param filter the attributes that an instance must have, from the query of the integration's `uri`
 * @param serverName requests TLS; the certificate is the instance's own
 */
export function serviceUpstreams(
  link: VpcLink,
  arn: string,
  filter: string,
  serverName: string | undefined,
): SelectUpstream {
  return open(link, (network, from) => network.serviceTargets(from, arn, filter, serverName));
}

/** @param find finds the targets behind the link */
function open(link: VpcLink, find: (network: LinkedNetwork, from: AwsVpcLink) => Targets | string): SelectUpstream {
  const { network = NO_NETWORK, id, place, now, ways } = link;
  const vpcLink = lookUp(network.vpcLinks, id);
  // Unverified: a link that is being deleted accepts no requests. An inactive or failed one does not (vpclinks-vpclinkid).
  if (vpcLink === undefined) return unreachable(`there is no VPC link ${id}`);
  if (vpcLink.status !== "AVAILABLE") return unreachable(`the VPC link ${id} is ${vpcLink.status}`);
  const targets = find(new LinkedNetwork(network, place), vpcLink);
  if (typeof targets === "string") return unreachable(`through the VPC link ${id}: ${targets}`);
  const pool = new TargetPool(targets, now, ways);
  return () => pool.next();
}

function unreachable(problem: string): SelectUpstream {
  return () => ({ problem });
}
