import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { AllowFrom } from "../../../../components/azure/api-management/allow-from.ts";
import { apiManagementTarget } from "../../../../components/azure/api-management/target.ts";
import { type ApiManagementSku, skus } from "../../../../components/azure/sku.ts";
import { decisionOf } from "../../../support/components/azure/api-management/deployed-api.ts";
import { service } from "../../../support/sandbox/data-plane/azure/api-management/service.ts";

const api = normalise({
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: { "GET /open": { to: "shop", auth: "anyone" } },
});
const bindings: Bindings = { backends: { shop: { url: "https://shop.example.com" } }, auth: {} };

const targetOf = (allowFrom: unknown, sku: ApiManagementSku = "Developer") =>
  apiManagementTarget({ sku, path: "shop", title: "shop", allowFrom: allowFrom as AllowFrom });

/** The decision about a request from an address. */
async function from(address: string, cidrs: readonly string[], sku: ApiManagementSku = "Developer"): Promise<string> {
  const { document, policy } = targetOf({ cidrs }, sku).compile(api, bindings);
  const artefacts = { name: "shop", path: "shop", document, policy, serviceUrl: "" };
  return decisionOf(service(artefacts, { sku }), "GET /shop/open", {}, address);
}

describe("the networks of allowFrom on API Management", () => {
  it("may send requests, and others are refused, on every tier", async () => {
    const cidrs = ["192.0.2.0/24", "198.51.100.4/32"];
    for (const sku of skus) {
      for (const address of ["192.0.2.7", "198.51.100.4"])
        assert.equal(await from(address, cidrs, sku), "proxied", sku);
      for (const address of ["198.51.100.5", "2001:db8::1"]) {
        assert.equal(await from(address, cidrs, sku), "forbidden", sku);
      }
    }
  });

  it("contain their first and last address and no neighbour", async () => {
    const text = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 9, max: 31 }), fc.nat({ max: 2 ** 24 - 1 }), async (bits, offset) => {
        const size = 2 ** (32 - bits);
        const first = 10 * 2 ** 24 + Math.floor(offset / size) * size;
        const cidrs = [`${text(first)}/${bits}`];
        assert.equal(await from(text(first), cidrs), "proxied");
        assert.equal(await from(text(first + size - 1), cidrs), "proxied");
        assert.equal(await from(text(first - 1), cidrs), "forbidden");
        assert.equal(await from(text(first + size), cidrs), "forbidden");
      }),
      { numRuns: 25 },
    );
  });

  it("are not checked without the option", () => {
    assert.doesNotMatch(targetOf(undefined).compile(api, bindings).policy, /ip-filter/);
    assert.deepEqual(targetOf(undefined).check(api), []);
  });

  it("are refused at preview where they are malformed, repeated, everything or not known", () => {
    const places = (allowFrom: unknown) =>
      targetOf(allowFrom)
        .check(api)
        .map(({ code, place }) => `${code} ${place}`);
    for (const whole of [null, 7, [], {}, { cidrs: [] }, { cidrs: "192.0.2.0/24" }, pulumi.output({ cidrs: [] })]) {
      assert.deepEqual(places(whole), ["bad-allow-from allowFrom"]);
    }
    const cidrs = ["192.0.2.0/24", "192.0.2.1/24", "192.0.2.0", "2001:db8::/32", "0.0.0.0/0", "192.0.2.0/24", 7, null];
    assert.deepEqual(
      places({ cidrs }),
      [1, 2, 3, 4, 5, 6, 7].map((index) => `bad-allow-from allowFrom.cidrs[${index}]`),
    );
  });
});
