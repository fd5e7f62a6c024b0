/** The parts of an API config's document that decide a request, as Google's service configuration holds them (an own reading). */

import { inRouteOrder, parseUriTemplate, type UriTemplate } from "./uri-template.ts";

type Json = Readonly<Record<string, unknown>>;

export interface EspBackend {
  readonly address: string;
  readonly translation: "APPEND_PATH_TO_ADDRESS" | "CONSTANT_ADDRESS";
  /** The audience of the ID token; undefined without one. */
  readonly audience?: string;
}

export interface EspOperation {
  readonly id: string;
  readonly method: string;
  readonly template: UriTemplate;
  /** The names of the providers, any of which suffices. */
  readonly security: readonly string[];
  readonly backend: EspBackend;
}

export interface EspProvider {
  readonly name: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly headers: readonly Json[];
  readonly parameters: readonly string[];
}

interface BackendText {
  readonly address: string;
  readonly path_translation?: EspBackend["translation"];
  readonly jwt_audience?: string;
  readonly disable_auth?: boolean;
}

interface OperationText {
  readonly operationId: string;
  readonly security?: readonly Json[];
  readonly "x-google-backend"?: BackendText;
}

interface DefinitionText {
  readonly "x-google-issuer": string;
  readonly "x-google-audiences"?: string;
  readonly "x-google-jwt-locations"?: readonly Readonly<Record<string, string>>[];
}

/** The operations, in the order of their routes. */
export function operationsOf(document: Json): readonly EspOperation[] {
  const { paths, security = [], basePath = "" } = document;
  const shared = document["x-google-backend"] as BackendText | undefined;
  const operations = Object.entries(paths as Record<string, Json>).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, value]): EspOperation[] => {
      if (method === "parameters") return [];
      const operation = value as OperationText;
      const own = operation["x-google-backend"];
      const full = path === "/" && basePath !== "" ? String(basePath) : `${basePath}${path}`;
      const schemes = operation.security ?? (security as readonly Json[]);
      return [
        {
          id: operation.operationId,
          method: method.toUpperCase(),
          template: parseUriTemplate(full),
          security: schemes.map((scheme) => Object.keys(scheme)[0] ?? ""),
          backend:
            own === undefined
              ? backendOf(shared as BackendText, "APPEND_PATH_TO_ADDRESS")
              : backendOf(own, "CONSTANT_ADDRESS"),
        },
      ];
    }),
  );
  return inRouteOrder(operations);
}

function backendOf(text: BackendText, translation: EspBackend["translation"]): EspBackend {
  const audience = text.disable_auth === true ? undefined : (text.jwt_audience ?? text.address);
  return {
    address: text.address,
    translation: text.path_translation ?? translation,
    ...(audience === undefined ? {} : { audience }),
  };
}

/** filtergen/jwt_authn.go */
export function providersOf(document: Json, managedService: string): readonly EspProvider[] {
  return Object.entries((document.securityDefinitions ?? {}) as Record<string, DefinitionText>).map(([name, text]) => {
    const locations = text["x-google-jwt-locations"] ?? [];
    const audiences = text["x-google-audiences"] ?? `https://${managedService}`;
    const headers = locations.flatMap(({ header, value_prefix: prefix = "" }) =>
      header === undefined ? [] : [{ name: header, value_prefix: prefix }],
    );
    return {
      name,
      issuer: text["x-google-issuer"],
      audiences: audiences.split(",").map((audience) => audience.trim()),
      headers:
        locations.length > 0
          ? headers
          : [{ name: "Authorization", value_prefix: "Bearer " }, { name: "X-Goog-Iap-Jwt-Assertion" }],
      parameters: locations.length > 0 ? locations.flatMap(({ query }) => query ?? []) : ["access_token"],
    };
  });
}
