import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { lengthOf } from "./ranges.ts";
import { type NetworkRecord, networkPath, type Place, referred } from "./record.ts";
import { networkOf } from "./vpn-types.ts";

/** The interface of a service in a network. At least one of the two is known. */
export interface ServiceInterface {
  readonly network?: string;
  /** @default the subnet with the name of the network */
  readonly subnetwork?: string;
  readonly tags: readonly string[];
}

/** The subnet of an interface; undefined for one that no stack of the sandbox declares. */
export function subnetOf(
  records: Records,
  place: Place,
  { network, subnetwork = network?.split("/").at(-1) ?? "" }: ServiceInterface,
): NetworkRecord | undefined {
  return referred(records, "subnetworks", subnetwork, place);
}

/**
 * Why an interface cannot be used; undefined if it can. A subnet that no stack declares is accepted: it may exist.
 *
 * @param network the path of the subnet's network
 */
export function interfaceProblem(
  own: ServiceInterface,
  place: Place,
  subnet: NetworkRecord | undefined,
  network: string,
): string | undefined {
  if (subnet === undefined) return undefined;
  if (own.network !== undefined && networkPath(own.network, place.project) !== network) {
    return `the subnet ${subnet.name} belongs to the network ${network}, not to ${own.network}`;
  }
  if (subnet.region === place.region) return undefined;
  return `the subnet ${subnet.name} is in ${subnet.region}, not in the region of the service`;
}

/** https://cloud.google.com/run/docs/configuring/vpc-direct-vpc, "IP address allocation". */
const smallestSubnet = 26;

/**
 * Why Cloud Run rejects a revision for its interface; undefined if it does not.
 *
 * Unverified: the texts.
 */
export function interfaceFailure(records: Records, place: Place, own: ServiceInterface): string | undefined {
  const subnet = subnetOf(records, place, own);
  if (subnet === undefined) return undefined;
  const range = text(subnet.inputs, "ipCidrRange") ?? "";
  if (lengthOf(range) > smallestSubnet) {
    return `The subnet ${subnet.name} has the range ${range}. Direct VPC egress needs a /${smallestSubnet} or larger.`;
  }
  const problem = interfaceProblem(own, place, subnet, networkOf(subnet));
  return problem && `VPC access: ${problem}.`;
}
