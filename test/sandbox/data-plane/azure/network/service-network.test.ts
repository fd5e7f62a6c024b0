import assert from "node:assert/strict";
import type { AzureNetwork, AzureSecurityRule } from "../../../../../sandbox/data-plane/azure/network/artefacts.ts";
import { upstreamOf } from "../../../../../sandbox/data-plane/azure/network/service-network.ts";

const site = { connection: "erp-connection", gateway: "vpn", prefixes: ["10.20.0.0/16"], bgp: false };
const network: AzureNetwork = {
  prefixes: ["10.10.0.0/16"],
  subnetPrefixes: ["10.10.1.0/24"],
  dnsServers: [],
  zones: [{ name: "erp.example.com", records: { "@": ["10.20.0.5"], api: ["10.20.0.6"] } }],
  routes: [],
  sites: [site],
};
const rule: AzureSecurityRule = {
  name: "no-erp",
  priority: 200,
  allows: false,
  protocol: "Tcp",
  sources: ["*"],
  destinations: ["10.20.0.0/24"],
  ports: ["8000-8999"],
};

/** Where a request goes, or why it goes nowhere. */
function to(origin: string, given: Partial<AzureNetwork> = {}): string {
  const upstream = upstreamOf({ ...network, ...given }, origin);
  return "origin" in upstream ? upstream.origin : upstream.problem;
}

describe("the virtual network of a service", () => {
  it("leads to an address on premises that a local network gateway's prefixes contain, and to its own", () => {
    assert.equal(to("https://10.20.0.5:8443"), "https://10.20.0.5:8443");
    assert.equal(to("http://10.10.7.7"), "http://10.10.7.7");
    assert.equal(
      to("https://10.30.0.5"),
      "10.30.0.5 is in no prefix of the local network gateways behind erp-connection",
    );
    assert.equal(to("https://10.20.0.5", { sites: [] }), "no connection leads from the virtual network to 10.20.0.5");
    const problem = "is cut";
    assert.equal(to("https://10.20.0.5", { sites: [{ ...site, problem }] }), "the connection erp-connection: is cut");
    assert.equal(to("https://10.20.0.5", { sites: [{ ...site, problem }, site] }), "https://10.20.0.5");
  });

  it("leads everywhere on premises if the device announces its networks", () => {
    assert.equal(to("https://10.30.0.5", { sites: [{ ...site, bgp: true }] }), "https://10.30.0.5");
    assert.equal(to("http://10.10.7.7", { sites: [{ ...site, bgp: true }] }), "http://10.10.7.7");
  });

  it("is needed for a private address, and not for a public one", () => {
    const without = upstreamOf(undefined, "https://10.20.0.5");
    assert.deepEqual(without, { problem: "10.20.0.5 is a private address, and the service has no virtual network" });
    assert.equal(
      to("https://10.20.0.5", { missing: "/s" }),
      "10.20.0.5 is a private address, and no stack declares /s",
    );
    assert.deepEqual(upstreamOf(undefined, "https://a.example.com"), { origin: "https://a.example.com" });
    assert.equal(to("https://198.51.100.7"), "https://198.51.100.7");
    assert.equal(to("https://catalog.example.com"), "https://catalog.example.com");
  });

  it("resolves names of linked private zones, and no other names below them", () => {
    assert.equal(to("https://ERP.example.com:8443"), "https://10.20.0.5:8443");
    assert.equal(to("http://api.erp.example.com"), "http://10.20.0.6");
    assert.match(to("https://other.erp.example.com"), /^the private zone erp\.example\.com has no address for other/);
    const zones = [{ name: "example.com", records: { "*": ["10.20.0.9"] } }];
    assert.equal(to("https://any.example.com", { zones }), "https://10.20.0.9");
    assert.match(to("https://example.com", { zones }), /no address for example\.com$/);
  });

  it("asks custom DNS servers only if it reaches one of them", () => {
    assert.equal(to("https://erp.example.com", { dnsServers: ["10.20.0.2"] }), "https://erp.example.com");
    assert.match(
      to("https://erp.example.com", { dnsServers: ["10.30.0.2"] }),
      /^no DNS server answers for erp\.example\.com: 10\.30\.0\.2 is in no prefix/,
    );
  });

  it("follows the longest route of the subnet's table, and the table's before a gateway's", () => {
    const routes = [{ prefix: "10.20.0.0/24", nextHop: "None" }];
    assert.equal(
      to("https://10.20.0.5", { routes }),
      "the route 10.20.0.0/24 of the subnet's route table leads 10.20.0.5 to None",
    );
    assert.equal(to("https://10.20.1.5", { routes }), "https://10.20.1.5");
    const same = [{ prefix: "10.20.0.0/16", nextHop: "VirtualAppliance" }];
    assert.match(to("https://10.20.0.5", { routes: same }), /to VirtualAppliance$/);
    const wide = [{ prefix: "0.0.0.0/0", nextHop: "VirtualAppliance" }];
    assert.equal(to("https://10.20.0.5", { routes: wide }), "https://10.20.0.5");
    const over = [{ prefix: "10.30.0.0/16", nextHop: "VirtualNetworkGateway" }];
    assert.match(to("https://10.30.0.5", { routes: over }), /in no prefix/);
  });

  it("obeys the outbound rule with the lowest priority of the subnet's network security group", () => {
    assert.equal(to("https://10.20.0.5:8443", { outbound: [] }), "https://10.20.0.5:8443");
    const blocked = "the rule no-erp of the subnet's network security group blocks 10.20.0.5:8443";
    assert.equal(to("https://10.20.0.5:8443", { outbound: [rule] }), blocked);
    assert.equal(to("https://10.20.0.5", { outbound: [rule] }), "https://10.20.0.5");
    assert.equal(to("https://10.20.1.5:8443", { outbound: [rule] }), "https://10.20.1.5:8443");
    const first = { ...rule, name: "erp", priority: 100, allows: true };
    assert.equal(to("https://10.20.0.5:8443", { outbound: [rule, first] }), "https://10.20.0.5:8443");
    const tagged = { ...rule, destinations: ["VirtualNetwork"], ports: ["*"] };
    assert.match(to("http://10.20.9.9", { outbound: [tagged] }), /^the rule no-erp/);
    for (const none of [
      { ...rule, protocol: "Udp" },
      { ...rule, destinations: ["Storage", "Internet"] },
      { ...rule, sources: ["10.99.0.0/16"] },
    ])
      assert.equal(to("https://10.20.0.5:8443", { outbound: [none] }), "https://10.20.0.5:8443");
  });
});
