import assert from "node:assert/strict";
import fc from "fast-check";
import { BACKEND, ISSUER, raw, TestDataPlane } from "../support/sandbox/data-plane/test-data-plane.ts";
import type { DescriptionText, Places } from "./oracle/description.ts";
import { vendors } from "./vendors/vendors.ts";

/** Names that every JavaScript object inherits, beside ordinary ones. */
const NAMES = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty", "x-tenant", "name"] as const;
const name = fc.constantFrom(...NAMES);
const values = fc.uniqueArray(name, { maxLength: 3 }).map((names) => names.map((each) => [each, "1"] as const));

/** @param auth the auth of both routes */
const describedWith = (auth: "anyone" | "staff"): DescriptionText => ({
  version: 1,
  backends: Object.fromEntries([["constructor", { kind: "http" as const }]]),
  auth: {
    staff: { kind: "jwt", audiences: ["orders"] },
    anyone: { kind: "open", reason: "a part of this test" },
  },
  default: { auth },
  routes: {
    "GET /a/{constructor}": { to: "constructor" },
    "GET /b/{valueOf}/c": { to: "constructor" },
  },
});

const places: Places = {
  backends: { constructor: { url: BACKEND } },
  auth: Object.fromEntries([["staff", { issuer: ISSUER }]]),
  consumers: {},
  callers: {},
};

/** A REST API checks tokens with a function of its own, which no claim leaves. */
const authOf = (className: string) => (className === "AwsRestApi" ? "anyone" : "staff");

describe("names that objects inherit", function () {
  this.timeout(60_000);
  for (const vendor of vendors) {
    it(`are ordinary headers, parameters, claims and names of a description in ${vendor.capabilities.className}`, async () => {
      const stand = await new TestDataPlane().start();
      let arrived: { readonly url: string; readonly headers: readonly string[] } = { url: "", headers: [] };
      stand.backend.answer = ({ url = "", rawHeaders }, response) => {
        arrived = { url, headers: rawHeaders };
        response.end();
      };
      try {
        const artefacts = vendor.render(describedWith(authOf(vendor.capabilities.className)), places);
        const served = { key: "names", name: "names", vendor: vendor.vendor, region: "here", artefacts } as const;
        await stand.dataPlane.apply([served]);
        const origin = stand.dataPlane.url("names");
        // https://cloud.google.com/api-gateway: ESPv2 refuses a header with an underscore.
        const refuses = (header: string) => vendor.vendor === "gcp" && header.includes("_");
        const property = fc.asyncProperty(name, values, values, values, async (segment, all, query, claims) => {
          const headers = all.filter(([header]) => !refuses(header));
          const token = await stand.issuer.token(Object.fromEntries(claims));
          const target = `${vendor.path ?? ""}/a/${segment}?${query.map((pair) => pair.join("=")).join("&")}`;
          const fields = headers.map(([header, value]) => `${header}: ${value}\r\n`).join("");
          const authorization = `Authorization: Bearer ${token}\r\n`;
          const answer = await raw(
            origin,
            `GET ${target} HTTP/1.1\r\nHost: client.example\r\nConnection: close\r\n${authorization}${fields}\r\n`,
            5_000,
          );
          assert.match(answer, /^HTTP\/1\.1 200 /);
          const names = arrived.headers.filter((_, index) => index % 2 === 0).map((each) => each.toLowerCase());
          for (const [header] of headers) assert.ok(names.includes(header.toLowerCase()), `${header}: ${names}`);
          assert.ok(arrived.url.startsWith(`/a/${segment}`), arrived.url);
        });
        await fc.assert(property, { numRuns: 30 });
      } finally {
        await stand.close();
      }
    });
  }
});
