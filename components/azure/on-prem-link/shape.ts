import { callback, listOf, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import type {
  AzureIpsecPolicy,
  AzureNetwork,
  AzureOnPremDevice,
  AzureOnPremLinkArgs,
  AzureOnPremLinkTransforms,
  AzureVpn,
} from "./args.ts";

/** The class has a remedy of its own for a value of another type. */
const checked = { checked: true } as const;

/** The shape of {@link AzureOnPremLinkArgs}. */
export const azureOnPremLinkShape = objectOf<AzureOnPremLinkArgs>({
  resourceGroupName: value,
  location: value,
  virtualNetwork: objectOf<AzureNetwork>({
    addressPrefix: value,
    virtualNetworkId: value,
    dnsServers: listOf(value, checked),
  }),
  vpn: objectOf<AzureVpn>({
    device: objectOf<AzureOnPremDevice>({
      publicIp: value,
      fqdn: value,
      prefixes: listOf(value, checked),
      asn: value,
      bgpPeeringAddress: value,
    }),
    sharedKey: value,
    gatewaySubnet: value,
    virtualNetworkGatewayId: value,
    sku: value,
    activeActive: value,
    asn: value,
    ipsecPolicy: objectOf<AzureIpsecPolicy>({
      dhGroup: value,
      ikeEncryption: value,
      ikeIntegrity: value,
      ipsecEncryption: value,
      ipsecIntegrity: value,
      pfsGroup: value,
      saDataSizeKilobytes: value,
      saLifeTimeSeconds: value,
    }),
  }),
  names: namedBy(value, checked),
  tags: namedBy(value, checked),
  transform: transforms<AzureOnPremLinkTransforms>({
    virtualNetwork: callback,
    gatewaySubnet: callback,
    publicAddress: callback,
    gateway: callback,
    site: callback,
    connection: callback,
    zone: callback,
    zoneLink: callback,
    record: callback,
  }),
});
