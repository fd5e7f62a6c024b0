import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AzureApiManagementService } from "../../../../components/azure/api-management-service/api-management-service.ts";
import { change, creation, refuseMove } from "../../../../components/azure/api-management-service/slow-changes.ts";
import { skus } from "../../../../components/azure/sku.ts";
import { declared, problemsOf, resolved, setMocks } from "../../../support/components/azure/mocked-azure.ts";
import { TestAuthority } from "../../../support/tls/authority.ts";

const virtualNetworkId = "/subscriptions/0a1b/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/hub";
const subnetId = `${virtualNetworkId}/subnets/gateway`;
const newSubnet = { virtualNetworkId, addressPrefix: "10.10.1.0/24" };
const args = {
  resourceGroupName: "shops",
  location: "westeurope",
  publisher: { name: "Shop", email: "api@example.com" },
  sku: "Developer",
};

/** What the SDK sends for what is left out. */
const sdkDefaults = {
  developerPortalStatus: "Enabled",
  disableGateway: false,
  enableClientCertificate: false,
  legacyPortalStatus: "Enabled",
  natGatewayState: "Disabled",
  restore: false,
};

const service = (given: object = {}, name = "shop") =>
  new AzureApiManagementService(name, { ...args, ...given } as never);
const places = (given: object, name?: string) => problemsOf(() => service(given, name));

async function inputsOf(given: object = {}) {
  const { made, resources } = await declared(() => service(given));
  const inputs = (part: string) => resources.find(({ name }) => name === `shop-${part}`)?.inputs ?? assert.fail(part);
  return { made, inputs, names: resources.map(({ name }) => name).toSorted() };
}

const protocols = (inputs: Readonly<Record<string, unknown>>) =>
  Object.entries(inputs.customProperties as Readonly<Record<string, string>>).map(
    ([name, value]) => `${name.replace("Microsoft.WindowsAzure.ApiManagement.Gateway.", "")} ${value}`,
  );

