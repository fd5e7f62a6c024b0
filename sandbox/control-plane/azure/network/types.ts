import { isIPv4 } from "node:net";
import { bitsOf, contains } from "../../../data-plane/private-network/prefix.ts";
import { digest } from "../../identifier.ts";
import { flag, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, lastSegment } from "../arm.ts";
import { allOf, type NetworkRecord, objects, parentOf, referenced, resourceAt } from "./record.ts";
import { type StoredType, storedResource } from "./stored-resource.ts";
import { prefixesOf } from "./subnet.ts";

const fail = (code: string, message: string): never => {
  throw new VendorError(`Code="${code}" Message="${message}" (400)`);
};

/** A reference to a resource that must exist. */
function required(records: Records, what: string, id: string | undefined): NetworkRecord {
  return resourceAt(records, id) ?? fail("InvalidResourceReference", `${what} ${id ?? "(none)"} was not found`);
}

function checkSubnet(records: Records, id: string, inputs: Properties): void {
  const virtualNetwork = required(records, "The virtual network", parentOf(id));
  const space = isObject(virtualNetwork.inputs.addressSpace) ? virtualNetwork.inputs.addressSpace : {};
  const whole = texts(space.addressPrefixes) ?? [];
  const own = prefixesOf(inputs);
  if (own.length === 0) fail("InvalidRequestFormat", "A subnet must have an address prefix");
  for (const prefix of own) {
    const [first = ""] = prefix.split("/");
    const isInside = whole.some((each) => contains(each, first) && (bitsOf(each) ?? 0) <= (bitsOf(prefix) ?? -1));
    if (!isInside) fail("NetcfgInvalidSubnet", `Subnet '${lastSegment(id)}' is not in the virtual network: ${prefix}`);
    const other = allOf(records, "Subnet", parentOf(id)).find(
      (each) =>
        each.id !== id &&
        prefixesOf(each.inputs).some((one) => contains(one, first) || contains(prefix, one.split("/")[0] ?? "")),
    );
    if (other !== undefined) {
      fail(
        "NetcfgSubnetRangesOverlap",
        `Subnet '${lastSegment(id)}' overlaps with the subnet '${lastSegment(other.id)}'`,
      );
    }
  }
  if (lastSegment(id).toLowerCase() === "gatewaysubnet" && inputs.networkSecurityGroup !== undefined) {
    fail("SubnetWithNetworkSecurityGroup", "The subnet GatewaySubnet must not have a network security group");
  }
  for (const name of ["networkSecurityGroup", "routeTable"]) {
    if (inputs[name] !== undefined) required(records, name, referenced(inputs[name]));
  }
}

/** The SKUs that cannot be created since January 2025: https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-consolidation */
const RETIRED = /^VpnGw[1-5]$/;

function checkGateway(records: Records, _id: string, inputs: Properties, before: NetworkRecord | undefined): void {
  const sku = isObject(inputs.sku) ? (text(inputs.sku, "name") ?? "") : "";
  if (before === undefined && RETIRED.test(sku))
    fail("GatewaySkuRetired", `The SKU ${sku} cannot be created; use ${sku}AZ`);
  const configurations = objects(inputs.ipConfigurations);
  for (const { subnet, publicIPAddress } of configurations) {
    const found = required(records, "The subnet", referenced(subnet));
    if (lastSegment(found.id) !== "GatewaySubnet") fail("VmssVpnGatewaySubnet", "A gateway must be in GatewaySubnet");
    required(records, "The public address", referenced(publicIPAddress));
  }
  const wanted = flag(inputs, "activeActive") === true ? 2 : 1;
  if (configurations.length < wanted)
    fail("InvalidGatewayIpConfigurations", `The gateway needs ${wanted} IP configurations`);
}

function checkConnection(records: Records, _id: string, inputs: Properties): void {
  required(records, "virtualNetworkGateway1", referenced(inputs.virtualNetworkGateway1));
  if (text(inputs, "connectionType") !== "IPsec") return;
  required(records, "localNetworkGateway2", referenced(inputs.localNetworkGateway2));
}

function verifySite(inputs: Properties): readonly CheckFailure[] {
  const address = text(inputs, "gatewayIpAddress");
  if (address === undefined || isIPv4(address)) return [];
  return [{ property: "gatewayIpAddress", reason: `must be an IPv4 address, is ${JSON.stringify(address)}` }];
}

