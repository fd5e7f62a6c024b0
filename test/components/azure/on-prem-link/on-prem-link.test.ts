import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { azureLinks } from "../../../../components/azure/link/link.ts";
import { AzureOnPremLink } from "../../../../components/azure/on-prem-link/azure-on-prem-link.ts";
import { declared, problemsOf, resolved, setMocks } from "../../../support/components/azure/mocked-azure.ts";

const virtualNetworkId = "/subscriptions/0a1b/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/hub";
const gatewayId = "/subscriptions/0a1b/resourceGroups/network/providers/Microsoft.Network/virtualNetworkGateways/vpn";
const device = { publicIp: "203.0.113.9", prefixes: ["10.20.0.0/16"] };
const vpn = { gatewaySubnet: "10.10.0.0/27", device, sharedKey: "hush" };
const args = {
  resourceGroupName: "shops",
  location: "westeurope",
  virtualNetwork: { addressPrefix: "10.10.0.0/16" },
  vpn,
};
const existing = { virtualNetworkId };

const link = (given: object = {}) => new AzureOnPremLink("erp", { ...args, ...given } as never);
const places = (given: object) =>
  problemsOf(() => link(given)).map((problem) => problem.replace(/^bad-(?:on-prem-link|tag) /, ""));
const over = (given: object) => places({ vpn: { ...vpn, ...given } });
const at = (given: object) => over({ device: { ...device, ...given } });

async function inputsOf(given: object = {}) {
  const { made, resources } = await declared(() => link(given));
  const inputs = (part: string) => resources.find(({ name }) => name === `erp-${part}`)?.inputs ?? assert.fail(part);
  return { made, inputs, names: resources.map(({ type, name }) => `${type} ${name}`).toSorted() };
}