describe("AzureApiManagementService", () => {
  before(setMocks);

  it("declares a service without old protocols, and sends every setting each time", async () => {
    const { inputs, names } = await inputsOf();
    assert.deepEqual(names, ["shop-service"]);
    const { customProperties: _, ...others } = inputs("service");
    assert.deepEqual(others, {
      resourceGroupName: "shops",
      location: "westeurope",
      publisherName: "Shop",
      publisherEmail: "api@example.com",
      sku: { name: "Developer", capacity: 1 },
      publicNetworkAccess: "Enabled",
      virtualNetworkType: "None",
      ...sdkDefaults,
    });
    assert.deepEqual(protocols(inputs("service")), [
      "Protocols.Server.Http2 False",
      "Security.Backend.Protocols.Ssl30 False",
      "Security.Backend.Protocols.Tls10 False",
      "Security.Backend.Protocols.Tls11 False",
      "Security.Ciphers.TripleDes168 False",
      "Security.Protocols.Tls10 False",
      "Security.Protocols.Tls11 False",
    ]);
  });

  it("sends no cipher to tiers that have no cipher settings, and no units to Consumption", async () => {
    for (const sku of ["StandardV2", "Consumption"]) {
      const { inputs } = await inputsOf({ sku, http2Enabled: true });
      assert.deepEqual(
        protocols(inputs("service")).filter((each) => /Ciphers|Http2/.test(each)),
        ["Protocols.Server.Http2 True"],
      );
    }
    assert.deepEqual((await inputsOf({ sku: "Consumption" })).inputs("service").sku, {
      name: "Consumption",
      capacity: 0,
    });
  });

  it("is injected into a new subnet with the rules that Azure requires", async () => {
    const { inputs, names, made } = await inputsOf({ network: { newSubnet } });
    assert.deepEqual(names, ["shop-security-group", "shop-service", "shop-subnet"]);
    const rules = inputs("security-group").securityRules as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(
      rules.map(
        (rule) =>
          `${rule.direction} ${rule.sourceAddressPrefix} ${rule.destinationAddressPrefix} ${rule.destinationPortRanges}`,
      ),
      [
        "Inbound Internet VirtualNetwork 443",
        "Inbound ApiManagement VirtualNetwork 3443",
        "Inbound AzureLoadBalancer VirtualNetwork 6390",
        "Outbound VirtualNetwork Storage 443",
        "Outbound VirtualNetwork Sql 1433",
        "Outbound VirtualNetwork AzureKeyVault 443",
        "Outbound VirtualNetwork AzureMonitor 443,1886",
        "Outbound VirtualNetwork Internet 80",
      ],
    );
    assert.equal(new Set(rules.map(({ priority }) => priority)).size, rules.length);
    const {
      delegations,
      networkSecurityGroup,
      serviceEndpoints,
      resourceGroupName,
      virtualNetworkName,
      addressPrefix,
    } = inputs("subnet");
    assert.equal(delegations, undefined);
    assert.deepEqual(networkSecurityGroup, { id: "/id/shop-security-group" });
    assert.equal((serviceEndpoints as readonly unknown[]).length, 4);
    assert.deepEqual([resourceGroupName, virtualNetworkName, addressPrefix], ["network", "hub", "10.10.1.0/24"]);
    assert.equal(inputs("service").virtualNetworkType, "External");
    assert.deepEqual(inputs("service").virtualNetworkConfiguration, { subnetResourceId: "/id/shop-subnet" });
    assert.equal(await resolved(pulumi.output(made.service.subnetId)), "/id/shop-subnet");
    const internal = await inputsOf({ network: { newSubnet, mode: "internal" } });
    assert.equal(internal.inputs("service").virtualNetworkType, "Internal");
    assert.equal((internal.inputs("security-group").securityRules as readonly unknown[]).length, rules.length - 1);
  });

  it("is integrated with a delegated subnet on a v2 tier", async () => {
    const { inputs } = await inputsOf({ sku: "StandardV2", network: { newSubnet } });
    const { delegations, serviceEndpoints } = inputs("subnet");
    assert.deepEqual(delegations, [{ name: "api-management", serviceName: "Microsoft.Web/serverFarms" }]);
    assert.equal(serviceEndpoints, undefined);
    assert.deepEqual(inputs("security-group").securityRules, []);
    assert.equal(inputs("service").virtualNetworkType, "External");
  });

  it("returns a service record whose values are strings", async () => {
    const { made } = await inputsOf({ network: { subnetId } });
    assert.deepEqual(await resolved(pulumi.output(made.service)), {
      resourceGroupName: "shops",
      serviceName: "shop-service",
      gatewayUrl: "https://shop-service.azure-api.net",
      location: "westeurope",
      sku: "Developer",
      subnetId,
    });
    assert.equal(await resolved(made.principalId), "principal");
    assert.deepEqual(await resolved(made.outboundAddresses), ["198.51.100.2"]);
  });

  it("trusts private authorities, and has the identities that it lists", async () => {
    const { cert } = new TestAuthority("erp");
    const { inputs } = await inputsOf({
      certificateAuthorities: [cert],
      identity: { userAssigned: [pulumi.output("/id/a")], system: true },
    });
    const [authority] = inputs("service").certificates as readonly Readonly<Record<string, string>>[];
    assert.equal(authority?.storeName, "Root");
    assert.equal(authority?.encodedCertificate, cert.replaceAll(/-----[^-]+-----|\s/g, ""));
    const identity = { type: "SystemAssigned, UserAssigned", userAssignedIdentities: { "/id/a": {} } };
    assert.deepEqual(inputs("service").identity, identity);
    assert.deepEqual((await inputsOf({ identity: "system" })).inputs("service").identity, { type: "SystemAssigned" });
  });
});

