/** A virtual machine with a public address, in a network of its own. */
import { compute } from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const network = new compute.Network("virtual-machine", { autoCreateSubnetworks: false });
const subnet = new compute.Subnetwork("virtual-machine", {
  ipCidrRange: "10.0.1.0/24",
  network: network.id,
  region: "us-central1",
});
const firewall = new compute.Firewall("virtual-machine", {
  network: network.selfLink,
  allows: [{ protocol: "tcp", ports: ["22", "80"] }],
  direction: "INGRESS",
  sourceRanges: ["0.0.0.0/0"],
  targetTags: ["shop"],
});
const machine = new compute.Instance(
  "virtual-machine",
  {
    machineType: "f1-micro",
    zone: "us-central1-a",
    bootDisk: { initializeParams: { image: "debian-12" } },
    networkInterfaces: [{ network: network.id, subnetwork: subnet.id, accessConfigs: [{}] }],
    serviceAccount: { scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
    allowStoppingForUpdate: true,
    metadataStartupScript: "#!/bin/sh\n",
    tags: ["shop"],
  },
  { dependsOn: firewall },
);
export const ip = machine.networkInterfaces.apply(([first]) => first?.accessConfigs?.[0]?.natIp);
export const url = pulumi.interpolate`http://${ip}`;
export const { name } = machine;
