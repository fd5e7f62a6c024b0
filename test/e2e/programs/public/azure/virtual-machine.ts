/** A virtual machine with a public address, which is read after the machine exists. */
import * as compute from "@pulumi/azure-native/compute/index.js";
import * as network from "@pulumi/azure-native/network/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";

const group = new ResourceGroup("virtual-machine");
const virtualNetwork = new network.VirtualNetwork("virtual-machine", {
  resourceGroupName: group.name,
  addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  subnets: [{ name: "shop", addressPrefix: "10.0.1.0/24" }],
});
const address = new network.PublicIPAddress("virtual-machine", {
  resourceGroupName: group.name,
  publicIPAllocationMethod: network.IPAllocationMethod.Dynamic,
  dnsSettings: { domainNameLabel: "shop-1" },
});
const rules = new network.NetworkSecurityGroup("virtual-machine", {
  resourceGroupName: group.name,
  securityRules: [
    {
      name: "shop",
      priority: 1000,
      direction: network.AccessRuleDirection.Inbound,
      access: "Allow",
      protocol: "Tcp",
      sourcePortRange: "*",
      sourceAddressPrefix: "*",
      destinationAddressPrefix: "*",
      destinationPortRanges: ["80", "22"],
    },
  ],
});
const card = new network.NetworkInterface("virtual-machine", {
  resourceGroupName: group.name,
  networkSecurityGroup: { id: rules.id },
  ipConfigurations: [
    {
      name: "shop",
      privateIPAllocationMethod: network.IPAllocationMethod.Dynamic,
      subnet: { id: virtualNetwork.subnets.apply((subnets) => subnets?.[0]?.id ?? "") },
      publicIPAddress: { id: address.id },
    },
  ],
});
const machine = new compute.VirtualMachine("virtual-machine", {
  resourceGroupName: group.name,
  networkProfile: { networkInterfaces: [{ id: card.id, primary: true }] },
  hardwareProfile: { vmSize: "Standard_A1_v2" },
  osProfile: {
    computerName: "shop",
    adminUsername: "shop",
    customData: "IyEvYmluL3NoCg==",
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: { publicKeys: [{ keyData: "ssh-rsa AAAA", path: "/home/shop/.ssh/authorized_keys" }] },
    },
  },
  storageProfile: {
    osDisk: { name: "shop", createOption: compute.DiskCreateOption.FromImage },
    imageReference: { publisher: "Debian", offer: "debian-11", sku: "11", version: "latest" },
  },
});
const found = machine.id.apply(() =>
  network.getPublicIPAddressOutput({ resourceGroupName: group.name, publicIpAddressName: address.name }),
);
export const ip = found.apply(({ ipAddress }) => ipAddress);
export const host = found.apply(({ dnsSettings }) => dnsSettings?.fqdn);