describe("AzureOnPremLink", () => {
  before(setMocks);

  it("declares the way to the site, with stable names and no subnet in the virtual network itself", async () => {
    const { names, inputs, made } = await inputsOf();
    assert.deepEqual(names, [
      "network:LocalNetworkGateway erp-site",
      "network:PublicIPAddress erp-gateway-ip",
      "network:Subnet erp-gateway-subnet",
      "network:VirtualNetwork erp-virtual-network",
      "network:VirtualNetworkGateway erp-gateway",
      "network:VirtualNetworkGatewayConnection erp-connection",
    ]);
    const place = { resourceGroupName: "shops", location: "westeurope" };
    // The SDK sets the last two.
    const network = { ...inputs("virtual-network"), enableDdosProtection: undefined, enableVmProtection: undefined };
    const own = { ...place, addressSpace: { addressPrefixes: ["10.10.0.0/16"] } };
    assert.deepEqual(network, { ...own, enableDdosProtection: undefined, enableVmProtection: undefined });
    const { subnetName, addressPrefix, networkSecurityGroup } = inputs("gateway-subnet");
    assert.deepEqual([subnetName, addressPrefix, networkSecurityGroup], ["GatewaySubnet", "10.10.0.0/27", undefined]);
    const address = { sku: { name: "Standard" }, publicIPAllocationMethod: "Static" };
    assert.deepEqual(inputs("gateway-ip"), { ...place, ...address });
    assert.deepEqual(inputs("gateway"), {
      ...place,
      gatewayType: "Vpn",
      vpnType: "RouteBased",
      sku: { name: "VpnGw1AZ", tier: "VpnGw1AZ" },
      activeActive: false,
      enableBgp: false,
      ipConfigurations: [
        {
          name: "default",
          subnet: { id: "/id/erp-gateway-subnet" },
          publicIPAddress: { id: "/id/erp-gateway-ip" },
          privateIPAllocationMethod: "Dynamic",
        },
      ],
    });
    const space = { addressPrefixes: ["10.20.0.0/16"] };
    assert.deepEqual(inputs("site"), { ...place, gatewayIpAddress: "203.0.113.9", localNetworkAddressSpace: space });
    assert.deepEqual(await resolved(made.gatewayAddresses), ["198.51.100.1"]);
    assert.equal(await resolved(made.virtualNetworkId), "/id/erp-virtual-network");
  });

  it("keeps the shared key a secret, also in what the device needs", async () => {
    const { inputs, made } = await inputsOf();
    const { sharedKey, ...connection } = inputs("connection");
    assert.deepEqual(connection, {
      resourceGroupName: "shops",
      location: "westeurope",
      connectionType: "IPsec",
      connectionProtocol: "IKEv2",
      connectionMode: "Default",
      virtualNetworkGateway1: { id: "/id/erp-gateway" },
      localNetworkGateway2: { id: "/id/erp-site" },
      enableBgp: false,
    });
    assert.deepEqual(sharedKey, {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "hush",
    });
    assert.equal(await pulumi.isSecret(made.deviceConfiguration), true);
    assert.equal(await pulumi.isSecret(made.link), false);
    assert.deepEqual(await resolved(made.deviceConfiguration), {
      gatewayAddresses: ["198.51.100.1"],
      sharedKey: "hush",
      ikeVersion: "IKEv2",
      azurePrefixes: ["10.10.0.0/16"],
    });
  });

  it("speaks BGP with a device that has an autonomous system, over two tunnels if wanted", async () => {
    const bgp = { publicIp: "203.0.113.9", asn: 65_010, bgpPeeringAddress: "10.20.0.1" };
    const { names, inputs, made } = await inputsOf({ vpn: { ...vpn, device: bgp, activeActive: true, asn: 65_020 } });
    assert.ok(names.includes("network:PublicIPAddress erp-gateway-ip-2"));
    assert.equal((inputs("gateway").ipConfigurations as readonly unknown[]).length, 2);
    assert.deepEqual([inputs("gateway").enableBgp, inputs("gateway").bgpSettings], [true, { asn: 65_020 }]);
    assert.deepEqual(inputs("site").bgpSettings, { asn: 65_010, bgpPeeringAddress: "10.20.0.1" });
    assert.equal(inputs("connection").enableBgp, true);
    const { asn, bgpPeeringAddresses } = (await resolved(made.deviceConfiguration)) ?? assert.fail();
    assert.deepEqual([asn, bgpPeeringAddresses], [65_020, ["10.10.0.30"]]);
  });

  it("uses an existing virtual network and gateway, and returns a link that an API accepts", async () => {
    const { gatewaySubnet: _, ...rest } = vpn;
    const over = { ...rest, virtualNetworkGatewayId: gatewayId };
    const { names, inputs, made } = await inputsOf({ virtualNetwork: existing, vpn: over });
    assert.deepEqual(names, [
      "network:LocalNetworkGateway erp-site",
      "network:VirtualNetworkGatewayConnection erp-connection",
    ]);
    assert.deepEqual(inputs("connection").virtualNetworkGateway1, { id: gatewayId });
    const found = await resolved(made.link);
    assert.deepEqual(found, { kind: "azure-virtual-network", virtualNetworkId, location: "westeurope" });
    assert.deepEqual(azureLinks({}).check({ ...found }, "link"), []);
    assert.deepEqual((await inputsOf({ virtualNetwork: existing, vpn: undefined })).names, []);
  });

  it("makes each name a private zone of its own, so that no other name is hidden", async () => {
    const { names, inputs } = await inputsOf({ vpn: undefined, names: { "erp.example.com": "10.20.0.5" } });
    assert.deepEqual(names, [
      "network:VirtualNetwork erp-virtual-network",
      "privatedns:PrivateRecordSet erp-record-erp.example.com",
      "privatedns:PrivateZone erp-zone-erp.example.com",
      "privatedns:VirtualNetworkLink erp-zone-link-erp.example.com",
    ]);
    const { relativeRecordSetName, recordType, aRecords } = inputs("record-erp.example.com");
    assert.deepEqual([relativeRecordSetName, recordType, aRecords], ["@", "A", [{ ipv4Address: "10.20.0.5" }]]);
    const { registrationEnabled, virtualNetwork } = inputs("zone-link-erp.example.com");
    assert.deepEqual([registrationEnabled, virtualNetwork], [false, { id: "/id/erp-virtual-network" }]);
  });
});

