import { type Document, reductions } from "./documents.ts";
import type { AnswersText } from "./oracle/answers.ts";
import { answersOfOverlay } from "./oracle/overlay.ts";

/** For documents that require nothing. */
const tokenForAll: AnswersText = { unsecured: { kind: "jwt", name: "clients", audiences: ["clients"] } };
const isPublic: AnswersText = { unsecured: { kind: "open", reason: "it is public" } };
const byBackend = { kind: "backend", reason: "the backend checks it" } as const;

const twilio: AnswersText = { schemes: { accountSid_authToken: { kind: "jwt", audiences: ["twilio"] } } };
const petstoreSimple: AnswersText = { ...tokenForAll, schemes: { apiKey: byBackend } };
const petstore: AnswersText = {
  schemes: { api_key: { kind: "apiKey" } },
  anyScope: "the store checks the other",
  unsecured: { kind: "sameAs", auth: "petstore_auth" },
};
const readmeExtensions: AnswersText = { ...tokenForAll, anyScope: "the store checks the other" };
const security: AnswersText = {
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
/** What a user answers about each document, by its name or by the beginning of its name. The longest that matches counts. */
const answers: Readonly<Record<string, AnswersText>> = {
  "@blockfrost/openapi/": {
    ...isPublic,
    schemes: { project_id: { kind: "apiKey" } },
  },
  "@dcl/catalyst-api-specs/": isPublic,
  "@digdir/dialogporten-schema/": {
    ...isPublic,
    schemes: { JWTBearerAuth: { kind: "jwt", audiences: ["dialogporten"] } },
    anyScope: "the service checks the search",
  },
  "@dopplerhq/mcp-server/": {
    ...isPublic,
    // The document has a path under two names.
    unservable: "the other path is the same",
  },
  "@figma/rest-api-spec/": {
    prefer: ["OAuth2", "OrgOAuth2"],
    schemes: { PersonalAccessToken: byBackend, PlanAccessToken: byBackend },
    anyScope: "the old scope includes the new one",
  },
  "@interledger/open-payments/": { ...isPublic, schemes: { GNAP: byBackend } },
  "@netlify/open-api/": { ...isPublic, trailingSlash: "it serves both" },
  "@notionhq/notion-mcp-server/": { unsecured: { kind: "sameAs", auth: "bearerAuth" } },
  "@okta/openapi/": {
    schemes: { api_token: { kind: "jwt", audiences: ["okta"] } },
    pathQuery: "the service decides by the query",
  },
  "@readme/oas-examples/": tokenForAll,
  "@readme/oas-examples/2.0/json/petstore-simple.json": petstore,
  "@readme/oas-examples/2.0/json/petstore.json": petstore,
  "@readme/oas-examples/3.0/json/openapi-workshop/": { schemes: { basicAuth: byBackend } },
  "@readme/oas-examples/3.0/json/parameters-": { ...tokenForAll, unservable: "nobody needs these examples" },
  "@readme/oas-examples/3.1/json/parameters-": { ...tokenForAll, unservable: "nobody needs these examples" },
  "@readme/oas-examples/3.0/json/petstore-simple": petstoreSimple,
  "@readme/oas-examples/3.0/json/petstore.json": petstore,
  "@readme/oas-examples/3.0/json/readme-extensions.json": readmeExtensions,
  "@readme/oas-examples/3.0/json/readme-legacy.json": { ...tokenForAll, schemes: { apiKey: byBackend } },
  "@readme/oas-examples/3.0/json/security-multiple.json": {
    schemes: { basic: byBackend },
    prefer: ["oauth2", ["apiKey_header", "oauth2"], "bearer_jwt"],
  },
  "@readme/oas-examples/3.0/json/security.json": security,
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
  "shipengine-openapi/": { schemes: { api_key: { kind: "apiKey" } } },
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
