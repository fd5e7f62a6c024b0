/** A container with a public name, whose image is in a registry of its own. */
import * as containerinstance from "@pulumi/azure-native/containerinstance/index.js";
import * as containerregistry from "@pulumi/azure-native/containerregistry/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("container");
const registry = new containerregistry.Registry("container", {
  resourceGroupName: group.name,
  adminUserEnabled: true,
  sku: { name: containerregistry.SkuName.Basic },
});
const credentials = containerregistry.listRegistryCredentialsOutput({
  resourceGroupName: group.name,
  registryName: registry.name,
});
const service = new containerinstance.ContainerGroup("container", {
  resourceGroupName: group.name,
  osType: "linux",
  restartPolicy: "always",
  imageRegistryCredentials: [
    {
      server: registry.loginServer,
      username: credentials.apply(({ username }) => username ?? ""),
      password: credentials.apply(({ passwords }) => passwords?.[0]?.value ?? ""),
    },
  ],
  containers: [
    {
      name: "shop",
      image: pulumi.interpolate`${registry.loginServer}/shop`,
      ports: [{ port: 80, protocol: "tcp" }],
      environmentVariables: [{ name: "PORT", value: "80" }],
      resources: { requests: { cpu: 1, memoryInGB: 2 } },
    },
  ],
  ipAddress: {
    type: containerinstance.ContainerGroupIpAddressType.Public,
    dnsNameLabel: "shop-1",
    ports: [{ port: 80, protocol: "tcp" }],
  },
});
export const host = service.ipAddress.apply((address) => address?.fqdn);
export const ip = service.ipAddress.apply((address) => address?.ip);
