import { type Document, reductions } from "./documents.ts";
import type { AnswersText } from "./oracle/answers.ts";
import { answersOfOverlay } from "./oracle/overlay.ts";

const staff = { kind: "jwt", audiences: ["staff"] } as const;
const plans = { all: {} };
/** For documents that require nothing. */
const tokenForAll: AnswersText = { auth: { staff }, unsecured: { kind: "sameAs", auth: "staff" } };
const isPublic: AnswersText = { unsecured: { kind: "open", reason: "it is public" } };
const byBackend = { kind: "backend", reason: "the backend checks it" } as const;

const twilio: AnswersText = { schemes: { accountSid_authToken: { kind: "jwt", audiences: ["twilio"] } } };
const petstoreSimple: AnswersText = { ...tokenForAll, schemes: { apiKey: byBackend } };
const petstore: AnswersText = {
  plans,
  schemes: { api_key: { kind: "apiKey" } },
  anyScope: "the store checks the other",
  unsecured: { kind: "sameAs", auth: "petstore_auth" },
};
const readmeExtensions: AnswersText = { ...tokenForAll, anyScope: "the store checks the other" };
const security: AnswersText = {
  plans,
  schemes: {
    apiKey_cookie: byBackend,
    apiKey_query: { kind: "apiKey" },
    basic: byBackend,
    mutualTLS: byBackend,
    // One issuer signs the tokens of all flows.
    oauth2_authorizationCode: { kind: "sameAs", auth: "oauth2" },
    oauth2_clientCredentials: { kind: "sameAs", auth: "oauth2" },
    oauth2_implicit: { kind: "sameAs", auth: "oauth2" },
    oauth2_password: { kind: "sameAs", auth: "oauth2" },
  },
  unsecured: { kind: "sameAs", auth: "bearer" },
};
const twoBackends = { main: { kind: "http" }, other: { kind: "http" } } as const;

function toOther(...keys: readonly string[]): NonNullable<AnswersText["operations"]> {
  return Object.fromEntries(keys.map((key) => [key, { to: "other" }]));
}

/** What a user answers about each document, by its name or by the beginning of its name. The longest that matches counts. */
const answers: Readonly<Record<string, AnswersText>> = {
  "@blockfrost/openapi/": {
    ...isPublic,
    plans,
    schemes: { project_id: { kind: "apiKey" } },
    backends: twoBackends,
    to: "main",
    operations: toOther(
      "POST /ipfs/add",
      "GET /ipfs/gateway/{IPFS_path}",
      "POST /ipfs/pin/add/{IPFS_path}",
      "GET /ipfs/pin/list",
      "GET /ipfs/pin/list/{IPFS_path}",
      "POST /ipfs/pin/remove/{IPFS_path}",
    ),
  },
  "@dcl/catalyst-api-specs/": isPublic,
  "@digdir/dialogporten-schema/": {
    ...isPublic,
    schemes: { JWTBearerAuth: { kind: "jwt", audiences: ["dialogporten"] } },
    anyScope: "the service checks the search",
  },
  "@dopplerhq/mcp-server/": {
    ...isPublic,
    // The document has this path under two names.
    without: ["GET /v3/workplace/users/{workplace_user_id}"],
  },
  "@figma/rest-api-spec/": {
    prefer: ["OAuth2", "OrgOAuth2"],
    schemes: { PersonalAccessToken: byBackend, PlanAccessToken: byBackend },
    anyScope: "the old scope includes the new one",
  },
  "@interledger/open-payments/": { ...isPublic, schemes: { GNAP: byBackend } },
  "@netlify/open-api/": { ...isPublic, trailingSlash: "it serves both" },
  "@notionhq/notion-mcp-server/": { unsecured: { kind: "sameAs", auth: "bearerAuth" } },
  "@okta/openapi/": { schemes: { api_token: { kind: "jwt", audiences: ["okta"] } } },
  "@readme/oas-examples/": tokenForAll,
  "@readme/oas-examples/2.0/json/petstore-simple.json": petstore,
  "@readme/oas-examples/2.0/json/petstore.json": petstore,
  "@readme/oas-examples/3.0/json/openapi-workshop/": { schemes: { basicAuth: byBackend } },
  "@readme/oas-examples/3.0/json/petstore-simple": petstoreSimple,
  "@readme/oas-examples/3.0/json/petstore.json": petstore,
  "@readme/oas-examples/3.0/json/readme-extensions.json": readmeExtensions,
  "@readme/oas-examples/3.0/json/readme-legacy.json": { ...tokenForAll, schemes: { apiKey: byBackend } },
  "@readme/oas-examples/3.0/json/security-multiple.json": {
    plans,
    schemes: { basic: byBackend },
    prefer: ["oauth2", ["apiKey_header", "oauth2"], "bearer_jwt"],
  },
  "@readme/oas-examples/3.0/json/security.json": security,
  "@readme/oas-examples/3.0/json/server-path-level.json": {
    ...tokenForAll,
    backends: twoBackends,
    to: "main",
    operations: toOther(
      "GET /relative-path-server",
      "GET /relative-operation-server",
      "GET /operation-server-variables",
      "GET /path-item-ref-server",
      "GET /path-item-server-source",
      "GET /empty-operation-servers",
      "GET /empty-path-item-servers",
    ),
  },
  "@readme/oas-examples/3.0/json/server-variables.json": {
    ...tokenForAll,
    backends: twoBackends,
    to: "main",
    operations: toOther("POST /operation", "PUT /path", "PUT /combo"),
  },
  "@readme/oas-examples/3.1/json/petstore-simple.json": petstoreSimple,
  "@readme/oas-examples/3.1/json/petstore.json": petstore,
  "@readme/oas-examples/3.1/json/readme-extensions.json": readmeExtensions,
  "@readme/oas-examples/3.1/json/readme.json": { unsecured: { kind: "sameAs", auth: "bearer" } },
  "@readme/oas-examples/3.1/json/security.json": security,
  "@scalar/galaxy/": { ...isPublic, prefer: ["oAuth2"] },
  "@shipengine/connect-fulfillment-provider-api/": tokenForAll,
  "@twilio-alpha/mcp/": twilio,
  "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_api_v2010.json": {
    ...twilio,
    segments: "it answers 404 to other text",
  },
  "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_iam_": { ...isPublic, ...twilio },
  "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_oauth_": isPublic,
  "rclone-openapi/": tokenForAll,
  "shipengine-openapi/": { plans, schemes: { api_key: { kind: "apiKey" } } },
};

/** Bodies for the operations of reductions whose overlay sets `validate`. */
const bodies: Readonly<Record<string, NonNullable<AnswersText["bodies"]>>> = {
  "swagger-google.yaml": { "POST /baskets": '{"items":["a loaf"]}' },
};

/** Returns the answers about a document. Those about a reduction are in the overlay beside it. */
export function answersTo({ name, origin, file }: Document): AnswersText {
  if (origin === reductions) {
    return { ...answersOfOverlay(file.replace(/yaml$/, "polygate.yaml")), bodies: bodies[name] ?? {} };
  }
  const [prefix] = Object.keys(answers)
    .filter((each) => name.startsWith(each))
    .toSorted((one, other) => other.length - one.length);
  return prefix === undefined ? {} : (answers[prefix] as AnswersText);
}