describe("AzureApiManagementService rejects", () => {
  before(setMocks);

  it("missing arguments, and a tier that does not exist", () => {
    const wrong = { resourceGroupName: undefined, location: "", publisher: undefined, sku: "Gold", tags: { "": "x" } };
    assert.deepEqual(places(wrong), [
      "bad-service resourceGroupName",
      "bad-service location",
      "bad-service publisher.name",
      "bad-service publisher.email",
      "unknown-sku sku",
      'bad-tag tags[""]',
    ]);
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, "x"]));
    assert.deepEqual(places({ tags }), ["too-many-tags tags"]);
  });

  it("units that the tier does not have, and names that Azure does not accept", () => {
    assert.deepEqual(places({ units: 2 }), ["bad-service units"]);
    for (const units of [0, 1.5, "2"]) assert.deepEqual(places({ sku: "Premium", units }), ["bad-service units"]);
    assert.deepEqual(places({ sku: "Premium", units: 3 }), []);
    for (const name of ["1shop", "my shop", "s".repeat(40)])
      assert.deepEqual(places({}, name), ["bad-service serviceName"]);
    assert.deepEqual(places({ serviceName: "contoso" }, "1shop"), []);
    assert.deepEqual(places({ serviceName: "a_b" }), ["bad-service serviceName"]);
    assert.deepEqual(places({ restore: true }), ["bad-service serviceName"]);
    assert.deepEqual(places({ restore: 1, http2Enabled: "yes" }), ["bad-service http2Enabled", "bad-service restore"]);
  });

  it("a network on a tier without one, and what a tier's network cannot be", () => {
    for (const sku of skus) {
      const able = ["Developer", "Premium", "StandardV2", "PremiumV2"].includes(sku);
      assert.deepEqual(places({ sku, network: { subnetId } }), able ? [] : ["bad-service network"], sku);
    }
    const v2 = (network: object) => places({ sku: "PremiumV2", network: { subnetId, ...network } });
    assert.deepEqual(v2({ mode: "internal" }), ["bad-service network.mode"]);
    assert.deepEqual(v2({ publicIpAddressId: "/id" }), ["bad-service network.publicIpAddressId"]);
    const premium = { sku: "Premium", zones: ["1", "2"], network: { subnetId, mode: "internal" } };
    assert.deepEqual(places(premium), ["bad-service network.publicIpAddressId"]);
    assert.deepEqual(places({ zones: ["1"] }), ["bad-service zones"]);
    assert.deepEqual(places({ sku: "Premium", zones: [] }), ["bad-service zones"]);
  });

  it("no subnet or two, and one that is too small for the tier", () => {
    for (const network of [{}, { newSubnet, subnetId }]) assert.deepEqual(places({ network }), ["bad-service network"]);
    assert.deepEqual(places({ network: { subnetId: virtualNetworkId } }), ["bad-service network.subnetId"]);
    const sized = (addressPrefix: unknown, sku: string) =>
      places({ sku, network: { newSubnet: { ...newSubnet, addressPrefix } } });
    assert.deepEqual(sized("10.10.1.0/29", "Developer"), []);
    assert.deepEqual(sized("10.10.1.0/30", "Developer"), ["bad-service network.newSubnet.addressPrefix"]);
    assert.deepEqual(sized("10.10.1.0/28", "StandardV2"), ["bad-service network.newSubnet.addressPrefix"]);
    assert.deepEqual(sized("10.10.1.1/24", "Developer"), ["bad-service network.newSubnet.addressPrefix"]);
  });

  it("certificates on a tier without a list, keys, and certificates that are no authority's", () => {
    const authority = new TestAuthority("erp");
    const { cert } = authority;
    const client = authority.client("erp.example.com");
    for (const sku of ["StandardV2", "Consumption"]) {
      assert.deepEqual(places({ sku, certificateAuthorities: [cert] }), ["bad-service certificateAuthorities"]);
    }
    for (const wrong of [[], "x", Array(11).fill(cert)]) {
      assert.deepEqual(places({ certificateAuthorities: wrong }), ["bad-service certificateAuthorities"]);
    }
    for (const wrong of [client.key, client.cert, `${cert}${cert}`, "x", 7]) {
      assert.deepEqual(places({ certificateAuthorities: [wrong] }), ["bad-service certificateAuthorities[0]"]);
    }
    for (const identity of ["user", {}, { userAssigned: [] }])
      assert.deepEqual(places({ identity }), ["bad-service identity"]);
    assert.deepEqual(places({ identity: { userAssigned: [""] } }), ["bad-service identity.userAssigned[0]"]);
  });
});

describe("the warnings of an AzureApiManagementService", () => {
  it("name the changes that take long on a classic tier, and that stop a Developer's gateway", () => {
    const before = { tags: {}, virtualNetworkType: "None" };
    const after = { tags: { a: "b" }, virtualNetworkType: "External" };
    assert.match(
      change("Developer", before, after) ?? "",
      /^A change of virtualNetworkType takes 15 to 45 .*no requests/,
    );
    assert.match(change("Premium", before, after) ?? "", /serves requests in that time\.$/);
    assert.equal(change("Premium", before, { ...after, virtualNetworkType: "None" }), undefined);
    assert.equal(change("StandardV2", before, after), undefined);
    assert.match(creation("Developer"), /30 to 45 minutes/);
    assert.match(creation("StandardV2"), /some minutes/);
  });

  it("refuse a move to another generation of tiers, which Azure does not offer", () => {
    const of = (name: string) => ({ sku: { name } });
    assert.throws(() => refuseMove(of("Developer"), of("StandardV2")), /from a classic tier to a v2 tier/);
    assert.throws(() => refuseMove(of("StandardV2"), of("Consumption")), /from a v2 tier/);
    refuseMove(of("Developer"), of("Premium"));
    refuseMove({}, of("Premium"));
  });
});
