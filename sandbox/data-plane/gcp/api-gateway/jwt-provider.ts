import { at, known, list, object, oneOf, type Plain, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** Where a token may stand in a request. */
export type JwtLocation = { readonly header: string; readonly prefix: string } | { readonly query: string };

/** A security definition that asks for a JWT, as ESPv2 hands it to Envoy's jwt_authn filter. */
export interface JwtProvider {
  readonly name: string;
  readonly issuer: string;
  /** Absent: found by OpenID discovery. */
  readonly jwksUri?: string;
  /** Never empty; without scheme and trailing slash, as Envoy compares them. */
  readonly audiences: readonly string[];
  /** In the order in which Envoy finds the tokens: headers by name and prefix, then query parameters by name. */
  readonly locations: readonly JwtLocation[];
}

const members = [
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

/** Where ESPv2 looks when nothing else is said (filtergen/jwt_authn.go). */
const defaultLocations: readonly JwtLocation[] = [
  { header: "authorization", prefix: "Bearer " },
  { header: "x-goog-iap-jwt-assertion", prefix: "" },
  { query: "access_token" },
];

/** An audience as Envoy compares it (jwt_verify_lib check_audience.cc): without the scheme and a slash at the end. */
export function bareAudience(audience: string): string {
  return audience.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

/** @throws UnsupportedArtefact for definitions that do not ask for a JWT of a stated issuer */
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
  if (type === "apiKey") throw new UnsupportedArtefact(place, "API keys are not modelled");
  if (type === "basic") throw new UnsupportedArtefact(place, "API Gateway cannot check basic authentication");
  known(definition, place, members, (member) => member.startsWith("x-") && !member.startsWith("x-google-"));
  oneOf(definition.flow, at(place, "flow"), ["implicit", "password", "application", "accessCode"]);
  const issuer = text(definition["x-google-issuer"], at(place, "x-google-issuer"));
  // Envoy takes an empty issuer for "any issuer".
  if (issuer === "")
    throw new UnsupportedArtefact(at(place, "x-google-issuer"), "an empty issuer lets every issuer in");
  const jwks = definition["x-google-jwks_uri"];
  const jwksUri = jwks === undefined ? undefined : readUrl(jwks, at(place, "x-google-jwks_uri"));
  if (jwksUri === undefined && !/^https?:\/\//.test(issuer)) {
    throw new UnsupportedArtefact(
      at(place, "x-google-jwks_uri"),
      "missing, and the issuer is not a URL at which keys could be discovered",
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
    throw new UnsupportedArtefact(place, "not an http or https URL");
  }
  return url.href;
}

/** Comma-separated, blanks trimmed; `https://SERVICE_NAME` when there are none. */
function readAudiences(value: Plain | undefined, place: string, managedService: string): readonly string[] {
  const given = value === undefined ? "" : text(value, place);
  if (given === "") return [bareAudience(`https://${managedService}`)];
  return given.split(",").map((part) => {
    const audience = bareAudience(part.trim());
    // Envoy would let a token without any audience pass for it.
    if (audience === "") throw new UnsupportedArtefact(place, "an empty audience lets tokens without audience in");
    return audience;
  });
}

function readLocations(value: Plain | undefined, place: string): readonly JwtLocation[] {
  if (value === undefined) return defaultLocations;
  const locations = list(value, place).map((entry, index): JwtLocation => {
    const here = at(place, index);
    const location = object(entry, here);
    if (location.query !== undefined) {
      known(location, here, ["query"]);
      return { query: nonEmpty(location.query, at(here, "query")) };
    }
    known(location, here, ["header", "value_prefix"]);
    const prefix = location.value_prefix;
    return {
      header: nonEmpty(location.header, at(here, "header")).toLowerCase(),
      prefix: prefix === undefined ? "" : text(prefix, at(here, "value_prefix")),
    };
  });
  if (locations.length === 0) return defaultLocations;
  const order = (location: JwtLocation): string =>
    "query" in location ? `1${location.query}` : `0${location.header}${location.prefix}`;
  return locations.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function nonEmpty(value: Plain | undefined, place: string): string {
  const found = text(value, place);
  if (found === "") throw new UnsupportedArtefact(place, "is empty");
  return found;
}