/** An address that is reserved for documentation (RFC 5737). */
export function publicAddress(id: string): string {
  return `203.0.113.${1 + (Number.parseInt(digest(id, 4), 16) % 250)}`;
}

/** https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses: `LABEL.LOCATION.cloudapp.azure.com`. */
function dnsSettingsOf({ dnsSettings, location }: Properties): Properties {
  const label = isObject(dnsSettings) ? text(dnsSettings, "domainNameLabel") : undefined;
  if (!isObject(dnsSettings) || label === undefined) return {};
  const fqdn = `${label}.${typeof location === "string" ? location : "westeurope"}.cloudapp.azure.com`;
  return { dnsSettings: { fqdn, ...dnsSettings } };
}

function gatewayOutputs({ id, inputs }: NetworkRecord): Properties {
  const settings = isObject(inputs.bgpSettings) ? inputs.bgpSettings : {};
  const host = 4 + (Number.parseInt(digest(id, 4), 16) % 20);
  const addresses = objects(inputs.ipConfigurations).map((configuration, index) => ({
    customBgpIpAddresses: [],
    defaultBgpIpAddresses: [`10.255.255.${host + index}`],
    ipconfigurationId: `${id}/ipConfigurations/${text(configuration, "name") ?? "default"}`,
    tunnelIpAddresses: [publicAddress(referenced(configuration.publicIPAddress) ?? id)],
  }));
  return { bgpSettings: { asn: 65_515, peerWeight: 0, ...settings, bgpPeeringAddresses: addresses } };
}

const network = "Microsoft.Network";

/** The types of the modules `network` and `privatedns` on the way from a service to a server on premises. */
const TYPES: Readonly<Record<string, StoredType>> = {
  "network:VirtualNetwork": {
    path: `${network}/virtualNetworks/{virtualNetworkName}`,
    outputs: (_records, { id, inputs }) => ({
      subnets: objects(inputs.subnets).map((each) => ({ ...each, id: `${id}/subnets/${text(each, "name") ?? ""}` })),
    }),
  },
  "network:Subnet": {
    path: `${network}/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}`,
    nested: true,
    check: checkSubnet,
  },
  "network:VirtualNetworkPeering": {
    path: `${network}/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}`,
    nested: true,
    outputs: () => ({ peeringState: "Connected" }),
  },
  "network:NetworkSecurityGroup": { path: `${network}/networkSecurityGroups/{networkSecurityGroupName}` },
  "network:SecurityRule": {
    path: `${network}/networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}`,
    nested: true,
  },
  "network:RouteTable": { path: `${network}/routeTables/{routeTableName}` },
  "network:Route": { path: `${network}/routeTables/{routeTableName}/routes/{routeName}`, nested: true },
  "network:PublicIPAddress": {
    path: `${network}/publicIPAddresses/{publicIpAddressName}`,
    outputs: (_records, { id, inputs }) => ({ ipAddress: publicAddress(id), ...dnsSettingsOf(inputs) }),
  },
  "network:VirtualNetworkGateway": {
    path: `${network}/virtualNetworkGateways/{virtualNetworkGatewayName}`,
    replaces: ["gatewayType", "vpnType"],
    check: checkGateway,
    outputs: (_records, record) => gatewayOutputs(record),
  },
  "network:LocalNetworkGateway": {
    path: `${network}/localNetworkGateways/{localNetworkGatewayName}`,
    verify: verifySite,
  },
  "network:VirtualNetworkGatewayConnection": {
    path: `${network}/connections/{virtualNetworkGatewayConnectionName}`,
    replaces: ["connectionType"],
    check: checkConnection,
    // A key has an endpoint of its own; an update ignores it (terraform-provider-azurerm issue 11673).
    stored: (inputs, before) => (before.sharedKey === undefined ? inputs : { ...inputs, sharedKey: before.sharedKey }),
    outputs: () => ({ connectionStatus: "NotConnected" }),
  },
  "privatedns:PrivateZone": { path: `${network}/privateDnsZones/{privateZoneName}` },
  "privatedns:VirtualNetworkLink": {
    path: `${network}/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}`,
    nested: true,
  },
  "privatedns:PrivateRecordSet": {
    path: `${network}/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}`,
    nested: true,
  },
};

/** The models of the network types, by type. */
export const networkModels: Readonly<Record<string, ResourceModel<AzureSettings>>> = Object.fromEntries(
  Object.entries(TYPES).map(([type, stored]) => [
    `azure-native:${type}`,
    storedResource(type.slice(type.indexOf(":") + 1), stored),
  ]),
);
