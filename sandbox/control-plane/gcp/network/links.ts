import { reachedServers } from "../../../data-plane/gcp/cloud-run/ended-ways.ts";
import { isLedTo } from "../../../data-plane/gcp/network/way.ts";
import type { LinkUser, StoredLink } from "../../link.ts";
import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { userName } from "../../urn.ts";
import { deployedRunServices } from "../cloudrunv2/deployed-services.ts";
import { allOf, type NetworkRecord, networkRecords, referred } from "./record.ts";
import { networkOf, objectsOf, vpnAddress } from "./vpn-types.ts";

/** The HA VPN gateways with tunnels to devices on premises. */
export function gcpLinks(records: Records): readonly StoredLink[] {
  return allOf(records, "vpnGateways").flatMap((gateway) => {
    const tunnels = allOf(records, "vpnTunnels").filter((tunnel) => isOf(records, tunnel, gateway));
    return tunnels.length === 0 ? [] : [linkOf(records, gateway, tunnels)];
  });
}

function isOf(records: Records, tunnel: NetworkRecord, gateway: NetworkRecord): boolean {
  const { vpnGateway, peerExternalGateway } = tunnel.inputs;
  if (typeof vpnGateway !== "string" || peerExternalGateway === undefined) return false;
  return referred(records, "vpnGateways", vpnGateway, tunnel)?.id === gateway.id;
}

function linkOf(records: Records, gateway: NetworkRecord, tunnels: readonly NetworkRecord[]): StoredLink {
  const { name, region = "", urn } = gateway;
  const sessions = tunnels.flatMap((tunnel) => sessionsIn(records, tunnel));
  const ranges = sessions.map(({ inputs }) =>
    objectsOf(inputs.customLearnedIpRanges).flatMap((each) => text(each, "range") ?? []),
  );
  return {
    link: {
      name: urn === undefined ? name : userName(urn, "vpn-gateway"),
      vendor: "gcp",
      region,
      resource: name,
      network: networkOf(gateway).split("/").at(-1) ?? "",
      prefixes: [...new Set(ranges.flat())],
      isAnnounced: ranges.some((each) => each.length === 0),
      tunnels: tunnels.map((tunnel) => ({
        address: vpnAddress(gateway.id, Number(tunnel.inputs.vpnGatewayInterface ?? 0)),
        device: deviceOf(records, tunnel),
        isCut: tunnel.isCut === true,
      })),
      users: usersOf(records, new Set(sessions.map((session) => session.name))),
    },
    store(changes, isCut) {
      for (const [index, tunnel] of tunnels.entries()) {
        networkRecords.put(changes, "vpnTunnels", { ...tunnel, isCut: isCut[index] === true });
      }
    },
  };
}

/** The BGP session in a tunnel. */
function sessionsIn(records: Records, tunnel: NetworkRecord): readonly NetworkRecord[] {
  return allOf(records, "routerPeers").filter((peer) => {
    const at = referred(records, "routerInterfaces", text(peer.inputs, "interface") ?? "", peer);
    return (
      at !== undefined && referred(records, "vpnTunnels", text(at.inputs, "vpnTunnel") ?? "", at)?.id === tunnel.id
    );
  });
}

function deviceOf(records: Records, tunnel: NetworkRecord): string {
  const device = referred(records, "externalVpnGateways", text(tunnel.inputs, "peerExternalGateway") ?? "", tunnel);
  const end = tunnel.inputs.peerExternalGatewayInterface ?? 0;
  const found = objectsOf(device?.inputs.interfaces).find(({ id = 0 }) => id === end);
  return (found && text(found, "ipAddress")) ?? "";
}

function usersOf(records: Records, peers: ReadonlySet<string>): readonly LinkUser[] {
  return deployedRunServices(records).flatMap(({ name, artefacts }) => {
    if (artefacts.kind !== "gcp-cloud-run" || artefacts.reach === undefined) return [];
    const { reach, document } = artefacts;
    return reachedServers(document)
      .filter(({ host }) => isLedTo(reach, peers, host))
      .map(({ host, port }) => ({ gateway: name, address: `${host}:${port}` }));
  });
}
