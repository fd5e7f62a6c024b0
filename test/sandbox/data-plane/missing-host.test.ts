import assert from "node:assert/strict";
import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import { UnsupportedArtefact } from "../../../sandbox/data-plane/interpreter.ts";
import { refuseMissingHosts } from "../../../sandbox/data-plane/missing-host.ts";

const google = (document: object): GatewayArtefacts => ({
  kind: "gcp-api-gateway",
  document: JSON.stringify(document),
  managedService: "orders.example",
});

const azure = (parts: { readonly policy?: string; readonly serviceUrl?: string }): GatewayArtefacts => ({
  kind: "azure-api-management",
  sku: "Developer",
  apis: [
    {
      name: "orders",
      path: "orders",
      protocols: ["https"],
      subscriptionRequired: false,
      subscriptionKeyNames: { header: "a", query: "b" },
      document: "{}",
      ...parts,
    },
  ],
  namedValues: {},
});

const placeOf = (artefacts: GatewayArtefacts): string | undefined => {
  try {
    refuseMissingHosts(artefacts);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UnsupportedArtefact);
    assert.match(error.message, /names no host: the program wrote an output that its resource does not have;/);
    return error.place;
  }
};

describe("A gateway whose document names a missing host", () => {
  it("is refused with the place of the URL", () => {
    for (const url of ["https://undefined", "https://undefined/a?b", "http://undefined:8080/", "https://api.null/x"]) {
      assert.equal(
        placeOf(google({ paths: { "/a": { "x-google-backend": { address: url } } } })),
        "paths./a.x-google-backend.address",
      );
      assert.equal(placeOf(azure({ serviceUrl: url })), "orders.serviceUrl");
      assert.equal(placeOf({ ...azure({}), backends: { erp: { url } } } as GatewayArtefacts), "backend erp");
      assert.equal(placeOf(azure({ policy: `<set-backend-service base-url="${url}" />` })), "orders.policy");
    }
  });

  it("is not confused with a gateway whose hosts or texts only contain such a word", () => {
    for (const url of [
      "https://undefined-shop.example.com",
      "https://shop.example/undefined",
      "https://nullable.example",
    ]) {
      assert.equal(placeOf(google({ paths: {}, address: url })), undefined);
      assert.equal(placeOf(azure({ serviceUrl: url })), undefined);
    }
    assert.equal(placeOf(google({ info: { description: "never https://undefined" } })), undefined);
  });
});
