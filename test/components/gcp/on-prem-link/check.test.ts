import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { cautionsOf } from "../../../../components/gcp/on-prem-link/check.ts";
import {
  args,
  places,
  secrets,
  setMocks,
  vpn,
  wrong,
} from "../../../support/components/gcp/on-prem-link/declared-link.ts";

describe("GcpOnPremLink rejects", () => {
  before(setMocks);

  it("all errors in one report, before any resource is registered", () => {
    assert.deepEqual(
      places({
        network: "main",
        subnetRange: "10.8.0.0/27",
        ranges: ["10.8.0.0/16", "8.8.8.0/24"],
        vpn: {
          deviceAddresses: ["10.0.0.1", "203.0.113.9", "203.0.113.9"],
          deviceAsn: 0,
          asn: 1,
          sharedSecrets: ["short"],
          sessions: ["169.254.10.0/29"],
          advertise: ["10.8.0.0/24", "x"],
          routes: "static",
        },
        egress: { ports: [0], priority: 70_000 },
        dns: { domain: "Corp.", servers: ["8.8.8.8"] },
        serverName: "",
        region: 7,
      }),
      [
        "network",
        "subnetRange",
        "ranges[1]",
        "ranges[0]",
        "vpn.deviceAddresses",
        "vpn.deviceAddresses[0]",
        "vpn.deviceAddresses[2]",
        "vpn.asn",
        "vpn.deviceAsn",
        "vpn.sharedSecrets",
        "vpn.sharedSecrets[0]",
        "vpn.sessions",
        "vpn.sessions[0]",
        "vpn.advertise[1]",
        "vpn.advertise[0]",
        "vpn.routes",
        "egress.ports[0]",
        "egress.priority",
        "dns.domain",
        "dns.servers[0]",
        "serverName",
        "region",
      ],
    );
  });

  it("a network or subnet that is no id, and accepts unknown values", () => {
    for (const network of [
      "",
      "main",
      "global/networks/main",
      7,
      undefined,
      null,
      "projects/shop/regions/r/subnetworks/s",
    ])
      assert.deepEqual(places({ network }), ["network"], String(network));
    assert.deepEqual(places({ network: pulumi.output("main") }), []);
    const none = { subnetRange: undefined };
    assert.deepEqual(places(none), ["subnetRange"]);
    assert.deepEqual(places({ ...none, subnetwork: "run" }), ["subnetwork"]);
    assert.deepEqual(places({ ...none, subnetwork: Promise.resolve("run") }), []);
    assert.deepEqual(places({ subnetwork: "projects/p/regions/r/subnetworks/run" }), ["subnetRange"]);
  });

  it("a subnet that is smaller than /26, public, or no range", () => {
    for (const subnetRange of ["10.8.0.0/26", "10.8.0.0/20", "172.16.0.0/24", "100.64.0.0/26"])
      assert.deepEqual(places({ subnetRange }), [], subnetRange);
    for (const subnetRange of [
      "10.8.0.0/27",
      "10.8.0.1/26",
      "10.8.0.0",
      "8.8.8.0/24",
      "10.0.0.0/7",
      "",
      7,
      pulumi.output("x"),
    ])
      assert.deepEqual(places({ subnetRange }), ["subnetRange"], String(subnetRange));
  });

  it("a network on premises that overlaps with the subnet, is public, or listed twice", () => {
    for (const range of [
      "10.0.0.0/8",
      "10.8.0.0/26",
      "10.8.0.32/32",
      "169.254.0.0/16",
      "8.8.8.0/24",
      "0.0.0.0/0",
      "x",
      null,
    ])
      assert.deepEqual(places({ ranges: [range] }), ["ranges[0]"], String(range));
    assert.deepEqual(places({ ranges: ["10.8.0.64/26", "10.7.0.0/16"] }), []);
    assert.deepEqual(places({ ranges: ["10.20.0.0/16", "10.20.0.0/16"] }), ["ranges[1]"]);
    for (const needs of [{ vpn }, { egress: { ports: [443] } }]) {
      assert.deepEqual(places({ ...needs, ranges: [] }), ["ranges"]);
      assert.deepEqual(places({ ...needs, ranges: undefined }), ["ranges"]);
    }
  });

  it("a site in 192.168.1.0/24, and warns of a wider one, with the words of Google's page", () => {
    for (const range of ["192.168.1.0/24", "192.168.1.5/32"]) {
      const [problem] = wrong({ ranges: [range] });
      assert.equal(
        problem?.rule,
        'Cloud Run could not reach private destinations in 192.168.1.0/24 (its page "Known issues").',
      );
    }
    assert.deepEqual(places({ ranges: ["192.168.0.0/16", "192.168.2.0/24"] }), []);
    assert.deepEqual(cautionsOf({ ...args, ranges: ["192.168.0.0/16", "192.168.2.0/24"] }), [
      'The network on premises 192.168.0.0/16 contains 192.168.1.0/24. Cloud Run could not reach private destinations there (its page "Known issues").',
    ]);
  });

  it("a number of addresses that is no redundancy type, private addresses, and one that is listed twice", () => {
    const at = (deviceAddresses: unknown) =>
      places({ vpn: { ...vpn, deviceAddresses, sharedSecrets: secrets.slice(0, 2) } }).filter(
        (place) => place !== "vpn.sharedSecrets",
      );
    const addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"];
    for (const count of [1, 2, 4]) assert.deepEqual(at(addresses.slice(0, count)), [], String(count));
    for (const count of [0, 3, 5])
      assert.deepEqual(at(addresses.slice(0, count)), ["vpn.deviceAddresses"], String(count));
    for (const address of ["10.0.0.1", "erp.example.com", "2001:db8::1", "", 7])
      assert.deepEqual(at([address]), ["vpn.deviceAddresses[0]"], String(address));
    assert.deepEqual(at([pulumi.output("203.0.113.1")]), []);
    assert.deepEqual(at(["203.0.113.1", "203.0.113.1"]), ["vpn.deviceAddresses[1]"]);
  });

  it("numbers of autonomous systems that are not private at Google, reserved at the device, or equal", () => {
    for (const asn of [64_512, 65_534, 4_200_000_000, 4_294_967_294])
      assert.deepEqual(places({ vpn: { ...vpn, asn } }), []);
    for (const asn of [0, 64_511, 65_535, 65_536, 4_199_999_999, 4_294_967_295, 1.5, "64512"])
      assert.deepEqual(places({ vpn: { ...vpn, asn } }), ["vpn.asn"], String(asn));
    for (const deviceAsn of [1, 64_513, 4_294_967_294]) assert.deepEqual(places({ vpn: { ...vpn, deviceAsn } }), []);
    for (const deviceAsn of [0, 23_456, 65_535, 4_294_967_295, -1, 1.5, undefined, "65010", 64_512])
      assert.deepEqual(places({ vpn: { ...vpn, deviceAsn } }), ["vpn.deviceAsn"], String(deviceAsn));
  });

  it("secrets that are too short, contain blanks, or are not one for each tunnel, without showing them", () => {
    const at = (...sharedSecrets: unknown[]) => places({ vpn: { ...vpn, sharedSecrets } });
    assert.deepEqual(at(secrets[0], pulumi.secret("short")), []);
    for (const secret of ["x".repeat(23), `${"x".repeat(24)} `, `ü${"x".repeat(24)}`, "", 7])
      assert.deepEqual(at(secrets[0], secret), ["vpn.sharedSecrets[1]"], String(secret));
    for (const count of [0, 1, 3]) assert.deepEqual(at(...secrets.slice(0, count)), ["vpn.sharedSecrets"]);
    const text = JSON.stringify(wrong({ vpn: { ...vpn, sharedSecrets: ["a secret", "b secret", "c secret"] } }));
    assert.equal(text.includes("a secret"), false);
  });

  it("sessions that are no /30 of 169.254.0.0/16, overlap, or contain the address of the metadata server", () => {
    const at = (...sessions: unknown[]) => places({ vpn: { ...vpn, sessions } });
    assert.deepEqual(at("169.254.0.0/30", "169.254.255.252/30"), []);
    for (const session of [
      "169.254.0.0/29",
      "169.254.0.1/30",
      "10.20.0.0/30",
      "169.254.169.252/30",
      "169.254.0.4/30",
      null,
    ])
      assert.deepEqual(at("169.254.0.4/30", session), ["vpn.sessions[1]"], String(session));
    assert.deepEqual(at("169.254.0.4/30"), ["vpn.sessions"]);
  });

  it("BFD, with the reason", () => {
    const [problem] = wrong({ vpn: { ...vpn, bfd: {} } });
    assert.deepEqual([problem?.place, problem?.rule], ["vpn.bfd", "The BGP sessions of an HA VPN do not support BFD."]);
  });

  it("DNS servers outside of the site, and domains that no zone can have", () => {
    const at = (dns: object) => places({ dns: { domain: "corp.example.com", servers: ["10.20.0.2"], ...dns } });
    for (const domain of ["corp", "corp.example.com", "_msdcs.corp.example"])
      assert.deepEqual(at({ domain }), [], domain);
    for (const domain of ["corp.", ".", "", "a..b", "Corp", "a b", "-a.b", undefined, `${"a".repeat(64)}.b`])
      assert.deepEqual(at({ domain }), ["dns.domain"], String(domain));
    for (const servers of [["10.30.0.2"], ["8.8.8.8"], ["ns.example.com"], [null]])
      assert.deepEqual(at({ servers }), ["dns.servers[0]"], String(servers));
    assert.deepEqual(at({ servers: ["10.20.0.2", "10.20.0.2"] }), ["dns.servers[1]"]);
    assert.deepEqual(at({ servers: [] }), ["dns.servers"]);
    assert.deepEqual(places({ ranges: undefined, dns: { domain: "corp", servers: ["10.30.0.2"] } }), []);
  });
});
