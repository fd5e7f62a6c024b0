import { allowOnly, at, boolean, integer, object, type Plain, texts } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsCors } from "../artefacts/http-api.ts";

type Fields = readonly (readonly [string, string])[];

/** CORS handled by the gateway (docs.aws.amazon.com, http-api-cors). */
export class Cors {
  readonly #configuration: AwsCors;

  /** @throws UnsupportedArtefact for invalid origins, and for credentials together with all origins */
  constructor(configuration: AwsCors, place: string) {
    this.#configuration = configuration;
    for (const [index, origin] of (configuration.allowOrigins ?? []).entries()) {
      // The guide's examples: one origin, all origins, all origins of one scheme.
      if (!/^(?:\*|https?:\/\/\*|[a-z][a-z0-9+.-]*:\/\/[^/?#*\s]+)$/i.test(origin)) {
        throw new UnsupportedArtefact(
          at(place, `allowOrigins.${index}`),
          "must be an origin, *, https://* or http://*",
        );
      }
      // The Fetch standard forbids it. Unverified: API Gateway does not echo the caller's origin, which would open the API to every site.
      if (origin === "*" && configuration.allowCredentials === true) {
        throw new UnsupportedArtefact(at(place, "allowCredentials"), "cannot be true when all origins are allowed");
      }
    }
  }

  isPreflight(request: GatewayRequest): boolean {
    return (
      request.method === "OPTIONS" &&
      request.header("origin") !== undefined &&
      request.header("access-control-request-method") !== undefined
    );
  }

  /** The headers of the response to a preflight. Unverified: there are none for an origin that is not allowed. */
  preflight(request: GatewayRequest): Fields {
    const { allowMethods = [], allowHeaders = [], maxAge } = this.#configuration;
    const origin = this.#origin(request);
    if (origin === undefined) return [];
    return [
      ...this.#common(origin),
      ...(allowMethods.length === 0 ? [] : [["access-control-allow-methods", allowMethods.join(",")] as const]),
      ...(allowHeaders.length === 0 ? [] : [["access-control-allow-headers", allowHeaders.join(",")] as const]),
      ...(maxAge === undefined ? [] : [["access-control-max-age", String(maxAge)] as const]),
    ];
  }

  /** Replaces the backend's CORS headers by the gateway's. */
  response(request: GatewayRequest, headers: Fields): Fields {
    const { exposeHeaders = [] } = this.#configuration;
    const others = headers.filter(([name]) => !name.toLowerCase().startsWith("access-control-"));
    const origin = this.#origin(request);
    if (origin === undefined) return others;
    const exposed =
      exposeHeaders.length === 0 ? [] : [["access-control-expose-headers", exposeHeaders.join(",")] as const];
    return [...others, ...this.#common(origin), ...exposed];
  }

  #common(origin: string): Fields {
    const allowed = [["access-control-allow-origin", origin]] as const;
    return this.#configuration.allowCredentials === true
      ? [...allowed, ["access-control-allow-credentials", "true"]]
      : allowed;
  }

  #origin(request: GatewayRequest): string | undefined {
    const origin = request.header("origin");
    const { allowOrigins = [] } = this.#configuration;
    if (origin === undefined) return undefined;
    if (allowOrigins.includes("*")) return "*";
    const scheme = origin.slice(0, origin.indexOf("://") + 3);
    return allowOrigins.includes(origin) || allowOrigins.includes(`${scheme}*`) ? origin : undefined;
  }
}

/** Checks `x-amazon-apigateway-cors`. The configuration in force is the provider's, which the artefacts contain. */
export function checkDocumentCors(value: Plain, place: string): void {
  const cors = object(value, place);
  const lists = ["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders"] as const;
  allowOnly(cors, place, [...lists, "allowCredentials", "maxAge"]);
  for (const name of lists) if (cors[name] !== undefined) texts(cors[name], at(place, name));
  if (cors.allowCredentials !== undefined) boolean(cors.allowCredentials, at(place, "allowCredentials"));
  // docs.aws.amazon.com, apis-apiid: -1 to 86400 seconds.
  if (cors.maxAge !== undefined) integer(cors.maxAge, at(place, "maxAge"), -1, 86_400);
}
