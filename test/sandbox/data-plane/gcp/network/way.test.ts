import assert from "node:assert/strict";
import type {
  GcpEgressRule,
  GcpForwardingZone,
  GcpNetwork,
  GcpSession,
} from "../../../../../sandbox/data-plane/gcp/network/artefacts.ts";
import { wayProblem } from "../../../../../sandbox/data-plane/gcp/network/way.ts";

const session: GcpSession = {
  peer: "erp-peer-0",
  tunnel: "erp-tunnel-0",
  ranges: ["10.20.0.0/16"],
  advertisesSubnet: true,
  advertisesDns: true,
};
const network: GcpNetwork = { name: "main", subnetRanges: ["10.8.0.0/26"], egressRules: [], sessions: [session] };
const zone: GcpForwardingZone = {
  name: "corp",
  domain: "corp.example.com",
  networks: ["main"],
  servers: ["10.20.0.2"],
};

describe("a Cloud Run service reaches", () => {
  const at = (host: string, changes: Partial<GcpNetwork> = {}, zones = [zone], port = 443) =>
    wayProblem({ zones, network: { ...network, ...changes } }, host, port);

  it("addresses and names of the internet, with and without an interface", () => {
    for (const host of ["203.0.113.9", "erp.example.com", "[2001:db8::1]", "notcorp.example.com"]) {
      assert.equal(wayProblem({ zones: [zone] }, host, 443), undefined, host);
      assert.equal(at(host, { sessions: [] }), undefined, host);
    }
  });

  it("no private address without an interface", () => {
    for (const host of ["10.20.0.5", "172.16.0.1", "192.168.7.1", "[fd00::1]"]) {
      const address = host.replace(/[[\]]/g, "");
      const problem = `${address} is a private address, and the service has no network interface`;
      assert.equal(wayProblem({ zones: [] }, host, 443), problem);
    }
  });

  it("an address of its own network, and one on premises that a session has learnt", () => {
    assert.equal(at("10.8.0.7", { sessions: [] }), undefined);
    assert.equal(at("10.20.0.5"), undefined);
    assert.equal(at("10.20.0.5", { sessions: [] }), "no BGP session leads from the network main to 10.20.0.5");
    assert.equal(
      at("10.30.0.5"),
      "no route of the network main leads to 10.30.0.5: the sessions erp-peer-0 learn other ranges",
    );
  });

  it("every private address, if the device announces its networks by itself", () => {
    const sessions = [{ ...session, ranges: [] }];
    for (const host of ["10.30.0.5", "172.20.0.1", "192.168.2.1", "100.64.0.1"])
      assert.equal(at(host, { sessions }), undefined);
    assert.match(at("169.254.1.1", { sessions }) ?? "", /^no route of the network main leads to 169\.254\.1\.1/);
  });

  it("the site over one of two tunnels, and not without both", () => {
    const down = { ...session, problem: "the tunnel erp-tunnel-0 is cut" };
    const other = { ...session, peer: "erp-peer-1", tunnel: "erp-tunnel-1" };
    assert.equal(at("10.20.0.5", { sessions: [down, other] }), undefined);
    const both = [down, { ...other, problem: "the tunnel erp-tunnel-1 is cut" }];
    assert.equal(at("10.20.0.5", { sessions: both }), "the tunnel erp-tunnel-0 is cut; the tunnel erp-tunnel-1 is cut");
  });

  it("no site that does not know the way back", () => {
    const sessions = [{ ...session, advertisesSubnet: false }];
    assert.equal(
      at("10.20.0.5", { sessions }),
      "the device of the session erp-peer-0 does not learn the subnet of the service",
    );
  });

  it("no address in 192.168.1.0/24", () => {
    const sessions = [{ ...session, ranges: [] }];
    assert.equal(at("192.168.1.5", { sessions }), "Cloud Run does not reach private addresses in 192.168.1.0/24");
  });

  it("nothing private through an interface that does not work", () => {
    const problem = "the subnet run does not exist";
    assert.equal(at("10.20.0.5", { problem }), problem);
    assert.equal(at("erp.corp.example.com", { problem }), problem);
    assert.equal(at("203.0.113.9", { problem }), undefined);
  });

  describe("what the egress rules of the network allow:", () => {
    const rule: GcpEgressRule = {
      name: "deny-all",
      priority: 1000,
      allows: false,
      destinations: [],
      traffic: [{ protocol: "all", ports: [] }],
    };
    const allow: GcpEgressRule = { ...rule, name: "allow-erp", allows: true, destinations: ["10.20.0.0/16"] };
    const problem = "the firewall rule deny-all of the network main denies 10.20.0.5:443";

    it("a rule denies what it matches, by destination, protocol and port", () => {
      const denied = (changes: Partial<GcpEgressRule>) => at("10.20.0.5", { egressRules: [{ ...rule, ...changes }] });
      assert.equal(denied({}), problem);
      assert.equal(denied({ destinations: ["10.20.0.0/24"] }), problem);
      assert.equal(denied({ destinations: ["10.30.0.0/24"] }), undefined);
      const traffic = (protocol: string, ...ports: string[]) => denied({ traffic: [{ protocol, ports }] });
      for (const [protocol, ...ports] of [["tcp"], ["6", "443"], ["TCP", "80", "400-500"]])
        assert.equal(traffic(protocol ?? "", ...ports), problem, protocol);
      for (const [protocol, ...ports] of [["udp"], ["tcp", "80"], ["tcp", "444-500"], ["icmp"]])
        assert.equal(traffic(protocol ?? "", ...ports), undefined, protocol);
    });

    it("the lowest number decides, and of equal ones the rule that denies", () => {
      const rules = (priority: number) => at("10.20.0.5", { egressRules: [rule, { ...allow, priority }] });
      assert.equal(rules(999), undefined);
      assert.equal(rules(1000), problem);
      assert.equal(rules(1001), problem);
    });
  });

  describe("a name on premises only", () => {
    const name = "erp.corp.example.com";

    it("through a zone of its network, whose servers it reaches", () => {
      assert.equal(at(name), undefined);
      assert.equal(at("ERP.Corp.example.com."), undefined);
      assert.equal(at("corp.example.com"), undefined);
      assert.equal(
        at(name, { sessions: [] }),
        `no DNS server of the zone corp answers for ${name}: no BGP session leads from the network main to 10.20.0.2`,
      );
      assert.equal(at(name, {}, [{ ...zone, servers: ["10.30.0.2", "10.20.0.2"] }]), undefined);
    });

    it("if the device learns where the queries come from, whatever the firewall rules of the network", () => {
      const sessions = [{ ...session, advertisesDns: false }];
      assert.equal(
        at(name, { sessions }),
        `no DNS server of the zone corp answers for ${name}: the device of the session erp-peer-0 does not learn the source of DNS queries`,
      );
      const traffic = [{ protocol: "all", ports: [] }];
      const egressRules = [{ name: "deny", priority: 0, allows: false, destinations: [], traffic }];
      assert.equal(at(name, { egressRules }), undefined);
    });

    it("not through the zone of another network, and not without an interface", () => {
      assert.equal(
        at(name, {}, [{ ...zone, networks: ["other"] }]),
        `the zone corp forwards ${name}, but not for the network main`,
      );
      assert.equal(
        wayProblem({ zones: [zone] }, name, 443),
        `the zone corp forwards ${name}, but the service has no network interface`,
      );
    });

    it("not without a zone, if the public DNS cannot have it", () => {
      for (const host of ["erp.corp.internal", "erp.corp", "erp.lan", "nas.local"])
        assert.equal(at(host), `the public DNS does not have ${host}, and no zone forwards it`);
      assert.equal(at("erp.internal", {}, [{ ...zone, domain: "internal" }]), undefined);
    });

    it("through the zone with the longest domain", () => {
      const inner = { ...zone, name: "inner", domain: "erp.corp.example.com", servers: ["10.30.0.2"] };
      assert.match(at(name, {}, [zone, inner]) ?? "", /^no DNS server of the zone inner answers/);
    });
  });
});
