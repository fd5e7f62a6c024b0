import { callback, listOf, objectOf, transforms, value } from "../../gateway/shape.ts";
import type { GcpOnPremLinkArgs, GcpOnPremLinkTransforms, GcpSiteDns, GcpSiteEgress, GcpVpn } from "./args.ts";

/** The shape of {@link GcpOnPremLinkArgs}. */
export const onPremLinkShape = objectOf<GcpOnPremLinkArgs>({
  network: value,
  subnetRange: value,
  subnetwork: value,
  ranges: listOf(value),
  vpn: objectOf<GcpVpn>(
    {
      deviceAddresses: listOf(value),
      deviceAsn: value,
      sharedSecrets: listOf(value),
      asn: value,
      sessions: listOf(value),
      advertise: listOf(value),
      routes: value,
    },
    { explained: ["bfd"] },
  ),
  egress: objectOf<GcpSiteEgress>({ ports: listOf(value), priority: value }),
  dns: objectOf<GcpSiteDns>({ domain: value, servers: listOf(value) }),
  certificateAuthority: value,
  serverName: value,
  region: value,
  project: value,
  transform: transforms<GcpOnPremLinkTransforms>({
    subnetwork: callback,
    vpnGateway: callback,
    device: callback,
    router: callback,
    tunnel: callback,
    routerInterface: callback,
    peer: callback,
    egress: callback,
    zone: callback,
  }),
});
