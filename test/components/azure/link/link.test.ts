import assert from "node:assert/strict";
import { azureLinks, type ServiceNetwork } from "../../../../components/azure/link/link.ts";

const virtualNetworkId = "/subscriptions/0a1b/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/hub";
const subnetId = `${virtualNetworkId}/subnets/gateway`;
const link = { kind: "azure-virtual-network", virtualNetworkId, location: "westeurope" };

const problems = (given: object, service: ServiceNetwork = {}): readonly string[] =>
  azureLinks(service)
    .check({ ...link, ...given } as never, "backends.erp.link")
    .map(({ code, place }) => `${code} ${place}`);

describe("a link on Azure", () => {
  it("is the id and the region of a virtual network, in any case of letters", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ virtualNetworkId: virtualNetworkId.toLowerCase(), location: "West Europe" }), []);
  });

  it("is rejected with another kind, another member, or a value that is no id", () => {
    assert.deepEqual(problems({ kind: "aws-vpc-link" }), ["bad-link backends.erp.link.kind"]);
    assert.deepEqual(problems({ subnetId, virtualNetworkId: subnetId, location: "" }), [
      "bad-link backends.erp.link.subnetId",
      "bad-link backends.erp.link.virtualNetworkId",
      "bad-link backends.erp.link.location",
    ]);
  });

  it("must lead from the service's virtual network and region, as far as they are known", () => {
    assert.deepEqual(problems({}, { subnetId: subnetId.toUpperCase(), location: "West Europe" }), []);
    assert.deepEqual(problems({}, { subnetId: null }), []);
    assert.deepEqual(problems({}, { subnetId: subnetId.replace("hub", "spoke"), location: "northeurope" }), [
      "link-elsewhere backends.erp.link.virtualNetworkId",
      "link-elsewhere backends.erp.link.location",
    ]);
  });

  it("has placeholders that agree with every service", () => {
    for (const service of [{}, { subnetId, location: "northeurope" }, { subnetId }]) {
      const form = azureLinks(service);
      assert.deepEqual(form.check(form.placeholder({}), "x"), []);
    }
  });
});
