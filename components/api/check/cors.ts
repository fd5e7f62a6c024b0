import type { ApiCors, ApiRoute } from "../checked-api.ts";
import type { Method } from "../description.ts";
import type { Reader } from "../reader.ts";
import { checkCorsHeader, readHeaderNames } from "./headers.ts";
import { nonEmpty } from "./list.ts";
import { methods } from "./methods.ts";

/** The policy for cross-origin requests. Its default methods are those of the routes. */
export function readCors(reader: Reader, routes: readonly ApiRoute[]): ApiCors | undefined {
  if (!reader.only(["origins", "methods", "headers", "expose", "maxAgeSeconds", "credentials"])) return undefined;
  const origins = readOrigins(reader.at("origins"));
  const credentials = reader.at("credentials").present ? (reader.at("credentials").flag() ?? false) : false;
  if (credentials && origins.includes("*")) {
    reader.problem("credentials-for-all", "Browsers refuse credentials for every origin.", "Name the origins.");
  }
  const names = (list: Reader, fallback: readonly string[]): readonly string[] =>
    list.present ? readHeaderNames(list, checkCorsHeader) : fallback;
  return {
    origins,
    methods: readMethods(reader.at("methods"), routes),
    headers: names(reader.at("headers"), ["authorization", "content-type"]),
    expose: names(reader.at("expose"), []),
    maxAgeSeconds: reader.at("maxAgeSeconds").present ? (reader.at("maxAgeSeconds").integer(0, 86_400) ?? 600) : 600,
    credentials,
  };
}

function readOrigins(reader: Reader): readonly string[] {
  const origins = nonEmpty(reader, "origins", "would let no page in", checkOrigin);
  if (origins.includes("*") && origins.length > 1) {
    reader.problem(
      "bad-origin",
      '"*" must be the only origin of the list.',
      "Remove the other origins, or remove the star.",
    );
  }
  return origins;
}

const origin = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

/** A browser sends an origin in one form only, and vendors compare it letter by letter: no other form would ever match. */
function checkOrigin(text: string, reader: Reader): void {
  if (text === "*" || (origin.test(text) && URL.canParse(text) && new URL(text).origin === text)) return;
  reader.problem(
    "bad-origin",
    `"${text}" is not an origin as browsers send it.`,
    'Write scheme and host in lower case, such as "https://shop.example.com", without a path and without the scheme\'s default port; or write "*".',
  );
}

function readMethods(reader: Reader, routes: readonly ApiRoute[]): readonly Method[] {
  if (!reader.present) return methods.filter((method) => routes.some((route) => route.method === method));
  // One vendor reads an empty list as GET and POST, another as no method.
  const harm = "would let no request through; omit methods to allow those of the routes";
  const named = nonEmpty(reader, "methods", harm, (_, item) => void item.oneOf(methods));
  return methods.filter((method) => named.includes(method));
}
