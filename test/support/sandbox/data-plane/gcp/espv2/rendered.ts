import fc from "fast-check";
import type { DescriptionText, Places, RouteText } from "../../../../../contract/oracle/description.ts";
import { gcpApiGateway } from "../../../../../contract/vendors/gcp.ts";
import { carried } from "../../../../../contract/vendors/vendor.ts";
import { issuers } from "./tokens.ts";

type Json = Readonly<Record<string, unknown>>;

const segment = fc.constantFrom("a", "b", "orders", "v1.2", "$ref", "(1)", "it's", "a+b", "{x}", "{x}", "{x}");

const route = fc.record({
  method: fc.constantFrom("GET", "GET", "POST", "DELETE", "PUT"),
  parts: fc.array(segment, { maxLength: 3 }),
  rest: fc.nat(3),
  auth: fc.constantFrom("staff", "staff", "partners", "anyone"),
  to: fc.constantFrom("shop", "erp"),
  path: fc.constantFrom(undefined, undefined, "/fixed", "/v2"),
});

const descriptions = fc.array(route, { minLength: 2, maxLength: 7 }).map((routes): DescriptionText => {
  const entries = routes.map(({ method, parts, rest, auth, to, path }): [string, RouteText] => {
    let count = 0;
    const own = [...parts, ...(rest === 0 ? ["{x+}"] : [])].map((part) => part.replace("{x", () => `{x${++count}`));
    const pattern = `/${own.join("/")}`;
    const mapped = path === "/v2" ? `/v2${pattern === "/" ? "" : pattern.replace("+}", "}")}` : path;
    const isConstant = path !== "/fixed" || !pattern.includes("{");
    return [`${method} ${pattern}`, { to, auth, ...(mapped === undefined || !isConstant ? {} : { path: mapped }) }];
  });
  return {
    version: 1,
    backends: { shop: { kind: "http", paths: "exact" }, erp: { kind: "http", paths: "exact" } },
    auth: {
      staff: { kind: "jwt", audiences: ["orders"] },
      partners: { kind: "jwt", audiences: ["https://partner.example.com/api", "other"] },
      anyone: { kind: "open", reason: "a test" },
    },
    routes: Object.fromEntries(entries),
  };
});

const places: Places = {
  backends: { shop: { url: "https://shop.example.com/base" }, erp: { url: "https://erp.example.com:8443" } },
  auth: { staff: { issuer: issuers.login }, partners: { issuer: issuers.partner } },
  consumers: {},
};

/** Documents that `GcpApiGateway` renders for generated descriptions. */
export function renderedDocuments(count: number, seed: number): readonly Json[] {
  return fc.sample(descriptions, { seed, numRuns: count }).flatMap((drawn) => {
    // The routes that the class refuses beside the others are left out.
    const description = carried(gcpApiGateway, drawn, places, () => {});
    if (description === undefined) return [];
    const artefacts = gcpApiGateway.render(description, places);
    if (artefacts.kind !== "gcp-api-gateway") throw new TypeError(`${artefacts.kind} is another class.`);
    return [JSON.parse(artefacts.document)];
  });
}
