/** A network with its subnets inside and a network with subnets of their own, each with an interface. */
import * as network from "@pulumi/azure-native/network/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import type * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("subnets");
const resourceGroupName = group.name;
const inside = new network.VirtualNetwork("subnets-inside", {
  resourceGroupName,
  addressSpace: { addressPrefixes: ["10.4.0.0/16"] },
  tags: { step: "1" },
  subnets: [
    { name: "first", addressPrefix: "10.4.1.0/24" },
    { name: "second", addressPrefix: "10.4.2.0/24" },
  ],
});
const outside = new network.VirtualNetwork("subnets-outside", {
  resourceGroupName,
  addressSpace: { addressPrefixes: ["10.5.0.0/16"] },
});
const virtualNetworkName = outside.name;
const first = new network.Subnet("subnets-first", {
  resourceGroupName,
  virtualNetworkName,
  addressPrefix: "10.5.1.0/24",
});
new network.Subnet(
  "subnets-second",
  { resourceGroupName, virtualNetworkName, addressPrefix: "10.5.2.0/24" },
  { dependsOn: first },
);
function connect(name: string, id: pulumi.Input<string>): void {
  new network.NetworkInterface(name, {
    resourceGroupName,
    ipConfigurations: [{ name: "shop", subnet: { id }, privateIPAllocationMethod: network.IPAllocationMethod.Dynamic }],
  });
}
const insideId = inside.subnets.apply((subnets) => subnets?.[0]?.id ?? "");
connect("subnets-inside", insideId);
connect("subnets-outside", first.id);
export const ids = [insideId, first.id];
