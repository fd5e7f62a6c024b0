import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { companionLinks } from "../../../../components/gcp/link/link.ts";
import {
  declare,
  network,
  resolved,
  secrets,
  setMocks,
  vpn,
} from "../../../support/components/gcp/on-prem-link/declared-link.ts";

const vpnParts = [
  "compute.ExternalVpnGateway erp-device",
  "compute.HaVpnGateway erp-vpn-gateway",
  "compute.Router erp-router",
  "compute.RouterInterface erp-interface-0",
  "compute.RouterInterface erp-interface-1",
  "compute.RouterPeer erp-peer-0",
  "compute.RouterPeer erp-peer-1",
  "compute.Subnetwork erp-subnetwork",
  "compute.VPNTunnel erp-tunnel-0",
  "compute.VPNTunnel erp-tunnel-1",
];

const dns = { domain: "corp.example.com", servers: ["10.20.0.2", "10.20.0.3"] };

describe("GcpOnPremLink", () => {
  before(setMocks);

  it("creates nothing for an existing subnet, and returns a link to it", async () => {
    const subnetwork = "projects/shop/regions/europe-west1/subnetworks/run";
    const { names, link, device, made } = await declare({}, "erp", { network, subnetwork });
    assert.deepEqual(names, []);
    assert.deepEqual(link, { network, subnetwork });
    assert.deepEqual(companionLinks.check({ ...link }, "link"), []);
    assert.equal(device, undefined);
    assert.equal(await resolved(made.urn), "urn:pulumi:dev::shops::polygate:index:GcpOnPremLink::erp");
  });

  it("returns a link of paths, even if the program passes addresses, with what the servers' certificates need", async () => {
    const trust = { certificateAuthority: "PEM", serverName: "erp.corp.example.com" };
    const { link, made } = await declare({ network: `https://www.googleapis.com/compute/v1/${network}`, ...trust });
    assert.deepEqual(link, { network, subnetwork: "projects/shop/erp-subnetwork-id", ...trust });
    assert.equal(await pulumi.isSecret(made.link), false);
  });

  it("creates a tunnel from each of Google's interfaces to the device, with a BGP session in each", async () => {
    const { names, inputs } = await declare({ vpn, region: "europe-west1", project: "shop" });
    assert.deepEqual(names, vpnParts);
    const place = { region: "europe-west1", project: "shop" };
    assert.deepEqual(inputs("erp-subnetwork"), { ...place, network, ipCidrRange: "10.8.0.0/26" });
    assert.deepEqual(inputs("erp-vpn-gateway"), { ...place, network });
    assert.deepEqual(inputs("erp-device"), {
      project: "shop",
      redundancyType: "SINGLE_IP_INTERNALLY_REDUNDANT",
      interfaces: [{ id: 0, ipAddress: "203.0.113.9" }],
    });
    assert.deepEqual(inputs("erp-router"), { ...place, network, bgp: { asn: 64_512 } });
    for (const index of [0, 1]) {
      const { sharedSecret, ...tunnel } = inputs(`erp-tunnel-${index}`);
      assert.deepEqual(tunnel, {
        ...place,
        vpnGateway: "projects/shop/erp-vpn-gateway-id",
        vpnGatewayInterface: index,
        peerExternalGateway: "projects/shop/erp-device-id",
        peerExternalGatewayInterface: 0,
        ikeVersion: 2,
        router: "projects/shop/erp-router-id",
      });
      assert.deepEqual((sharedSecret as { value: unknown }).value, secrets[index]);
      assert.deepEqual(inputs(`erp-interface-${index}`), {
        ...place,
        router: "erp-router-1a2b3c4",
        ipRange: `169.254.10.${index * 4 + 1}/30`,
        vpnTunnel: `erp-tunnel-${index}-1a2b3c4`,
      });
      assert.deepEqual(inputs(`erp-peer-${index}`), {
        ...place,
        router: "erp-router-1a2b3c4",
        interface: `erp-interface-${index}-1a2b3c4`,
        peerIpAddress: `169.254.10.${index * 4 + 2}`,
        peerAsn: 65_010,
      });
    }
  });

  it("declares the same resources, however many networks and DNS servers there are", async () => {
    const ranges = Array.from({ length: 50 }, (_, index) => `10.${index + 20}.0.0/16`);
    const few = await declare({ vpn, egress: { ports: [443] }, dns: { ...dns, servers: ["10.20.0.2"] } });
    const many = await declare({ vpn, ranges, egress: { ports: [443, 8443] }, dns });
    assert.equal(few.names.length, vpnParts.length + 2);
    assert.deepEqual(many.names, few.names);
  });

  it("leads a tunnel to each of two addresses, and four tunnels to four", async () => {
    const ends = ({ inputs }: Awaited<ReturnType<typeof declare>>, index: number): unknown => {
      const { vpnGatewayInterface, peerExternalGatewayInterface } = inputs(`erp-tunnel-${index}`);
      return [vpnGatewayInterface, peerExternalGatewayInterface];
    };
    const addresses = ["203.0.113.9", "203.0.113.10", "203.0.113.11", "203.0.113.12"];
    const two = await declare({ vpn: { ...vpn, deviceAddresses: addresses.slice(0, 2) } });
    assert.deepEqual(
      [ends(two, 0), ends(two, 1)],
      [
        [0, 0],
        [1, 1],
      ],
    );
    assert.equal(two.inputs("erp-device").redundancyType, "TWO_IPS_REDUNDANCY");
    const four = await declare({ vpn: { ...vpn, deviceAddresses: addresses, sharedSecrets: secrets } });
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => ends(four, index)),
      [
        [0, 0],
        [0, 1],
        [1, 2],
        [1, 3],
      ],
    );
    assert.equal(four.inputs("erp-device").redundancyType, "FOUR_IPS_REDUNDANCY");
    assert.equal(four.device?.tunnels[3]?.session, "169.254.10.12/30");
  });

  it("advertises the source of DNS queries to the device, and forwards the names of the domain to the servers on premises", async () => {
    const { inputs, device } = await declare({ vpn: { ...vpn, asn: 65_001, advertise: ["10.9.0.0/24"] }, dns });
    assert.deepEqual(inputs("erp-router").bgp, {
      asn: 65_001,
      advertiseMode: "CUSTOM",
      advertisedGroups: ["ALL_SUBNETS"],
      advertisedIpRanges: [{ range: "10.9.0.0/24" }, { range: "35.199.192.0/19" }],
    });
    assert.deepEqual(inputs("erp-zone"), {
      description: "Managed by Pulumi",
      dnsName: "corp.example.com.",
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
      forwardingConfig: {
        targetNameServers: dns.servers.map((ipv4Address) => ({ ipv4Address, forwardingPath: "private" })),
      },
    });
    assert.equal(device?.dnsSource, "35.199.192.0/19");
  });

  it("allows connections to the site's ports where the program asks for the rule", async () => {
    const { inputs } = await declare({ egress: { ports: [443, 8443], priority: 900 } });
    assert.deepEqual(inputs("erp-egress"), {
      network,
      direction: "EGRESS",
      destinationRanges: ["10.20.0.0/16"],
      allows: [{ protocol: "tcp", ports: ["443", "8443"] }],
      priority: 900,
    });
  });

  it("tells what the device needs, without the shared secrets", async () => {
    const { device, made } = await declare({ vpn: { ...vpn, advertise: ["10.9.0.0/24"] }, dns });
    const tunnel = { deviceAddress: "203.0.113.9" };
    assert.deepEqual(device, {
      ikeVersion: 2,
      googleAsn: 64_512,
      deviceAsn: 65_010,
      tunnels: [
        {
          ...tunnel,
          googleAddress: "198.51.100.1",
          session: "169.254.10.0/30",
          googleSessionAddress: "169.254.10.1",
          deviceSessionAddress: "169.254.10.2",
        },
        {
          ...tunnel,
          googleAddress: "198.51.100.2",
          session: "169.254.10.4/30",
          googleSessionAddress: "169.254.10.5",
          deviceSessionAddress: "169.254.10.6",
        },
      ],
      advertised: ["10.8.0.0/26", "10.9.0.0/24", "35.199.192.0/19"],
      expected: ["10.20.0.0/16"],
      dnsSource: "35.199.192.0/19",
    });
    assert.equal(await pulumi.isSecret(made.device), false);
  });

  it("gives each session the networks on premises, if their routes are fixed", async () => {
    const { inputs } = await declare({ vpn: { ...vpn, routes: "fixed" }, ranges: ["10.20.0.0/16", "10.30.0.0/16"] });
    for (const peer of ["erp-peer-0", "erp-peer-1"]) {
      assert.deepEqual(inputs(peer).customLearnedIpRanges, [{ range: "10.20.0.0/16" }, { range: "10.30.0.0/16" }]);
    }
  });

  it("keeps names that Google accepts, and changes others so that no two components have the same", async () => {
    const long = "a".repeat(70);
    for (const name of ["Erp_Link", long]) {
      const { names } = await declare({}, name);
      assert.match(names.join(), /^compute\.Subnetwork [a-z][a-z0-9-]{0,53}-subnetwork$/);
      assert.notDeepEqual(names, [`compute.Subnetwork ${name}-subnetwork`]);
    }
  });
});
