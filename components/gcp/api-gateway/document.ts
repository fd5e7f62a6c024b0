import { type AuthBinding, type Bindings, bound, urlOf } from "../../api/binding/binding.ts";
import type { Api, ApiRoute } from "../../api/checked-api.ts";
import { mappingOf } from "../../api/path/mapping.ts";
import { type Pattern, printPattern } from "../../api/path/pattern.ts";
import { vendorName } from "../../gateway/names.ts";

/**
 * An API config's document: OpenAPI 2.0 with Google's extensions, in JSON. All that the gateway decides stands in it.
 *
 * Backends and security stand at each operation and never at the top, so that an operation never gets any by default;
 * what the document does not list, the gateway refuses (`x-google-allow` is left at `configured`).
 *
 * @see https://cloud.google.com/api-gateway/docs/oasv2-extensions
 */
export function apiGatewayDocument(api: Api, bindings: Bindings, title: string): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of api.routes) {
    const template = urlTemplate(route.pattern);
    const item = paths[template] ?? {};
    paths[template] = item;
    item[route.method.toLowerCase()] = operation(route, bindings);
  }
  // The proxy fetches the keys of every definition, so there is none that no operation names.
  const used = new Set(api.routes.map((route) => route.authName));
  const securityDefinitions = Object.fromEntries(
    Object.entries(api.auth).flatMap(([name, auth]) =>
      auth.kind === "jwt" && used.has(name) ? [[name, definition(auth.audiences, bound(bindings.auth, name))]] : [],
    ),
  );
  const document = {
    swagger: "2.0",
    info: { title, version: "1" },
    schemes: ["https"],
    ...(Object.keys(securityDefinitions).length === 0 ? {} : { securityDefinitions }),
    paths,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * The pattern as the gateway's URI templates have it. Parameters are called by their place: routes of one path share a
 * template whatever their parameters are called, and no name is longer or stranger than a template takes.
 *
 * `**` also matches nothing, where our rest is one segment or more; the target refuses what that would open.
 */
function urlTemplate(pattern: Pattern): string {
  const parts = pattern.map((segment, index) =>
    segment.kind === "literal" ? segment.text : `{${parameterName(index)}${segment.kind === "greedy" ? "=**" : ""}}`,
  );
  return `/${parts.join("/")}`;
}

function parameterName(index: number): string {
  return `p${index + 1}`;
}

/**
 * Without `x-google-jwks_uri`, the keys are where the issuer's discovery document says (google.api.AuthProvider,
 * `jwks_uri`: https://cloud.google.com/service-infrastructure/docs/service-management/reference/rest/v1/services.configs).
 */
function definition(audiences: readonly string[], { issuer, jwksUri }: AuthBinding): object {
  return {
    // The three that OpenAPI asks of an oauth2 definition; the gateway does not use them.
    type: "oauth2",
    flow: "implicit",
    authorizationUrl: "",
    "x-google-issuer": issuer,
    ...(jwksUri === undefined ? {} : { "x-google-jwks_uri": jwksUri }),
    "x-google-audiences": audiences.join(","),
  };
}

function operation(route: ApiRoute, bindings: Bindings): object {
  const parameters = route.pattern.flatMap((segment, index) =>
    segment.kind === "literal"
      ? []
      : [{ name: parameterName(index), description: segment.name, in: "path", required: true, type: "string" }],
  );
  return {
    // Google names the method after it, and finds the method's authentication by that name: letters, digits and
    // underscores, and distinct in any case of letters.
    operationId: vendorName(route.key, { longest: 64, separator: "_" }),
    summary: route.key,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.auth.kind === "open" ? {} : { security: [{ [route.authName]: [] }] }),
    "x-google-backend": backend(route, bindings),
    responses: { default: { description: "The backend's answer" } },
  };
}

/**
 * `disable_auth` keeps the client's Authorization header: otherwise the gateway writes an ID token of its own over it and
 * moves the client's to X-Forwarded-Authorization, which anybody can send where there is nothing to move.
 */
function backend(route: ApiRoute, bindings: Bindings): object {
  if (route.kind !== "proxy") throw new RangeError(`"${route.key}" has no backend`);
  const url = urlOf(bindings, route.backend).replace(/\/+$/, "");
  return {
    ...destination(route, url),
    deadline: route.timeoutSeconds,
    disable_auth: true,
  };
}

/** A constant address carries the query on; it would also put parameters there, so it is for routes without any. */
function destination(route: ApiRoute & { readonly kind: "proxy" }, url: string): object {
  const { pattern, backendPath } = route;
  const mapping = mappingOf(route);
  // Put behind a prefix, the path of the root would be a slash too many.
  if (mapping === "rewrite" || (mapping === "prefix" && pattern.length === 0)) {
    const path = backendPath.length === 0 ? "" : printPattern(backendPath);
    return { address: `${url}${path}`, path_translation: "CONSTANT_ADDRESS" };
  }
  const prefix = backendPath.slice(0, backendPath.length - pattern.length);
  return {
    address: prefix.length === 0 ? url : `${url}${printPattern(prefix)}`,
    path_translation: "APPEND_PATH_TO_ADDRESS",
  };
}
