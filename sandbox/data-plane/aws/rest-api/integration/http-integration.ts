import { at, integer, known, object, oneOf, type PlainObject, text } from "../../../document.ts";
import { type Forward, UnsupportedArtefact } from "../../../interpreter.ts";
import { METHODS } from "../../shared/methods.ts";
import { encodeValue } from "../../shared/paths.ts";
import { traceId } from "../../shared/trace-id.ts";
import { forwardTo, publicWays, type Way, type Ways } from "../../shared/way.ts";
import { type GatewayResponses, gatewayError } from "../gateway-responses.ts";
import { remapped } from "../response-headers.ts";
import type { Place, Turn } from "../turn.ts";
import { passedHeaders } from "./event.ts";
import { withStageVariables } from "./lambda-uri.ts";
import type { Declared } from "./parameter-expression.ts";
import { mapHeaders, mapQuery, type ParameterMapping, readParameterMapping } from "./parameter-mapping.ts";
import { PRIVATE_MEMBERS, readPrivateWays } from "./private-backend.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
const MEMBERS = [
  "type",
  "httpMethod",
  "uri",
  "connectionType",
  "timeoutInMillis",
  "requestParameters",
  "passthroughBehavior",
  "cacheNamespace",
  "cacheKeyParameters",
  "responses",
];
/** docs.aws.amazon.com, limits. */
export const MOST_BODY_BYTES = 10 * 1024 * 1024;
const LEAST_TIMEOUT_MS = 50;
export const MOST_TIMEOUT_MS = 29_000;

type Part = { readonly text: string } | { readonly parameter: string };

/** An `http_proxy` integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html */
export class HttpIntegration {
  readonly ways: Ways;
  /** The authority of the `uri`, where it is not the one that the way leads to. */
  readonly #host: string | undefined;
  readonly #method: string | undefined;
  readonly #path: readonly Part[];
  readonly #query: string;
  readonly #timeoutMs: number;
  readonly #mapping: ParameterMapping;
  readonly #place: Place;
  readonly #responses: GatewayResponses;

