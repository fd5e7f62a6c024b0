import assert from "node:assert/strict";
import { azureLinks } from "../../../../sandbox/control-plane/azure/network/links.ts";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { ApimArtefacts } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const resourceGroupName = "group";
const group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group";
const virtualNetworkName = "hub";

describe("the private networks of the sandbox's Azure", () => {
  let cloud: TestCloud;
  let azure: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    azure = await cloud.provider("azure-native");
    await azure.create("azure-native:resources:ResourceGroup", "group", { resourceGroupName, location: "westeurope" });
  });
  afterEach(() => cloud.close());

  const create = (type: string, name: string, inputs: Properties): Promise<Deployed> =>
    azure.create(`azure-native:${type}`, name, { resourceGroupName, ...inputs });
  const network = (name = virtualNetworkName, prefix = "10.10.0.0/16") =>
    create("network:VirtualNetwork", name, {
      virtualNetworkName: name,
      location: "westeurope",
      addressSpace: { addressPrefixes: [prefix] },
    });
  const subnet = (subnetName: string, addressPrefix: string, inputs: Properties = {}) =>
    create("network:Subnet", subnetName, { virtualNetworkName, subnetName, addressPrefix, ...inputs });
  const rules = () =>
    create("network:NetworkSecurityGroup", "rules", { networkSecurityGroupName: "rules", location: "westeurope" });
  const address = () => create("network:PublicIPAddress", "vpn-ip", { publicIpAddressName: "vpn-ip" });
  const gateway = (at: Deployed, ip: Deployed, inputs: Properties = {}) =>
    create("network:VirtualNetworkGateway", "vpn", {
      virtualNetworkGatewayName: "vpn",
      gatewayType: "Vpn",
      sku: { name: "VpnGw1AZ", tier: "VpnGw1AZ" },
      ipConfigurations: [{ name: "default", subnet: { id: at.id }, publicIPAddress: { id: ip.id } }],
      ...inputs,
    });
  const site = (prefixes: readonly string[] = ["10.20.0.0/16"]) =>
    create("network:LocalNetworkGateway", "site", {
      localNetworkGatewayName: "site",
      gatewayIpAddress: "198.51.100.9",
      localNetworkAddressSpace: { addressPrefixes: prefixes },
    });
  const connection = (from: Deployed, to: Deployed, inputs: Properties = {}) =>
    create("network:VirtualNetworkGatewayConnection", "tunnel", {
      virtualNetworkGatewayConnectionName: "tunnel",
      connectionType: "IPsec",
      virtualNetworkGateway1: { id: from.id },
      localNetworkGateway2: { id: to.id },
      sharedKey: "first",
      ...inputs,
    });
  const service = (subnetResourceId: string, inputs: Properties = {}) =>
    create("apimanagement:ApiManagementService", "gateway", {
      serviceName: "gateway-1",
      publisherEmail: "team@example.com",
      publisherName: "Team",
      sku: { name: "Developer", capacity: 1 },
      virtualNetworkType: "External",
      virtualNetworkConfiguration: { subnetResourceId },
      ...inputs,
    });
  const artefacts = (): ApimArtefacts => {
    const [served] = cloud.gateways.served;
    assert.ok(served?.artefacts.kind === "azure-api-management");
    return served.artefacts;
  };
  const served = () => artefacts().network;

  async function way() {
    const hub = await network();
    const group = await rules();
    const own = await subnet("gateway", "10.10.1.0/24", { networkSecurityGroup: { id: group.id } });
    const end = await subnet("GatewaySubnet", "10.10.0.0/27");
    const ip = await address();
    const vpn = await gateway(end, ip);
    const erp = await site();
    const tunnel = await connection(vpn, erp);
    return { hub, group, own, end, ip, vpn, erp, tunnel };
  }

  it("have ids, names and outputs in the format of the vendor", async () => {
    const { own, vpn, tunnel, ip } = await way();
    assert.equal(own.id, `${group}/providers/Microsoft.Network/virtualNetworks/hub/subnets/gateway`);
    assert.equal(vpn.id, `${group}/providers/Microsoft.Network/virtualNetworkGateways/vpn`);
    assert.equal(tunnel.id, `${group}/providers/Microsoft.Network/connections/tunnel`);
    assert.match(String(ip.outputs.ipAddress), /^203\.0\.113\.\d+$/);
    const [peer] = (vpn.outputs.bgpSettings as { bgpPeeringAddresses: { tunnelIpAddresses: string[] }[] })
      .bgpPeeringAddresses;
    assert.deepEqual(peer?.tunnelIpAddresses, [ip.outputs.ipAddress]);
    for (const deployed of [own, vpn, tunnel, ip])
      assert.deepEqual((await azure.read(deployed))?.outputs, deployed.outputs);
  });

  it("are links whose tunnels can be cut: one of an active-passive gateway, two of an active-active one", async () => {
    const { own, ip, tunnel, end, vpn } = await way();
    await service(own.id);
    const links = () => azureLinks(cloud.store);
    const store = (isCut: readonly boolean[]) =>
      cloud.cloud.change(
        (records) => links()[0]?.store(records, isCut),
        () => false,
      );
    const device = "198.51.100.9";
    const { name, resource, network: at, prefixes, tunnels } = links()[0]?.link ?? assert.fail("no link");
    assert.deepEqual([name, resource, at, prefixes], ["tunnel", "tunnel", "hub", ["10.20.0.0/16"]]);
    assert.deepEqual(tunnels, [{ address: ip.outputs.ipAddress, device, isCut: false }]);
    await store([true]);
    assert.equal(served()?.sites[0]?.problem, "its tunnel is cut");
    await azure.update(tunnel, { ...tunnel.inputs, dpdTimeoutSeconds: 30 });
    assert.equal(served()?.sites[0]?.problem, "its tunnel is cut");

    const second = await create("network:PublicIPAddress", "second", { publicIpAddressName: "second" });
    const configurations = [ip, second].map((each, index) => ({
      name: `${index}`,
      subnet: { id: end.id },
      publicIPAddress: { id: each.id },
    }));
    await azure.update(vpn, { ...vpn.inputs, activeActive: true, ipConfigurations: configurations });
    assert.deepEqual(
      links()[0]?.link.tunnels.map(({ address: from, isCut }) => [from, isCut]),
      [
        [ip.outputs.ipAddress, true],
        [second.outputs.ipAddress, false],
      ],
    );
    assert.equal(served()?.sites[0]?.problem, undefined);
    await store([true, true]);
    assert.equal(served()?.sites[0]?.problem, "both tunnels are cut");
  });

  it("are passed to the gateway as the way that packets take", async () => {
    const { own, hub, tunnel } = await way();
    await create("privatedns:PrivateZone", "zone", { privateZoneName: "erp.example.com", location: "Global" });
    await create("privatedns:VirtualNetworkLink", "link", {
      privateZoneName: "erp.example.com",
      virtualNetworkLinkName: "hub",
      virtualNetwork: { id: hub.id },
    });
    await create("privatedns:PrivateRecordSet", "record", {
      privateZoneName: "erp.example.com",
      recordType: "A",
      relativeRecordSetName: "@",
      aRecords: [{ ipv4Address: "10.20.0.5" }],
    });
    await service(own.id);
    const expected = {
      prefixes: ["10.10.0.0/16"],
      subnetPrefixes: ["10.10.1.0/24"],
      dnsServers: [],
      zones: [{ name: "erp.example.com", records: { "@": ["10.20.0.5"] } }],
      routes: [],
      sites: [{ connection: "tunnel", gateway: "vpn", prefixes: ["10.20.0.0/16"], bgp: false }],
      outbound: [],
    };
    assert.deepEqual(served(), expected);
    await azure.delete(tunnel);
    assert.deepEqual(served(), { ...expected, sites: [] });
  });

  it("lend their gateway to a peered network only if both peerings allow that", async () => {
    const { hub, group } = await way();
    const spoke = await network("spoke", "10.30.0.0/16");
    const own = await create("network:Subnet", "own", {
      virtualNetworkName: "spoke",
      subnetName: "own",
      addressPrefix: "10.30.1.0/24",
      networkSecurityGroup: { id: group.id },
    });
    await service(own.id);
    const peering = (name: string, remote: Deployed, flag: string) =>
      create("network:VirtualNetworkPeering", name, {
        virtualNetworkName: name,
        virtualNetworkPeeringName: name,
        remoteVirtualNetwork: { id: remote.id },
        [flag]: true,
      });
    await peering("spoke", hub, "useRemoteGateways");
    assert.deepEqual(served()?.sites, []);
    await peering("hub", spoke, "allowGatewayTransit");
    assert.deepEqual(
      served()?.sites.map(({ connection: name }) => name),
      ["tunnel"],
    );
    assert.deepEqual(served()?.prefixes, ["10.30.0.0/16", "10.10.0.0/16"]);
  });

  it("have no way over a subnet whose route table does not propagate the routes of gateways", async () => {
    const { own } = await way();
    const table = await create("network:RouteTable", "table", {
      routeTableName: "table",
      disableBgpRoutePropagation: true,
      routes: [{ addressPrefix: "10.40.0.0/16", nextHopType: "None" }],
    });
    await service(own.id);
    await azure.update(own, { ...own.inputs, routeTable: { id: table.id } });
    assert.match(served()?.sites[0]?.problem ?? "", /does not propagate/);
    assert.deepEqual(served()?.routes, [{ prefix: "10.40.0.0/16", nextHop: "None" }]);
  });

  it("keep the shared key of a connection in an update, as Azure does", async () => {
    const { tunnel } = await way();
    const updated = await azure.update(tunnel, { ...tunnel.inputs, sharedKey: "second" });
    assert.equal(updated.outputs.sharedKey, "first");
  });

  it("refuse what Azure refuses", async () => {
    const { own, end, ip, erp, vpn, hub, group } = await way();
    await assert.rejects(subnet("out", "10.11.0.0/24"), /NetcfgInvalidSubnet/);
    await assert.rejects(subnet("over", "10.10.1.128/25"), /NetcfgSubnetRangesOverlap/);
    await assert.rejects(gateway(end, ip, { virtualNetworkGatewayName: "b", sku: { name: "VpnGw1" } }), /VpnGw1AZ/);
    await assert.rejects(gateway(own, ip, { virtualNetworkGatewayName: "b" }), /GatewaySubnet/);
    await assert.rejects(
      gateway(end, ip, { virtualNetworkGatewayName: "b", activeActive: true }),
      /2 IP configurations/,
    );
    await assert.rejects(
      azure.update(end, { ...end.inputs, networkSecurityGroup: { id: group.id } }),
      /must not have a network security group/,
    );
    for (const used of [erp, vpn, ip, group, hub, end]) await assert.rejects(azure.delete(used), /is in use by/);
    const service1 = await service(own.id);
    await assert.rejects(azure.delete(own), /in use by .*Microsoft\.ApiManagement/);
    await azure.delete(service1);
    await azure.delete(own);
  });

  it("refuse a service whose tier, delegation, rules or region do not fit its subnet", async () => {
    const { own, end, group } = await way();
    const delegations = [{ name: "web", serviceName: "Microsoft.Web/serverFarms" }];
    const delegated = await subnet("web", "10.10.2.0/24", { delegations, networkSecurityGroup: { id: group.id } });
    const v2 = { sku: { name: "StandardV2", capacity: 1 } };
    await assert.rejects(
      service(own.id, { sku: { name: "Basic", capacity: 1 } }),
      /the tier Basic has no virtual network/,
    );
    await assert.rejects(service(own.id, v2), /must be delegated to Microsoft\.Web/);
    await assert.rejects(service(delegated.id), /must not be delegated/);
    await assert.rejects(service(delegated.id, { ...v2, virtualNetworkType: "Internal" }), /of the type Internal/);
    await assert.rejects(service(end.id), /no network security group/);
    await assert.rejects(service(own.id, { virtualNetworkConfiguration: {} }), /a subnet is required/);
    await assert.rejects(
      service(own.id, { location: "northeurope" }),
      /is in westeurope, and the service is in northeurope/,
    );
    await service(delegated.id, v2);
  });

  it("are unknown behind a subnet that no stack declares, and may declare their subnets themselves", async () => {
    const unknown = `${group}/providers/Microsoft.Network/virtualNetworks/other/subnets/gateway`;
    const first = await service(unknown);
    assert.equal(served()?.missing, unknown);
    await azure.delete(first);
    const nsg = await rules();
    const inline = [{ name: "own", addressPrefix: "10.10.1.0/24", networkSecurityGroup: { id: nsg.id } }];
    const hub = await create("network:VirtualNetwork", "hub", {
      virtualNetworkName,
      addressSpace: { addressPrefixes: ["10.10.0.0/16"] },
      subnets: inline,
    });
    const [own] = hub.outputs.subnets as readonly { readonly id: string }[];
    await service(own?.id ?? "");
    assert.deepEqual(served()?.subnetPrefixes, ["10.10.1.0/24"]);
    await assert.rejects(azure.delete(hub), /is in use by/);
  });

  it("serve a policy that names a backend, which cannot be deleted before it", async () => {
    const { own } = await way();
    await service(own.id);
    const place = { serviceName: "gateway-1" };
    const backend = (inputs: Properties) =>
      create("apimanagement:Backend", "erp", {
        ...place,
        backendId: "erp",
        protocol: "http",
        url: "https://erp.example.com",
        ...inputs,
      });
    await assert.rejects(backend({ circuitBreaker: {} }), /does not model circuitBreaker/);
    await assert.rejects(backend({ credentials: { certificateIds: ["a"] } }), /presents no certificates/);
    await assert.rejects(backend({ type: "Pool" }), /does not model pools/);
    const credentials = { header: { "x-key": ["{{erp-key}}"] } };
    const key = { ...place, namedValueId: "key", displayName: "erp-key", value: "secret", secret: true };
    const named = await create("apimanagement:NamedValue", "key", key);
    await assert.rejects(backend({ url: "erp" }), /must be an absolute http/);
    const tls = { validateCertificateChain: true, validateCertificateName: false };
    const erp = await backend({ tls, credentials });
    await assert.rejects(azure.delete(named), /referenced by the backend .*\/backends\/erp/);
    await create("apimanagement:Api", "orders", {
      ...place,
      apiId: "orders",
      path: "orders",
      protocols: ["https"],
      format: "openapi+json",
      value: openApi(["GET /a"]),
    });
    const value =
      '<policies><inbound><set-backend-service backend-id="erp"/></inbound><backend><base/></backend><outbound/><on-error/></policies>';
    const policy = await create("apimanagement:ApiPolicy", "policy", {
      ...place,
      apiId: "orders",
      format: "rawxml",
      value,
    });
    assert.deepEqual(artefacts().backends, { erp: { url: "https://erp.example.com", credentials, tls } });
    await assert.rejects(azure.delete(erp), /referenced by the policy/);
    await azure.delete(policy);
    await azure.delete(erp);
  });
});