describe("AzureOnPremLink rejects", () => {
  before(setMocks);

  it("all errors in one report, before any resource is registered", () => {
    const wrong = {
      resourceGroupName: "",
      location: 7,
      virtualNetwork: {},
      vpn: { device: {}, sharedKey: "a-b" },
      names: { erp: "10.20.0.5" },
      tags: { "a/b": "c" },
    };
    assert.deepEqual(places(wrong), [
      "resourceGroupName",
      "location",
      "virtualNetwork",
      "vpn.device",
      "vpn.device.prefixes",
      "vpn",
      "vpn.sharedKey",
      'names["erp"]',
      'tags["a/b"]',
    ]);
    assert.deepEqual(places({ virtualNetwork: undefined }), ["virtualNetwork"]);
  });

  it("addresses that overlap on both sides, and a gateway's subnet outside of the network or too small", () => {
    assert.deepEqual(at({ prefixes: ["10.20.0.0/16", "10.10.128.0/17"] }), ["vpn.device.prefixes[1]"]);
    assert.deepEqual(over({ gatewaySubnet: "10.11.0.0/27" }), ["vpn.gatewaySubnet"]);
    for (const gatewaySubnet of ["10.10.0.0/28", "10.10.0.1/27", 7]) {
      assert.deepEqual(over({ gatewaySubnet }), ["vpn.gatewaySubnet"], String(gatewaySubnet));
    }
  });

  it("a route for all addresses, and networks that are no networks or listed twice", () => {
    for (const prefix of ["0.0.0.0/0", "10.20.0.1/16", "10.20.0.0", "fd00::/8", 7]) {
      assert.deepEqual(at({ prefixes: ["10.20.0.0/16", prefix] }), ["vpn.device.prefixes[1]"], String(prefix));
    }
    assert.deepEqual(at({ prefixes: ["10.20.0.0/16", "10.20.0.0/16"] }), ["vpn.device.prefixes[1]"]);
    for (const prefixes of [[], undefined, "10.20.0.0/16"]) assert.deepEqual(at({ prefixes }), ["vpn.device.prefixes"]);
  });

  it("a device without a public address or with two", () => {
    for (const publicIp of ["10.0.0.1", "erp", 7]) assert.deepEqual(at({ publicIp }), ["vpn.device.publicIp"]);
    assert.deepEqual(at({ fqdn: "edge.example.com" }), ["vpn.device"]);
    assert.deepEqual(at({ publicIp: undefined, fqdn: "edge.example.com" }), []);
    assert.deepEqual(at({ publicIp: pulumi.output("203.0.113.9") }), []);
  });

  it("a gateway's SKU that Azure no longer creates or that has no BGP", () => {
    for (const sku of ["VpnGw1", "Basic", 7]) assert.deepEqual(over({ sku }), ["vpn.sku"]);
    for (const sku of ["VpnGw1AZ", "VpnGw5AZ"]) assert.deepEqual(over({ sku }), []);
  });

  it("BGP without both numbers and the peer's address, or with one number on both sides", () => {
    const bgp = { asn: 65_010, bgpPeeringAddress: "10.20.0.1" };
    assert.deepEqual(at({ ...bgp, prefixes: undefined }), []);
    assert.deepEqual(at({ asn: 65_010 }), ["vpn.device.bgpPeeringAddress"]);
    assert.deepEqual(at({ bgpPeeringAddress: "10.20.0.1" }), ["vpn.device.asn"]);
    assert.deepEqual(at({ ...bgp, asn: 65_515 }), ["vpn.device.asn"]);
    assert.deepEqual(over({ asn: 65_020 }), ["vpn.device.asn"]);
    assert.deepEqual(at({ ...bgp, asn: 0 }), ["vpn.device.asn"]);
  });

  it("an invalid shared key, without showing it", () => {
    for (const sharedKey of ["", "a b", "a-b", "a~b", "ä", "x".repeat(129), undefined, 7]) {
      assert.deepEqual(over({ sharedKey }), ["vpn.sharedKey"], String(sharedKey));
    }
    assert.deepEqual(over({ sharedKey: pulumi.secret("x") }), []);
    assert.throws(
      () => link({ vpn: { ...vpn, sharedKey: "top-secret" } }),
      (error) => !String(error).includes("top-secret"),
    );
  });

  it("an existing gateway or network beside arguments for new ones, and an incomplete policy", () => {
    const { gatewaySubnet: _, ...rest } = vpn;
    const gateway = { ...rest, virtualNetworkGatewayId: gatewayId };
    assert.deepEqual(places({ vpn: { ...gateway, sku: "VpnGw1AZ", activeActive: true } }), [
      "vpn.sku",
      "vpn.activeActive",
    ]);
    assert.deepEqual(places({ vpn: { ...gateway, virtualNetworkGatewayId: "vpn" } }), ["vpn.virtualNetworkGatewayId"]);
    assert.deepEqual(over({ virtualNetworkGatewayId: gatewayId }), ["vpn"]);
    assert.deepEqual(places({ virtualNetwork: { ...existing, addressPrefix: "10.10.0.0/16" } }), ["virtualNetwork"]);
    const dnsServers = ["10.20.0.2"];
    assert.deepEqual(places({ virtualNetwork: { ...existing, dnsServers } }), ["virtualNetwork.dnsServers"]);
    const network = { addressPrefix: "10.10.0.0/16", dnsServers };
    assert.deepEqual(places({ virtualNetwork: network }), []);
    assert.deepEqual(places({ virtualNetwork: network, names: { "erp.example.com": "10.20.0.5" } }), ["names"]);
    assert.deepEqual(places({ virtualNetwork: { ...network, dnsServers: ["dns"] } }), ["virtualNetwork.dnsServers"]);
    assert.deepEqual(places({ names: { "erp.example.com": "erp" } }), ['names["erp.example.com"]']);
    assert.equal(over({ ipsecPolicy: { dhGroup: "DHGroup14" } }).length, 7);
  });
});