  /**
   * @param now milliseconds since the epoch
   * @throws UnsupportedArtefact for what the import refuses, for what is not modelled of private integrations, and for what a
   *   proxy makes no use of
   */
  constructor(
    integration: PlainObject,
    where: string,
    place: Place,
    declared: Declared,
    responses: GatewayResponses,
    now: () => number,
  ) {
    const connection = oneOf(integration.connectionType ?? "INTERNET", at(where, "connectionType"), [
      "INTERNET",
      "VPC_LINK",
    ]);
    known(integration, where, connection === "INTERNET" ? MEMBERS : [...MEMBERS, ...PRIVATE_MEMBERS]);
    checkProxyMembers(integration, where);
    const method = oneOf(integration.httpMethod, at(where, "httpMethod"), [...METHODS, "ANY"]);
    this.#method = method === "ANY" ? undefined : method;
    this.#timeoutMs = readTimeout(integration, where);
    this.#mapping = readParameterMapping(
      integration.requestParameters,
      at(where, "requestParameters"),
      place,
      declared,
    );
    const uri = readUri(
      withStageVariables(text(integration.uri, at(where, "uri")), at(where, "uri"), place),
      at(where, "uri"),
    );
    for (const part of uri.path) {
      if ("parameter" in part && !this.#mapping.path.has(part.parameter)) {
        throw new UnsupportedArtefact(
          at(where, "uri"),
          `nothing is mapped to integration.request.path.${part.parameter}`,
        );
      }
    }
    const through = connection === "VPC_LINK";
    this.ways = through ? readPrivateWays(integration, where, uri.origin, place, now) : publicWays(uri.origin);
    this.#host = through ? new URL(uri.origin).host : undefined;
    this.#path = uri.path;
    this.#query = uri.query;
    this.#place = place;
    this.#responses = responses;
  }

  /** @throws UnmappableValue */
  forward(turn: Turn, way: Way): Forward {
    const path = this.#path.map((part) =>
      "text" in part ? part.text : encodeValue((this.#mapping.path.get(part.parameter)?.(turn) ?? "").toWellFormed()),
    );
    const query = [this.#query, mapQuery(turn.request.query, this.#mapping.query, turn)].filter((part) => part !== "");
    const trace = traceId(turn.extendedRequestId, turn.time);
    return {
      method: this.#method ?? turn.request.method,
      ...forwardTo(way, `${path.join("")}${query.length === 0 ? "" : `?${query.join("&")}`}`),
      headers: this.#headers(turn, trace),
      timeoutMs: this.#timeoutMs,
      maxBodyBytes: MOST_BODY_BYTES,
      response: (status, headers) => ({ status, headers: remapped(headers, turn, trace) }),
      tooLarge: this.#responses.reply(gatewayError("REQUEST_TOO_LARGE"), turn),
      down: (cause) => {
        if (cause === "timeout") return this.#responses.reply(gatewayError("INTEGRATION_TIMEOUT"), turn);
        if ("origin" in way) way.lost?.();
        // repost.aws/knowledge-center/api-gateway-500-error-vpc: what a VPC link cannot reach is an error of configuration.
        const error = this.#host === undefined ? "INTEGRATION_FAILURE" : "API_CONFIGURATION_ERROR";
        return this.#responses.reply(gatewayError(error), turn);
      },
    };
  }

  /**
   * What the backend sees, as in the AWS-validated tests of localstack/localstack: the client's headers but for `Host`,
   * `Content-Encoding` and `Via`, the gateway's name where the client gave none, and the API's id.
   */
  #headers(turn: Turn, trace: string): Forward["headers"] {
    const passed = passedHeaders(turn, trace).filter(
      ([name]) => !/^(?:host|content-encoding|via|x-amzn-apigateway-api-id)$/i.test(name),
    );
    const mapped = mapHeaders(passed, this.#mapping.headers, turn);
    const names = new Set(mapped.map(([name]) => name.toLowerCase()));
    const defaults = (
      [
        ["accept", "application/json"],
        ["user-agent", `AmazonAPIGateway_${this.#place.apiId}`],
        // repost.aws/knowledge-center/forward-host-header-api-gateway: the host of the endpoint's URL.
        ...(this.#host === undefined ? [] : [["host", this.#host] as const]),
      ] as const
    ).filter(([name]) => !names.has(name));
    return [...mapped, ...defaults, ["x-amzn-apigateway-api-id", this.#place.apiId]];
  }
}

/** @throws UnsupportedArtefact unless the time is within what the service takes */
export function readTimeout(integration: PlainObject, where: string): number {
  return integration.timeoutInMillis === undefined
    ? MOST_TIMEOUT_MS
    : integer(integration.timeoutInMillis, at(where, "timeoutInMillis"), LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS);
}

/**
 * A proxy integration passes requests and answers as they are; what would map them may stand there only in the form that
 * API Gateway exports it in, without effect.
 */
export function checkProxyMembers(integration: PlainObject, where: string): void {
  if (integration.passthroughBehavior !== undefined) {
    oneOf(integration.passthroughBehavior, at(where, "passthroughBehavior"), ["when_no_match", "WHEN_NO_MATCH"]);
  }
  if (integration.responses === undefined) return;
  const place = at(where, "responses");
  const responses = object(integration.responses, place);
  known(responses, place, ["default"]);
  if (responses.default === undefined) return;
  const response = object(responses.default, at(place, "default"));
  known(response, at(place, "default"), ["statusCode"]);
  text(response.statusCode, at(place, "default.statusCode"));
}

function readUri(
  uri: string,
  place: string,
): { readonly origin: string; readonly path: readonly Part[]; readonly query: string } {
  const [, origin, path = "", query = ""] = /^(https?:\/\/[^/?#{}$\s]+)([^?#]*)(?:\?([^#]*))?$/.exec(uri) ?? [];
  const url = origin === undefined ? null : URL.parse(origin);
  if (origin === undefined || url === null || url.username !== "" || url.password !== "") {
    throw new UnsupportedArtefact(
      place,
      "must be an http or https URL without credentials, and parameters in its path only",
    );
  }
  const port = url.port === "" ? 443 : Number(url.port);
  if (port !== 80 && port !== 443 && port < 1024) {
    throw new UnsupportedArtefact(place, `API Gateway reaches the ports 80, 443 and 1024 to 65535, not ${port}`);
  }
  if (/[{}\s]/.test(query)) throw new UnsupportedArtefact(place, "parameters may stand in the path only");
  const parts = path.split(/(\{[^{}]*\})/).map((piece): Part => {
    const [, parameter] = /^\{([A-Za-z0-9._:-]+)\}$/.exec(piece) ?? [];
    if (parameter !== undefined) return { parameter };
    if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(piece)) {
      throw new UnsupportedArtefact(place, `${JSON.stringify(piece)} must be percent-encoded`);
    }
    return { text: piece };
  });
  return { origin, query, path: parts };
}
