import assert from "node:assert/strict";
import type { ServiceInterface } from "../../../../sandbox/control-plane/gcp/network/interface.ts";
import { gcpLinks } from "../../../../sandbox/control-plane/gcp/network/links.ts";
import { reachOf } from "../../../../sandbox/control-plane/gcp/network/reach.ts";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { GcpNetwork } from "../../../../sandbox/data-plane/gcp/network/artefacts.ts";
import { wayProblem } from "../../../../sandbox/data-plane/gcp/network/way.ts";
import {
  type Deployed,
  type EngineStandIn,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const types = {
  device: "gcp:compute/externalVpnGateway:ExternalVpnGateway",
  firewall: "gcp:compute/firewall:Firewall",
  gateway: "gcp:compute/haVpnGateway:HaVpnGateway",
  network: "gcp:compute/network:Network",
  router: "gcp:compute/router:Router",
  interface: "gcp:compute/routerInterface:RouterInterface",
  peer: "gcp:compute/routerPeer:RouterPeer",
  subnetwork: "gcp:compute/subnetwork:Subnetwork",
  tunnel: "gcp:compute/vPNTunnel:VPNTunnel",
  zone: "gcp:dns/managedZone:ManagedZone",
} as const;

const place = { project: "sandbox-project", region: "europe-west1" };
const inPlace = "projects/sandbox-project/regions/europe-west1";
const main = "projects/sandbox-project/global/networks/main";

describe("networks of the gcp provider of the sandbox", () => {
  let cloud: TestCloud;
  let gcp: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    gcp = await cloud.provider("gcp", { region: "europe-west1" });
  });
  afterEach(() => cloud.close());

  const make = (type: keyof typeof types, name: string, inputs: Properties): Promise<Deployed> =>
    gcp.create(types[type], name, { name, ...inputs });

  /** A network with a subnet and an HA VPN with one tunnel; changes by the name of the part. Null removes an input. */
  async function linked(changes: Readonly<Record<string, Properties>> = {}) {
    const parts: Record<string, Deployed> = {};
    const add = async (type: keyof typeof types, name: string, inputs: Properties): Promise<void> => {
      const changed = Object.entries({ ...inputs, ...changes[name] }).filter(([, value]) => value !== null);
      parts[name] = await make(type, name, Object.fromEntries(changed));
    };
    await add("network", "main", { autoCreateSubnetworks: false });
    await add("subnetwork", "run", { network: main, ipCidrRange: "10.8.0.0/26" });
    await add("gateway", "vpn", { network: main });
    await add("device", "device", {
      redundancyType: "SINGLE_IP_INTERNALLY_REDUNDANT",
      interfaces: [{ id: 0, ipAddress: "203.0.113.9" }],
    });
    await add("router", "router", { network: main, bgp: { asn: 64_512 } });
    await add("tunnel", "tunnel", {
      vpnGateway: `${inPlace}/vpnGateways/vpn`,
      vpnGatewayInterface: 0,
      peerExternalGateway: "device",
      peerExternalGatewayInterface: 0,
      sharedSecret: "secret",
      router: `https://www.googleapis.com/compute/v1/${inPlace}/routers/router`,
    });
    await add("interface", "if", { router: "router", ipRange: "169.254.10.1/30", vpnTunnel: "tunnel" });
    await add("peer", "peer", { router: "router", interface: "if", peerIpAddress: "169.254.10.2", peerAsn: 65_010 });
    return parts;
  }

  const own: ServiceInterface = { network: main, subnetwork: `${inPlace}/subnetworks/run`, tags: [] };
  const reach = (given: ServiceInterface = own, at = place) => reachOf(cloud.store, at, given);
  const seen = (given = own, at = place): GcpNetwork => reach(given, at).network ?? assert.fail("no network");
  const problem = (address: string, given = own, at = place) => wayProblem(reach(given, at), address, 443);

  it("are created with the ids and addresses that programs use, and show no difference afterwards", async () => {
    const parts = await linked({ peer: { customLearnedIpRanges: [{ range: "10.20.0.0/16" }] } });
    assert.deepEqual(Object.fromEntries(Object.entries(parts).map(([name, { id }]) => [name, id])), {
      main,
      run: `${inPlace}/subnetworks/run`,
      vpn: `${inPlace}/vpnGateways/vpn`,
      device: "projects/sandbox-project/global/externalVpnGateways/device",
      router: `${inPlace}/routers/router`,
      tunnel: `${inPlace}/vpnTunnels/tunnel`,
      if: "europe-west1/router/if",
      peer: `${inPlace}/routers/router/peer`,
    });
    for (const deployed of Object.values(parts)) {
      assert.deepEqual(await gcp.diff(deployed, deployed.inputs), {});
      assert.deepEqual(await gcp.read(deployed), deployed);
    }
    const interfaces = parts.vpn?.outputs.vpnInterfaces as readonly { id: number; ipAddress: string }[];
    assert.deepEqual(
      interfaces.map(({ id }) => id),
      [0, 1],
    );
    assert.equal(new Set(interfaces.map(({ ipAddress }) => ipAddress)).size, 2);
  });

  it("are imported by a full path, and by a short id in the project of the provider", async () => {
    const parts = await linked();
    const ids = {
      main: ["main", parts.main?.id],
      router: ["router", "europe-west1/router", `${inPlace}/routers/router`],
      peer: ["europe-west1/router/peer", "router/peer", parts.peer?.id],
      if: ["europe-west1/router/if"],
    };
    for (const [name, forms] of Object.entries(ids)) {
      for (const id of forms) {
        const read = await gcp.read({ ...(parts[name] as Deployed), id: String(id), inputs: {}, outputs: {} });
        assert.equal(read?.id, parts[name]?.id, String(id));
      }
    }
    for (const id of ["europe-west1/other/peer", "europe-west4/router/peer", "projects/other/global/networks/main"]) {
      const part = id.endsWith("main") ? parts.main : parts.peer;
      assert.equal(await gcp.read({ ...(part as Deployed), id, inputs: {}, outputs: {} }), undefined, id);
    }
  });

  it("cannot lose a part that another one uses", async () => {
    const { main: network, vpn, router, tunnel, if: at, peer } = (await linked()) as Record<string, Deployed>;
    for (const used of [network, vpn, router, tunnel, at]) {
      assert.ok(used);
      await assert.rejects(gcp.delete(used), /resourceInUseByAnotherResource/, used.id);
    }
    assert.ok(peer && at && tunnel);
    for (const unused of [peer, at, tunnel]) await gcp.delete(unused);
    assert.deepEqual(seen().sessions, []);
  });

  it("reject a part that refers to one that does not exist, except for a network", async () => {
    await assert.rejects(
      make("peer", "peer", { router: "router", interface: "if", peerAsn: 65_010 }),
      /Error 404: The resource '(?:if|router)' was not found/,
    );
    await make("subnetwork", "other", { network: "projects/other/global/networks/shared", ipCidrRange: "10.8.0.0/26" });
  });

  it("reject subnets of one network that overlap, and extend a subnet in place only", async () => {
    const { run } = (await linked()) as Record<string, Deployed>;
    assert.ok(run);
    const other = (ipCidrRange: string) => make("subnetwork", "other", { network: "main", ipCidrRange });
    await assert.rejects(other("10.8.0.0/24"), /conflicts with existing subnetwork 'run'/);
    await assert.rejects(other("10.8.0"), /Invalid value/);
    const changed = (ipCidrRange: string) => gcp.diff(run, { ...run.inputs, ipCidrRange });
    assert.deepEqual(await changed("10.8.0.0/25"), { ipCidrRange: "update" });
    assert.deepEqual(await changed("10.8.0.0/27"), { ipCidrRange: "update-replace" });
    assert.deepEqual(await changed("10.9.0.0/26"), { ipCidrRange: "update-replace" });
  });

  it("reject a device whose interfaces do not fit its redundancy type", async () => {
    const device = (redundancyType: string, ...ids: number[]) =>
      make("device", "device", {
        redundancyType,
        interfaces: ids.map((id) => ({ id, ipAddress: `203.0.113.${id + 1}` })),
      });
    await assert.rejects(device("TWO_IPS_REDUNDANCY", 0), /needs the interfaces 0, 1, not 0/);
    await assert.rejects(device("FOUR_IPS_REDUNDANCY", 0, 1, 2, 4), /needs the interfaces 0, 1, 2, 3/);
    await device("FOUR_IPS_REDUNDANCY", 0, 1, 2, 3);
  });

  it("reject tunnels that lead nowhere: without router, secret or device, or at an interface that does not exist", async () => {
    for (const [change, message] of [
      [{ router: null }, /must have a router/],
      [{ sharedSecret: "" }, /no shared secret/],
      [{ vpnGatewayInterface: 2 }, /vpnGatewayInterface/],
      [{ peerExternalGateway: null }, /must have one peer/],
      [{ peerExternalGatewayInterface: 1 }, /has no interface 1/],
    ] as const) {
      await cloud.close();
      cloud = await testCloud();
      gcp = await cloud.provider("gcp", { region: "europe-west1" });
      await assert.rejects(linked({ tunnel: change }), message);
    }
  });

  it("reject a second session of an interface, one outside of its range, and BFD", async () => {
    await linked();
    const peer = (inputs: Properties) =>
      make("peer", "other", { router: "router", interface: "if", peerAsn: 65_010, ...inputs });
    await assert.rejects(peer({}), /already has the BGP peer 'peer'/);
    await assert.rejects(peer({ peerIpAddress: "169.254.10.6" }), /must be another one of the interface's range/);
    await assert.rejects(peer({ bfd: { sessionInitializationMode: "ACTIVE" } }), /BFD is not supported/);
    const at = (inputs: Properties) => make("interface", "other", { router: "router", vpnTunnel: "tunnel", ...inputs });
    await assert.rejects(at({ ipRange: "169.254.10.2/30" }), /overlaps with that of the interface 'if'/);
    await assert.rejects(at({ ipRange: "169.254.10.5/30" }), /already has the interface 'if'/);
    await assert.rejects(at({ ipRange: "10.0.0.1/30" }), /Must be a \/30 of 169\.254\.0\.0\/16/);
  });

  it("lead a service with an interface to the site while the parts of the VPN exist", async () => {
    const parts = await linked({ peer: { customLearnedIpRanges: [{ range: "10.20.0.0/16" }] } });
    assert.deepEqual(seen(), {
      name: main,
      subnetRanges: ["10.8.0.0/26"],
      egressRules: [],
      sessions: [
        { peer: "peer", tunnel: "tunnel", ranges: ["10.20.0.0/16"], advertisesSubnet: true, advertisesDns: false },
      ],
    });
    assert.equal(problem("10.20.0.5"), undefined);
    assert.equal(problem("10.20.0.5", { network: "main", subnetwork: "run", tags: [] }), undefined);
    assert.match(wayProblem(reachOf(cloud.store, place, undefined), "10.20.0.5", 443) ?? "", /no network interface/);
    for (const name of ["peer", "if", "tunnel"]) await gcp.delete(parts[name] as Deployed);
    assert.match(problem("10.20.0.5") ?? "", /^no BGP session leads from the network/);
  });

  it("do not lead a service of another network, another region, or with a subnet of another network there", async () => {
    await linked({ peer: { customLearnedIpRanges: [{ range: "10.20.0.0/16" }] } });
    const far = { ...place, region: "us-central1" };
    const usual = { network: main, subnetwork: "run-us", tags: [] };
    assert.match(problem("10.20.0.5", { network: "other", subnetwork: "unknown", tags: [] }) ?? "", /no BGP session/);
    assert.match(problem("10.20.0.5", { ...own, network: "other" }) ?? "", /the subnet run belongs to the network/);
    assert.match(problem("10.20.0.5", own, far) ?? "", /the subnet run is in europe-west1/);
    assert.equal(problem("10.20.0.5", usual, far), "the router router learns routes for europe-west1 only");
  });

  it("use the routes in all regions, if the network's routing mode is GLOBAL", async () => {
    await linked({ main: { routingMode: "GLOBAL" } });
    const far = { ...place, region: "us-central1" };
    assert.equal(problem("10.20.0.5", { network: main, subnetwork: "run-us", tags: [] }, far), undefined);
  });

  it("do not lead to the site through a session that is off, or whose device does not know the way back", async () => {
    const { peer, router } = (await linked()) as Record<string, Deployed>;
    assert.ok(peer && router);
    const change = (deployed: Deployed, inputs: Properties) => gcp.update(deployed, { ...deployed.inputs, ...inputs });
    await change(peer, { enable: false });
    assert.equal(problem("10.20.0.5"), "the session peer is switched off");
    await change(peer, { enable: true });
    const custom = (bgp: Properties) => change(router, { bgp: { asn: 64_512, advertiseMode: "CUSTOM", ...bgp } });
    await custom({ advertisedIpRanges: [{ range: "35.199.192.0/19" }] });
    assert.match(problem("10.20.0.5") ?? "", /does not learn the subnet of the service$/);
    assert.equal(seen().sessions[0]?.advertisesDns, true);
    await custom({ advertisedIpRanges: [{ range: "10.8.0.0/24" }] });
    assert.equal(problem("10.20.0.5"), undefined);
    await custom({ advertisedGroups: ["ALL_SUBNETS"] });
    assert.equal(problem("10.20.0.5"), undefined);
    await change(peer, { advertiseMode: "CUSTOM", advertisedIpRanges: [{ range: "10.9.0.0/24" }] });
    assert.match(problem("10.20.0.5") ?? "", /does not learn the subnet of the service$/);
  });

  it("apply the firewall rules of the network to outgoing connections, by the tags of the interface", async () => {
    await linked();
    const deny = {
      network: main,
      direction: "EGRESS",
      denies: [{ protocol: "all" }],
      destinationRanges: ["10.0.0.0/8"],
    };
    const rule = await make("firewall", "deny", { ...deny, targetTags: ["closed"] });
    assert.equal(problem("10.20.0.5"), undefined);
    const denied = `the firewall rule deny of the network ${main} denies 10.20.0.5:443`;
    assert.equal(problem("10.20.0.5", { ...own, tags: ["closed"] }), denied);
    await gcp.update(rule, { ...rule.inputs, targetTags: [] });
    assert.equal(problem("10.20.0.5"), denied);
    const allows = [{ protocol: "tcp", ports: ["443"] }];
    await make("firewall", "allow", {
      ...deny,
      denies: [],
      allows,
      destinationRanges: ["10.20.0.0/16"],
      priority: 900,
    });
    assert.equal(problem("10.20.0.5"), undefined);
    await assert.rejects(make("firewall", "none", { network: main }), /Exactly one of 'allow' and 'deny'/);
  });

  it("are a link for each HA VPN gateway, whose tunnels can be cut", async () => {
    const parts = await linked({ peer: { customLearnedIpRanges: [{ range: "10.20.0.0/16" }] } });
    const [interfaces] = (parts.vpn?.outputs.vpnInterfaces ?? []) as { ipAddress: string }[];
    const [stored] = gcpLinks(cloud.store);
    assert.deepEqual(stored?.link, {
      name: "vpn",
      vendor: "gcp",
      region: "europe-west1",
      resource: "vpn",
      network: "main",
      prefixes: ["10.20.0.0/16"],
      isAnnounced: false,
      tunnels: [{ address: interfaces?.ipAddress, device: "203.0.113.9", isCut: false }],
      users: [],
    });
    await cloud.cloud.change(
      (records) => stored.store(records, [true]),
      () => false,
    );
    assert.equal(problem("10.20.0.5"), "the tunnel tunnel is cut");
    assert.deepEqual(
      gcpLinks(cloud.store)[0]?.link.tunnels.map(({ isCut }) => isCut),
      [true],
    );
  });

  it("resolve names through the forwarding zones of the network", async () => {
    await linked({
      router: {
        bgp: {
          asn: 64_512,
          advertiseMode: "CUSTOM",
          advertisedGroups: ["ALL_SUBNETS"],
          advertisedIpRanges: [{ range: "35.199.192.0/19" }],
        },
      },
    });
    const zone = {
      dnsName: "corp.example.com.",
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: main }] },
      forwardingConfig: { targetNameServers: [{ ipv4Address: "10.20.0.2", forwardingPath: "private" }] },
    };
    await make("zone", "corp", zone);
    assert.deepEqual(reach().zones, [
      { name: "corp", domain: "corp.example.com", networks: [main], servers: ["10.20.0.2"] },
    ]);
    assert.equal(problem("erp.corp.example.com"), undefined);
    await assert.rejects(make("zone", "again", zone), /already uses the zone 'corp'/);
    await assert.rejects(make("zone", "open", { ...zone, visibility: "public" }), /must have the visibility private/);
    const bare = { networks: [{ networkUrl: "main" }] };
    await assert.rejects(make("zone", "bare", { ...zone, privateVisibilityConfig: bare }), /networkUrl': 'main'/);
  });
});
