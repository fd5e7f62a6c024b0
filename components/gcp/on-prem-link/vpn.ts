import { ExternalVpnGateway } from "@pulumi/gcp/compute/externalVpnGateway.js";
import { HaVpnGateway } from "@pulumi/gcp/compute/haVpnGateway.js";
import { Router } from "@pulumi/gcp/compute/router.js";
import { RouterInterface } from "@pulumi/gcp/compute/routerInterface.js";
import { RouterPeer } from "@pulumi/gcp/compute/routerPeer.js";
import { VPNTunnel } from "@pulumi/gcp/compute/vpntunnel.js";
import * as pulumi from "@pulumi/pulumi";
import { addressIn, ipv4Range } from "../../gateway/ipv4-range.ts";
import type { GcpDeviceTunnel, GcpVpn } from "./args.ts";
import type { OnPremParts } from "./parts.ts";
import { defaultAsn, redundancyTypes, sessionsOf, type TunnelEnds, tunnelsTo } from "./tunnels.ts";

/** The range that Cloud DNS sends queries to private servers from: https://cloud.google.com/dns/docs/zones/zones-overview */
export const dnsSource = "35.199.192.0/19";

const ikeVersion = 2;

/** What Google's side tells the device. */
export interface Vpn {
  readonly ikeVersion: number;
  readonly googleAsn: number;
  readonly tunnels: pulumi.Output<GcpDeviceTunnel[]>;
}

/** The parts that all tunnels share. */
interface Ends {
  readonly gateway: HaVpnGateway;
  readonly device: ExternalVpnGateway;
  readonly router: Router;
}

/**
 * Declares an HA VPN to a device on premises, with a BGP session in each tunnel.
 *
 * @see https://cloud.google.com/network-connectivity/docs/vpn/how-to/creating-ha-vpn
 */
export function vpnTo(parts: OnPremParts, vpn: GcpVpn): Vpn {
  const ends = { gateway: vpnGateway(parts), device: device(parts, vpn), router: router(parts, vpn) };
  let before: RouterPeer | undefined;
  for (const each of tunnelsTo(vpn.deviceAddresses)) before = tunnel(parts, vpn, ends, each, before);
  return { ikeVersion, googleAsn: vpn.asn ?? defaultAsn, tunnels: deviceTunnels(vpn, ends.gateway) };
}

function vpnGateway(parts: OnPremParts): HaVpnGateway {
  const { network } = parts.args;
  return parts.declare(parts.transform.vpnGateway, HaVpnGateway, "vpn-gateway", { ...parts.place, network });
}

function device(parts: OnPremParts, { deviceAddresses }: GcpVpn): ExternalVpnGateway {
  return parts.declare(parts.transform.device, ExternalVpnGateway, "device", {
    ...parts.project,
    redundancyType: redundancyTypes[deviceAddresses.length],
    interfaces: deviceAddresses.map((ipAddress, id) => ({ id, ipAddress })),
  });
}

function router(parts: OnPremParts, vpn: GcpVpn): Router {
  const { network } = parts.args;
  const ranges = [...(vpn.advertise ?? []), ...(parts.args.dns === undefined ? [] : [dnsSource])];
  const custom = {
    advertiseMode: "CUSTOM",
    advertisedGroups: ["ALL_SUBNETS"],
    advertisedIpRanges: ranges.map((range) => ({ range })),
  };
  return parts.declare(parts.transform.router, Router, "router", {
    ...parts.place,
    network,
    bgp: { asn: vpn.asn ?? defaultAsn, ...(ranges.length === 0 ? {} : custom) },
  });
}

/**
 * Declares one tunnel. A tunnel, its interface and its session use an address and an end that nothing else may have, so the old ones are
 * deleted first. Tunnels follow each other, so that an update never deletes a tunnel before the session of the previous one exists.
 */
function tunnel(
  parts: OnPremParts,
  vpn: GcpVpn,
  { gateway, device, router }: Ends,
  { index, googleInterface, deviceInterface }: TunnelEnds,
  before: RouterPeer | undefined,
): RouterPeer {
  const { transform, place, args } = parts;
  const { google, device: peerIpAddress } = sessionAddresses(vpn, index);
  const first = { deleteBeforeReplace: true };
  const created = parts.declare(
    transform.tunnel,
    VPNTunnel,
    `tunnel-${index}`,
    {
      ...place,
      vpnGateway: gateway.id,
      vpnGatewayInterface: googleInterface,
      peerExternalGateway: device.id,
      peerExternalGatewayInterface: deviceInterface,
      sharedSecret: pulumi.secret(vpn.sharedSecrets[index] ?? ""),
      ikeVersion,
      router: router.id,
    },
    { ...first, ...(before === undefined ? {} : { dependsOn: before }) },
  );
  const ipRange = `${google}/30`;
  const at = parts.declare(
    transform.routerInterface,
    RouterInterface,
    `interface-${index}`,
    { ...place, router: router.name, ipRange, vpnTunnel: created.name },
    first,
  );
  const ranges = (args.ranges ?? []).map((range) => ({ range }));
  return parts.declare(
    transform.peer,
    RouterPeer,
    `peer-${index}`,
    {
      ...place,
      router: router.name,
      interface: at.name,
      peerIpAddress,
      peerAsn: vpn.deviceAsn,
      ...(vpn.routes === "fixed" ? { customLearnedIpRanges: ranges } : {}),
    },
    first,
  );
}

/** The addresses of a BGP session. The first of the four is the network's own. */
function sessionAddresses(vpn: GcpVpn, index: number): { readonly google: string; readonly device: string } {
  const range = ipv4Range(sessionsOf(vpn)[index]);
  if (range === undefined) throw new RangeError("The sessions have not been checked.");
  return { google: addressIn(range, 1), device: addressIn(range, 2) };
}

function deviceTunnels(vpn: GcpVpn, { vpnInterfaces }: HaVpnGateway): pulumi.Output<GcpDeviceTunnel[]> {
  return pulumi.all([vpnInterfaces, pulumi.all([...vpn.deviceAddresses])]).apply(([interfaces, addresses]) =>
    tunnelsTo(vpn.deviceAddresses).map(({ index, googleInterface, deviceInterface }) => {
      const { google, device } = sessionAddresses(vpn, index);
      return {
        googleAddress: interfaces.find(({ id }) => id === googleInterface)?.ipAddress ?? "",
        deviceAddress: addresses[deviceInterface] ?? "",
        session: sessionsOf(vpn)[index] ?? "",
        googleSessionAddress: google,
        deviceSessionAddress: device,
      };
    }),
  );
}
