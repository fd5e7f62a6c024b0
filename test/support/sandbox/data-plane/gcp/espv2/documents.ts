import fc from "fast-check";
import { definition } from "../api-gateway/gateway.ts";
import { issuers } from "./tokens.ts";

type Json = Readonly<Record<string, unknown>>;

const literals = [
  "a",
  "b",
  "orders",
  "v1.0",
  "a+b",
  "(x)",
  "$ref",
  "it's",
  "a|b",
  "^a",
  "x;y",
  "Up",
  "%7Ea",
  "é",
  "[a]",
  "*a",
];
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...literals) },
  { weight: 2, arbitrary: fc.constantFrom("{}", "{}", "*") },
);
const end = fc.constantFrom("", "", "", "", "", "/{=**}", "/**", "/**/raw", "/things:cancel", "/{}/b");

/** A path, in which `{}` and `{=**}` get names. */
const path = fc.tuple(fc.array(segment, { maxLength: 3 }), end).map(([parts, wanted]) => {
  let count = 0;
  // The sandbox refuses a verb after a wildcard.
  const last = wanted.includes(":") && parts.some((part) => part === "{}" || part === "*") ? "" : wanted;
  const text = `${parts.map((part) => `/${part}`).join("")}${last}`.replace(/\{/g, () => `{p${++count}`);
  return text === "" ? "/" : text;
});

const backend = fc.constantFrom<Json | undefined>(
  undefined,
  undefined,
  { address: "https://erp.example.com", disable_auth: true },
  { address: "https://erp.example.com/x/", disable_auth: true },
  { address: "https://erp.example.com/x", jwt_audience: "erp" },
  { address: "https://erp.example.com/", path_translation: "APPEND_PATH_TO_ADDRESS", disable_auth: true },
  { address: "https://erp.example.com:8443/y/z/", path_translation: "APPEND_PATH_TO_ADDRESS", jwt_audience: "y" },
);

const operation = fc.record({
  path,
  method: fc.constantFrom("get", "get", "post", "delete", "options", "head"),
  backend,
  security: fc.constantFrom<readonly string[] | undefined>(undefined, [], ["login"], ["partner"], ["login", "partner"]),
});

const locations = fc.constantFrom<readonly Json[] | undefined>(
  undefined,
  undefined,
  [{ header: "Authorization", value_prefix: "Bearer " }],
  [{ header: "X-Token", value_prefix: "Jwt " }, { query: "t" }],
  [{ header: "X-Token" }, { header: "Authorization", value_prefix: "Bearer " }],
);

/** Documents of API configs as people could write them by hand. */
export const documents: fc.Arbitrary<Json> = fc
  .record({
    operations: fc.uniqueArray(operation, {
      minLength: 2,
      maxLength: 7,
      // ESPv2 rejects two operations of one shape.
      selector: ({ path: text, method }) => `${method} ${text.replace(/\{\w+=?(\**)\}/g, (_, stars) => stars || "*")}`,
    }),
    locations,
    basePath: fc.constantFrom(undefined, undefined, undefined, "/v1"),
  })
  .map(({ operations, locations: places, basePath }) => {
    const paths: Record<string, Record<string, Json>> = {};
    for (const { path: text, method, backend: target, security } of operations) {
      paths[text] ??= {};
      paths[text][method] = {
        operationId: `${method.toUpperCase()} ${text}`,
        parameters: [...text.matchAll(/\{(\w+)/g)].map(([, name]) => ({
          name,
          in: "path",
          required: true,
          type: "string",
        })),
        responses: { default: { description: "any" } },
        ...(target === undefined ? {} : { "x-google-backend": target }),
        ...(security === undefined ? {} : { security: security.map((name) => ({ [name]: [] })) }),
      };
    }
    return {
      swagger: "2.0",
      info: { title: "Orders", version: "1" },
      ...(basePath === undefined ? {} : { basePath }),
      "x-google-backend": { address: "https://shop.example.com/base/", disable_auth: true },
      security: [{ login: [] }],
      securityDefinitions: {
        login: ofIssuer(issuers.login, "orders", places),
        partner: ofIssuer(issuers.partner, " https://partner.example.com/api/ , other", places),
      },
      paths,
    };
  });

function ofIssuer(issuer: string, audiences: string, locationsOfToken: readonly Json[] | undefined): Json {
  return definition({
    "x-google-issuer": issuer,
    "x-google-jwks_uri": `${issuer}/jwks`,
    "x-google-audiences": audiences,
    ...(locationsOfToken === undefined ? {} : { "x-google-jwt-locations": locationsOfToken }),
  });
}
