import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jwt } from "../../components/api/description.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import type { Overrides, RouteOverride } from "../../components/api/openapi/overrides.ts";

const folder = fileURLToPath(new URL("../../node_modules/@readme/oas-examples/", import.meta.url));

/** The paths in the package of every OpenAPI document of `@readme/oas-examples`, a collection by a third party. */
export const documents: readonly string[] = globSync("[0-9]*/**/*.{json,yaml}", { cwd: folder }).sort();

/** Returns the full path of a document. */
export function fileOf(document: string): string {
  return `${folder}${document}`;
}

/** The audience of the tokens that all gateways of these documents require. */
export const audience = "oas-examples";
const token = jwt({ audiences: [audience] });

/** Overrides for what a document does not declare, or declares but no gateway enforces. They require a token instead. */
interface Choices {
  /** The security schemes that are replaced by a token. */
  readonly schemes?: readonly string[];
  readonly routes?: Readonly<Record<string, RouteOverride | null>>;
}

const tester: RouteOverride = { auth: "tester" };
/** Another auth does not take over the scopes of the document: it names them. */
const writer: RouteOverride = { auth: "tester", scopes: ["write:things"] };
const anyPetScope: RouteOverride = { scopes: ["write:pets", "read:pets"] };

const petstoreSimple: Choices = { schemes: ["apiKey"], routes: { "GET /pet/{id}": tester } };
// The document has more schemes than a vendor supports issuers. One token replaces them all.
const security: readonly string[] = [
  ...["GET /anything/apiKey", "POST /anything/apiKey", "PUT /anything/apiKey", "POST /anything/basic"],
  ...["POST /anything/bearer", "PUT /anything/bearer", "POST /anything/openIdConnect", "POST /status/401"],
];
const oauth2 = ["POST", "GET", "PUT", "PATCH", "DELETE"].map((method) => `${method} /anything/oauth2`);
const readmeExtensions: Choices = {
  schemes: ["petstore_auth"],
  routes: { "POST /x-explorer-enabled": anyPetScope, "PATCH /x-explorer-enabled": anyPetScope },
};

function overrideAll(routes: readonly string[], override: RouteOverride): Readonly<Record<string, RouteOverride>> {
  return Object.fromEntries(routes.map((route) => [route, override]));
}

/** The overrides that only some documents need, by the document's path without its format. */
const choices: Readonly<Record<string, Choices>> = {
  ...Object.fromEntries(
    ["additional-ref", "anyOf-allOf", "get", "hoot", "post-requestBody", "post-responses", "post", "refs"].map(
      (name) => [`3.0/openapi-workshop/${name}`, { schemes: ["basicAuth"] }],
    ),
  ),
  "3.0/openapi-workshop/server-variables": { schemes: ["basicAuth"] },
  "2.0/petstore-simple": {
    schemes: ["petstore_auth", "api_key"],
    routes: { "POST /pet/{petId}": anyPetScope, "DELETE /pet/{petId}": anyPetScope },
  },
  "3.0/petstore-simple": petstoreSimple,
  "3.0/petstore-simple-no-tags": petstoreSimple,
  "3.1/petstore-simple": petstoreSimple,
  ...Object.fromEntries(
    ["2.0/petstore", "3.0/petstore", "3.1/petstore"].map((name) => [
      name,
      {
        schemes: ["petstore_auth", "api_key"],
        routes: Object.fromEntries(
          [
            ...["PUT /pet", "POST /pet", "GET /pet/findByStatus", "GET /pet/findByTags", "POST /pet/{petId}"],
            ...["DELETE /pet/{petId}", "POST /pet/{petId}/uploadImage"],
          ].map((route) => [route, anyPetScope]),
        ),
      },
    ]),
  ),
  "3.0/readme-extensions": readmeExtensions,
  "3.1/readme-extensions": readmeExtensions,
  "3.0/readme-legacy": { schemes: ["apiKey"] },
  "3.0/response-http-behavior": {
    routes: { "GET /cache": tester, "GET /status/302": tester, "GET /status/204": tester },
  },
  "3.0/security-multiple": {
    schemes: ["apiKey_header", "basic", "oauth2"],
    routes: {
      // A token alone is less than the key, the password and the token that the document requires together.
      "POST /anything/and": null,
      "POST /anything/or": writer,
      "POST /anything/and-or": writer,
      "POST /anything/many-and-or": tester,
    },
  },
  "3.0/security": {
    routes: { ...overrideAll([...security, "GET /anything/optional-auth"], tester), ...overrideAll(oauth2, writer) },
  },
  "3.1/security": {
    routes: { ...overrideAll([...security, "POST /anything/mutualTLS"], tester), ...overrideAll(oauth2, writer) },
  },
  "3.1/readme": {
    schemes: ["bearer"],
    routes: { "GET /apply": tester, "POST /apply": tester, "GET /outbound_ips": tester, "POST /validate/api": tester },
  },
  "3.1/train-travel": { schemes: ["OAuth2"] },
};

/** Returns the overrides of a document. They are the same for JSON and YAML. */
export function overridesFor(document: string): Overrides {
  const { schemes = [], routes } = choices[document.replace(/\/(?:json|yaml)\//, "/").replace(/\.\w+$/, "")] ?? {};
  return {
    auth: { tester: token, ...Object.fromEntries(schemes.map((scheme) => [scheme, token])) },
    default: { auth: "tester" },
    ...(routes === undefined ? {} : { routes: routes as NonNullable<Overrides["routes"]> }),
  };
}

/**
 * Reads a document with its overrides.
 *
 * @throws {PolygateError} when the document cannot be converted to a description
 */
export function read(document: string): ReturnType<typeof fromOpenApi> {
  return fromOpenApi(fileOf(document), overridesFor(document));
}
