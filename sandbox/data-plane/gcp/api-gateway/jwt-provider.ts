import { allowOnly, at, list, object, oneOf, type Plain, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { isForeign } from "./members.ts";

/** A location of a token in a request. */
export type JwtLocation = { readonly header: string; readonly prefix: string } | { readonly query: string };

/** A security definition that requires a JWT, as ESPv2 passes it to Envoy's jwt_authn filter. */
export interface JwtProvider {
  readonly name: string;
  readonly issuer: string;
  /** Without it, the keys are found by OpenID discovery. */
  readonly jwksUri?: string;
  /** Without the scheme and a trailing slash, as Envoy compares them. Never empty. */
  readonly audiences: readonly string[];
  /** In Envoy's order: headers by name and prefix, then query parameters by name. */
  readonly locations: readonly JwtLocation[];
}

const MEMBERS = [
  "type",
  "description",
  "flow",
  "authorizationUrl",
  "tokenUrl",
  "scopes",
  "x-google-issuer",
  "x-google-jwks_uri",
  "x-google-audiences",
  "x-google-jwt-locations",
];

/** ESPv2's locations for a definition without `x-google-jwt-locations` (filtergen/jwt_authn.go). */
const DEFAULT_LOCATIONS: readonly JwtLocation[] = [
  { header: "authorization", prefix: "Bearer " },
  { header: "x-goog-iap-jwt-assertion", prefix: "" },
  { query: "access_token" },
];

/** An audience without the scheme and a trailing slash, as Envoy compares it (jwt_verify_lib check_audience.cc). */
export function bareAudience(audience: string): string {
  return audience.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

/** Reads `securityDefinitions`. @throws UnsupportedArtefact for a definition that does not require a JWT of a named issuer */
export function readProviders(value: Plain | undefined, managedService: string): ReadonlyMap<string, JwtProvider> {
  if (value === undefined) return new Map();
  return new Map(
    Object.entries(object(value, "securityDefinitions")).map(([name, definition]) => {
      const place = at("securityDefinitions", name);
      return [name, readProvider(name, object(definition, place), place, managedService)];
    }),
  );
}

function readProvider(name: string, definition: PlainObject, place: string, managedService: string): JwtProvider {
  const type = oneOf(definition.type, at(place, "type"), ["oauth2", "apiKey", "basic"]);
  if (type === "apiKey") throw new UnsupportedArtefact(place, "API keys are not supported by the sandbox");
  if (type === "basic") throw new UnsupportedArtefact(place, "API Gateway cannot check basic authentication");
  allowOnly(definition, place, MEMBERS, isForeign);
  oneOf(definition.flow, at(place, "flow"), ["implicit", "password", "application", "accessCode"]);
  const issuer = text(definition["x-google-issuer"], at(place, "x-google-issuer"));
  if (issuer === "") {
    throw new UnsupportedArtefact(at(place, "x-google-issuer"), "an empty issuer makes Envoy accept every issuer");
  }
  const jwks = definition["x-google-jwks_uri"];
  const jwksUri = jwks === undefined ? undefined : readUrl(jwks, at(place, "x-google-jwks_uri"));
  if (jwksUri === undefined && !/^https?:\/\//.test(issuer)) {
    throw new UnsupportedArtefact(
      at(place, "x-google-jwks_uri"),
      "is missing, and the issuer is not a URL at which keys can be discovered",
    );
  }
  return {
    name,
    issuer,
    ...(jwksUri === undefined ? {} : { jwksUri }),
    audiences: readAudiences(definition["x-google-audiences"], at(place, "x-google-audiences"), managedService),
    locations: readLocations(definition["x-google-jwt-locations"], at(place, "x-google-jwt-locations")),
  };
}

function readUrl(value: Plain, place: string): string {
  const url = URL.parse(text(value, place));
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new UnsupportedArtefact(place, "must be an http or https URL");
  }
  return url.href;
}

/** Reads audiences separated by commas. White space is trimmed. @default `https://SERVICE_NAME` */
function readAudiences(value: Plain | undefined, place: string, managedService: string): readonly string[] {
  const audiences = value === undefined ? "" : text(value, place);
  if (audiences === "") return [bareAudience(`https://${managedService}`)];
  return audiences.split(",").map((part) => {
    const audience = bareAudience(part.trim());
    if (audience === "") {
      throw new UnsupportedArtefact(place, "an empty audience makes Envoy accept tokens without an audience");
    }
    return audience;
  });
}

function readLocations(value: Plain | undefined, place: string): readonly JwtLocation[] {
  if (value === undefined) return DEFAULT_LOCATIONS;
  const locations = list(value, place).map((entry, index): JwtLocation => {
    const here = at(place, index);
    const location = object(entry, here);
    if (location.query !== undefined) {
      allowOnly(location, here, ["query"]);
      return { query: nonEmpty(location.query, at(here, "query")) };
    }
    allowOnly(location, here, ["header", "value_prefix"]);
    const prefix = location.value_prefix;
    return {
      header: nonEmpty(location.header, at(here, "header")).toLowerCase(),
      prefix: prefix === undefined ? "" : text(prefix, at(here, "value_prefix")),
    };
  });
  if (locations.length === 0) return DEFAULT_LOCATIONS;
  const order = (location: JwtLocation): string =>
    "query" in location ? `1${location.query}` : `0${location.header}${location.prefix}`;
  return locations.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function nonEmpty(value: Plain | undefined, place: string): string {
  const found = text(value, place);
  if (found === "") throw new UnsupportedArtefact(place, "must not be empty");
  return found;
}
