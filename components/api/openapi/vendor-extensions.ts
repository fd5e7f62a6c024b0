/**
 * What an extension of another gateway does:
 * - `routes`: it creates routes, which would be missing without a word.
 * - `protects`: it refuses requests that would be served without it.
 * - `describes`: without it, no request is served that it would refuse.
 */
export type ExtensionKind = "routes" | "protects" | "describes";

/** An extension of another gateway. */
export interface VendorExtension {
  readonly kind: ExtensionKind;
  /** What it does: the end of a sentence that starts with its name. */
  readonly effect: string;
  /** What to write instead: a sentence. */
  readonly instead: string;
  /** The vendor's documentation. */
  readonly see: string;
}

const AWS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/";
const AWS_EXTENSIONS = `${AWS}api-gateway-swagger-extensions`;
const GOOGLE = "https://docs.cloud.google.com/api-gateway/docs/oasv3-extensions";
const GOOGLE_2 = "https://docs.cloud.google.com/endpoints/docs/openapi/openapi-extensions";
const KONG = "https://developer.konghq.com/deck/file/openapi2kong";
const YANDEX = "https://yandex.cloud/en/docs/api-gateway/concepts/extensions";
const WSO2 = "https://apim.docs.wso2.com/en/4.2.0/reference/vendor-extensions-catalog/";

const routes = (effect: string, instead: string, see: string): VendorExtension => ({
  kind: "routes",
  effect,
  instead,
  see,
});
const protects = (effect: string, instead: string, see: string): VendorExtension => ({
  kind: "protects",
  effect,
  instead,
  see,
});
const describes = (effect: string, see: string): VendorExtension => ({ kind: "describes", effect, instead: "", see });

const methods = "Declare each method of the path as an operation of its own.";
const auth = 'Declare "security" with a scheme, or "x-polygate": { "auth": ... }.';
const audiences = 'Bind the issuer and the audiences, or write "x-polygate": { "audiences": [...] } at the scheme.';
const limits = 'Write "x-polygate": { "limits": [...] } at the operation or in "default".';
const validate = 'Write "x-polygate": { "validate": true }.';
const exposure = "Set what the gateway's class has instead, e.g. allowFrom.";

