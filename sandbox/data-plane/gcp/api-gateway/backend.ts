import { allowOnly, boolean, object, oneOf, type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import type { UrlTemplate } from "./url-template.ts";

/** An `x-google-backend`. */
export interface GcpBackend {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly hostname: string;
  /** The path of the address, without a trailing slash. May be empty. */
  readonly path: string;
  readonly translation: "APPEND_PATH_TO_ADDRESS" | "CONSTANT_ADDRESS";
  readonly deadlineMs: number;
  /** The audience of the gateway's ID token. Without it, the gateway sends no ID token and does not change `Authorization`. */
  readonly audience?: string;
}

const MEMBERS = ["address", "path_translation", "deadline", "jwt_audience", "disable_auth", "protocol"];

/** ESPv2's default deadline (esp-v2 util.DefaultResponseDeadline). */
const DEFAULT_DEADLINE_S = 15;

/**
 * Reads an `x-google-backend`.
 *
 * @param level determines the default of `path_translation`: APPEND_PATH_TO_ADDRESS at the top of the document, CONSTANT_ADDRESS in an
 *   operation (cloud.google.com/api-gateway/docs/passing-data)
 * @throws UnsupportedArtefact for unknown members, gRPC, HTTP/2 and malformed values
 */
export function readBackend(value: Plain, place: string, level: "top" | "operation"): GcpBackend {
  const backend = object(value, place);
  allowOnly(backend, place, MEMBERS);
  const { origin, path } = readAddress(text(backend.address, `${place}.address`), `${place}.address`);
  const translation =
    backend.path_translation === undefined
      ? level === "top"
        ? "APPEND_PATH_TO_ADDRESS"
        : "CONSTANT_ADDRESS"
      : oneOf(backend.path_translation, `${place}.path_translation`, ["APPEND_PATH_TO_ADDRESS", "CONSTANT_ADDRESS"]);
  const deadline = backend.deadline ?? DEFAULT_DEADLINE_S;
  // ESPv2 silently replaces zero and negative values by the default.
  if (typeof deadline !== "number" || !(deadline > 0) || !Number.isFinite(deadline)) {
    throw new UnsupportedArtefact(`${place}.deadline`, "must be a number of seconds greater than 0");
  }
  if (backend.protocol !== undefined && backend.protocol !== "http/1.1") {
    throw new UnsupportedArtefact(
      `${place}.protocol`,
      "must be http/1.1: the sandbox does not support HTTP/2 and gRPC",
    );
  }
  const audience = backend.jwt_audience;
  const disabled = backend.disable_auth !== undefined && boolean(backend.disable_auth, `${place}.disable_auth`);
  if (audience !== undefined && backend.disable_auth !== undefined) {
    throw new UnsupportedArtefact(place, "jwt_audience and disable_auth cannot be used together");
  }
  const common = {
    origin,
    hostname: new URL(origin).hostname,
    path,
    translation,
    deadlineMs: Math.ceil(deadline * 1000),
  } as const;
  if (disabled) return common;
  if (audience !== undefined && text(audience, `${place}.jwt_audience`) === "") {
    throw new UnsupportedArtefact(`${place}.jwt_audience`, "must not be empty");
  }
  // "By default, API Gateway creates the instance ID token with a JWT audience that matches the address field" (oasv2-extensions).
  // Unverified: ESPv2's own generator takes the scheme and the host alone (configinfo, getJwtAudienceFromBackendAddr).
  return { ...common, audience: (audience as string | undefined) ?? (backend.address as string) };
}

function readAddress(address: string, place: string): { origin: string; path: string } {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new UnsupportedArtefact(
      place,
      "must be a URL with the scheme https or http (the sandbox does not support gRPC)",
    );
  }
  if (url.username !== "" || url.password !== "" || /[?#]/.test(address)) {
    throw new UnsupportedArtefact(place, "must have only a scheme, a host, a port and a path");
  }
  return { origin: url.origin, path: decodedPath(url, place).replace(/\/$/, "") };
}

/** The address's path without percent-encodings, which ESPv2 decodes (`u.Path` of Go's net/url). */
function decodedPath(url: URL, place: string): string {
  if (!url.pathname.includes("%")) return url.pathname;
  const path = new URL(url.origin);
  const decoded = decodeIfPossible(url.pathname);
  if (decoded !== undefined) path.pathname = decoded;
  // A request line cannot contain a decoded space, question mark or percent sign as a part of its path.
  if (decoded === undefined || decoded.includes("%") || path.pathname !== decoded) {
    throw new UnsupportedArtefact(
      place,
      "the proxy decodes the percent-encodings of an address, and the result is no path",
    );
  }
  return decoded;
}

function decodeIfPossible(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whether the proxy changes the path of a request to the backend (esp-v2 filtergen/path_rewrite.go). */
export function rewritesPath({ translation, path }: GcpBackend): boolean {
  return translation === "CONSTANT_ADDRESS" || path !== "";
}

/**
 * The path and query of a request to the backend (esp-v2 path_rewrite/config_parser_impl.cc).
 *
 * @param path canonical, without the query
 * @param query as sent, without `?`
 */
export function backendPath(backend: GcpBackend, template: UrlTemplate, path: string, query: string): string {
  if (backend.translation === "APPEND_PATH_TO_ADDRESS") {
    return `${backend.path}${path}${query === "" ? "" : `?${query}`}`;
  }
  const bound = template.bindings(path).map(([name, value]) => `${name}=${value}`);
  const parts = query === "" ? bound : [query, ...bound];
  const target = backend.path === "" ? "/" : backend.path;
  return `${target}${parts.length === 0 ? "" : `?${parts.join("&")}`}`;
}
