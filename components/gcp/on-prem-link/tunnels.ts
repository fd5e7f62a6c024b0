import type { GcpVpn } from "./args.ts";

/** The number of the Cloud Router's autonomous system. */
export const defaultAsn = 64_512;

/** Where the ends of a tunnel are: at an interface of Google's gateway and at an interface of the device. */
export interface TunnelEnds {
  readonly index: number;
  readonly googleInterface: number;
  readonly deviceInterface: number;
}

/** The redundancy type of a device, by the number of its addresses. */
export const redundancyTypes: Readonly<Record<number, string>> = {
  1: "SINGLE_IP_INTERNALLY_REDUNDANT",
  2: "TWO_IPS_REDUNDANCY",
  4: "FOUR_IPS_REDUNDANCY",
};

/** Each of four addresses needs a tunnel of its own. */
export function tunnelCount({ length }: GcpVpn["deviceAddresses"]): number {
  return length === 4 ? 4 : 2;
}

/**
 * The tunnels to a device. Half of them begin at each of Google's two interfaces. With one address, both lead to it.
 *
 * @see https://cloud.google.com/network-connectivity/docs/vpn/concepts/topologies
 */
export function tunnelsTo(addresses: GcpVpn["deviceAddresses"]): readonly TunnelEnds[] {
  const count = tunnelCount(addresses);
  return Array.from({ length: count }, (_, index) => ({
    index,
    googleInterface: Math.floor((index * 2) / count),
    deviceInterface: index % addresses.length,
  }));
}

/** The networks of the BGP sessions. */
export function sessionsOf({ deviceAddresses, sessions }: GcpVpn): readonly string[] {
  if (sessions !== undefined) return sessions;
  const count = tunnelCount(Array.isArray(deviceAddresses) ? deviceAddresses : []);
  return Array.from({ length: count }, (_, index) => `169.254.10.${index * 4}/30`);
}