/** The extensions whose meaning is known, by name. */
const byName: Readonly<Record<string, VendorExtension>> = {
  // Read as a member of a path: it becomes the route `ANY /path`.
  "x-amazon-apigateway-any-method": routes(
    "serves every other method of a path",
    "Move it into the path.",
    `${AWS_EXTENSIONS}-any-method.html`,
  ),
  "x-amazon-apigateway-api-key-source": protects(
    "decides where the API key of a request is",
    "Declare a scheme of type apiKey in the header x-api-key.",
    `${AWS_EXTENSIONS}-api-key-source.html`,
  ),
  "x-amazon-apigateway-auth": protects("requires authentication", auth, `${AWS_EXTENSIONS}-auth.html`),
  "x-amazon-apigateway-authorizer": protects(
    "decides which tokens or requests pass",
    audiences,
    `${AWS_EXTENSIONS}-authorizer.html`,
  ),
  "x-amazon-apigateway-authorizers": protects(
    "decides which tokens or requests pass",
    audiences,
    `${AWS_EXTENSIONS}-authorizer.html`,
  ),
  "x-amazon-apigateway-authtype": protects(
    "names the kind of an authorizer",
    `${audiences} Signed requests are a scheme of type apiKey in the header Authorization.`,
    `${AWS_EXTENSIONS}-authtype.html`,
  ),
  "x-amazon-apigateway-binary-media-types": describes(
    "lists binary bodies",
    `${AWS_EXTENSIONS}-binary-media-types.html`,
  ),
  "x-amazon-apigateway-cors": describes(
    "lets other origins read responses",
    `${AWS_EXTENSIONS}-cors-configuration.html`,
  ),
  "x-amazon-apigateway-documentation": describes("documents the API", `${AWS_EXTENSIONS}-documentation.html`),
  "x-amazon-apigateway-endpoint-access-mode": protects(
    "limits how clients reach the API",
    exposure,
    `${AWS}openapi-extensions-endpoint-access-mode.html`,
  ),
  "x-amazon-apigateway-endpoint-configuration": protects(
    "limits how clients reach the API",
    exposure,
    `${AWS_EXTENSIONS}-endpoint-configuration.html`,
  ),
  "x-amazon-apigateway-gateway-responses": describes(
    "changes the gateway's own responses",
    `${AWS_EXTENSIONS}-gateway-responses.html`,
  ),
  "x-amazon-apigateway-importexport-version": describes(
    "is the version of the export",
    `${AWS_EXTENSIONS}-importexport-version.html`,
  ),
  "x-amazon-apigateway-integration": describes("names the backend", `${AWS_EXTENSIONS}-integration.html`),
  "x-amazon-apigateway-integrations": describes("names backends", `${AWS_EXTENSIONS}-integrations.html`),
  "x-amazon-apigateway-minimum-compression-size": describes(
    "compresses bodies",
    `${AWS}openapi-extensions-minimum-compression-size.html`,
  ),
  "x-amazon-apigateway-policy": protects(
    "allows and denies requests, e.g. by address",
    exposure,
    `${AWS}openapi-extensions-policy.html`,
  ),
  "x-amazon-apigateway-request-validator": protects(
    "refuses requests that do not match the document",
    validate,
    `${AWS_EXTENSIONS}-request-validator.html`,
  ),
  "x-amazon-apigateway-request-validators": protects(
    "refuses requests that do not match the document",
    validate,
    `${AWS_EXTENSIONS}-request-validators.html`,
  ),
  "x-amazon-apigateway-security-policy": protects(
    "sets the lowest version of TLS",
    exposure,
    `${AWS}openapi-extensions-security-policy.html`,
  ),
  "x-amazon-apigateway-tag-value": describes("tags the API", `${AWS_EXTENSIONS}-tag-value.html`),

  "x-google-allow": protects(
    "decides whether paths that the document lacks are served",
    "Declare every path. Other paths are not served.",
    GOOGLE_2,
  ),
  "x-google-api-management": protects("sets quotas and backends", limits, GOOGLE),
  "x-google-api-name": describes("names the API", GOOGLE_2),
  "x-google-audiences": protects("decides which tokens pass", audiences, GOOGLE_2),
  "x-google-auth": protects("decides which tokens pass", audiences, GOOGLE),
  "x-google-backend": describes("names the backend", GOOGLE),
  "x-google-endpoint": protects(
    "decides who answers cross-origin preflights",
    'Write "x-polygate": { "cors": ... } at the document.',
    GOOGLE,
  ),
  "x-google-endpoints": protects(
    "decides who answers cross-origin preflights",
    'Write "x-polygate": { "cors": ... } at the document.',
    GOOGLE_2,
  ),
  // A gateway that is deployed has a binding with the issuer, so the issuer cannot be forgotten.
  "x-google-issuer": describes("names the issuer of tokens", GOOGLE_2),
  "x-google-jwks_uri": describes("names the issuer's keys", GOOGLE_2),
  "x-google-jwt-locations": protects(
    "decides where the token of a request is",
    "Let clients send the token in the header Authorization.",
    GOOGLE_2,
  ),
  "x-google-management": protects("sets quotas", limits, GOOGLE_2),
  "x-google-parameter": routes(
    "lets a parameter match several segments of a path",
    "Name the parameter {name+} in the path.",
    GOOGLE,
  ),
  "x-google-quota": protects("counts requests against a quota", limits, GOOGLE),

  "x-kong-name": describes("names an entity", KONG),
  "x-kong-service-defaults": describes("describes the backend", KONG),
  "x-kong-tags": describes("tags entities", KONG),
  "x-kong-upstream-defaults": describes("describes the backend", KONG),

  "x-ms-paths": routes(
    "declares further paths",
    "Declare them in paths.",
    "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions",
  ),

  "x-yc-apigateway-any-method": routes("serves every other method", methods, `${YANDEX}/any-method`),
  "x-yc-apigateway-integration": describes("names the backend", YANDEX),

  "x-auth-type": protects("requires authentication", auth, WSO2),
  "x-throttling-tier": protects("limits requests", limits, WSO2),
};

/** Extensions of gateways whose further members can protect routes: an unknown one is refused, not taken for a note. */
const byPrefix: readonly (readonly [prefix: string, extension: VendorExtension])[] = [
  ["x-kong-plugin-", protects("adds a plugin, which can refuse requests", `${auth} ${limits}`, KONG)],
  ["x-kong-security-", protects("decides which requests pass", auth, KONG)],
  ["x-amazon-apigateway-", unknown("Amazon API Gateway", `${AWS_EXTENSIONS}.html`)],
  ["x-google-", unknown("Google Cloud", GOOGLE)],
  ["x-kong-", unknown("Kong", KONG)],
  ["x-yc-apigateway", unknown("Yandex API Gateway", YANDEX)],
  ["x-wso2-", unknown("WSO2 API Manager", WSO2)],
  ["x-tyk-", unknown("Tyk", "https://tyk.io/docs/api-management/gateway-config-tyk-oas")],
  ["x-42c-", unknown("42Crunch API Firewall", "https://docs.42crunch.com/latest/content/extras/x42c_extensions.htm")],
];

function unknown(gateway: string, see: string): VendorExtension {
  const effect = `configures ${gateway}, and may protect routes`;
  return protects(effect, "Declare what it protects with OpenAPI or x-polygate.", see);
}

/** What an extension does, by its name in any letter case. Undefined for one that configures no known gateway. */
export function vendorExtension(name: string): VendorExtension | undefined {
  const folded = name.toLowerCase();
  if (Object.hasOwn(byName, folded)) return byName[folded];
  return byPrefix.find(([prefix]) => folded.startsWith(prefix))?.[1];
}

/** The names and prefixes of all extensions that are known. */
export const vendorExtensionNames: readonly string[] = [
  ...Object.keys(byName),
  ...byPrefix.map(([prefix]) => `${prefix}other`),
];
