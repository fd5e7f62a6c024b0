import { allowOnly, at, oneOf, type PlainObject, text } from "../../../document.ts";
import { type Forward, type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import { forwardTo, type SelectUpstream, type Upstream } from "../../../private-network/upstream.ts";
import { METHODS } from "../../shared/methods.ts";
import { publicUpstream } from "../../shared/network/public-upstream.ts";
import { encodeValue } from "../../shared/paths.ts";
import { withStageVariables } from "../../shared/stage-variables.ts";
import type { Deployment } from "../deployment.ts";
import { type Exchange, traceOf } from "../exchange.ts";
import { gatewayError, REQUEST_TOO_LARGE } from "../gateway-error.ts";
import type { GatewayResponses } from "../gateway-responses.ts";
import { remapped } from "../response-headers.ts";
import { passedHeaders } from "./event.ts";
import type { Declared } from "./parameter-expression.ts";
import { mapHeaders, mapQuery, type ParameterMapping, readParameterMapping } from "./parameter-mapping.ts";
import { PRIVATE_MEMBERS, readPrivateUpstreams } from "./private-backend.ts";
import { checkProxyMembers, MAX_BODY_BYTES, readTimeout } from "./proxy.ts";
import { readUri, type UriPart } from "./uri.ts";

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
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
/**
 * An `http_proxy` integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
export class HttpIntegration {
  readonly selectUpstream: SelectUpstream;
  /** The authority of the `uri` for a VPC link, where it differs from the upstream's. */
  readonly #host: string | undefined;
  readonly #method: string | undefined;
  readonly #path: readonly UriPart[];
  readonly #query: string;
  readonly #timeoutMs: number;
  readonly #mapping: ParameterMapping;
  readonly #deployment: Deployment;
  readonly #responses: GatewayResponses;

  /**
   * @param now milliseconds since the epoch
   * @throws UnsupportedArtefact for what the import refuses, for features of private integrations that are not modelled, and for
   *   members that a proxy ignores
   */
  constructor(
    integration: PlainObject,
    where: string,
    deployment: Deployment,
    declared: Declared,
    responses: GatewayResponses,
    surroundings: Pick<Surroundings, "now" | "ways">,
  ) {
    const connection = oneOf(integration.connectionType ?? "INTERNET", at(where, "connectionType"), [
      "INTERNET",
      "VPC_LINK",
    ]);
    const isPrivate = connection === "VPC_LINK";
    allowOnly(integration, where, isPrivate ? [...MEMBERS, ...PRIVATE_MEMBERS] : MEMBERS);
    checkProxyMembers(integration, where);
    const method = oneOf(integration.httpMethod, at(where, "httpMethod"), [...METHODS, "ANY"]);
    this.#method = method === "ANY" ? undefined : method;
    this.#timeoutMs = readTimeout(integration, where);
    const parameters = at(where, "requestParameters");
    this.#mapping = readParameterMapping(integration.requestParameters, parameters, deployment, declared);
    const place = at(where, "uri");
    const uri = readUri(withStageVariables(text(integration.uri, place), place, deployment), place);
    for (const part of uri.path) {
      if ("parameter" in part && !this.#mapping.path.has(part.parameter)) {
        throw new UnsupportedArtefact(place, `nothing is mapped to integration.request.path.${part.parameter}`);
      }
    }
    this.selectUpstream = isPrivate
      ? readPrivateUpstreams(integration, where, uri.origin, deployment, surroundings)
      : publicUpstream(uri.origin);
    this.#host = isPrivate ? new URL(uri.origin).host : undefined;
    this.#path = uri.path;
    this.#query = uri.query;
    this.#deployment = deployment;
    this.#responses = responses;
  }

  /** @throws UnmappableValue */
  forward(exchange: Exchange, upstream: Upstream): Forward {
    const path = this.#path.map((part) =>
      "text" in part
        ? part.text
        : encodeValue((this.#mapping.path.get(part.parameter)?.(exchange) ?? "").toWellFormed()),
    );
    const query = [this.#query, mapQuery(exchange.request.query, this.#mapping.query, exchange)].filter(
      (part) => part !== "",
    );
    const trace = traceOf(exchange);
    return {
      method: this.#method ?? exchange.request.method,
      ...forwardTo(upstream, `${path.join("")}${query.length === 0 ? "" : `?${query.join("&")}`}`),
      headers: this.#headers(exchange, trace),
      ...identityFor(upstream, this.#deployment),
      timeoutMs: this.#timeoutMs,
      maxBodyBytes: MAX_BODY_BYTES,
      response: (status, headers) => ({ status, headers: remapped(headers, exchange, trace) }),
      tooLarge: () => this.#responses.reply(REQUEST_TOO_LARGE, exchange),
      down: (cause) => {
        if (cause === "timeout") return this.#responses.reply(gatewayError("INTEGRATION_TIMEOUT"), exchange);
        if ("origin" in upstream) upstream.markUnreachable?.();
        // An unreachable VPC link is a configuration error (repost.aws/knowledge-center/api-gateway-500-error-vpc).
        const error = this.#host === undefined ? "INTEGRATION_FAILURE" : "API_CONFIGURATION_ERROR";
        return this.#responses.reply(gatewayError(error), exchange);
      },
    };
  }

  /**
   * The headers that the backend receives, as in the AWS-validated tests of localstack/localstack: the client's headers except
   * `Host`, `Content-Encoding` and `Via`, the gateway's `User-Agent` if the client sent none, and the API's id.
   */
  #headers(exchange: Exchange, trace: string): Forward["headers"] {
    const passed = passedHeaders(exchange, trace).filter(
      ([name]) => !/^(?:host|content-encoding|via|x-amzn-apigateway-api-id)$/i.test(name),
    );
    const mapped = mapHeaders(passed, this.#mapping.headers, exchange);
    const names = new Set(mapped.map(([name]) => name.toLowerCase()));
    const defaults = (
      [
        ["accept", "application/json"],
        ["user-agent", `AmazonAPIGateway_${this.#deployment.apiId}`],
        // The host of the endpoint's URL (repost.aws/knowledge-center/forward-host-header-api-gateway).
        ...(this.#host === undefined ? [] : [["host", this.#host] as const]),
      ] as const
    ).filter(([name]) => !names.has(name));
    return [...mapped, ...defaults, ["x-amzn-apigateway-api-id", this.#deployment.apiId]];
  }
}

/**
 * The certificate that the backend receives if it requests one. A load balancer that ends TLS does not pass it on.
 *
 * Unverified: API Gateway presents it through a VPC link as well.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-backend-authentication.html
 */
function identityFor(upstream: Upstream, { clientCertificate }: Deployment): Pick<Forward, "identity"> {
  const isLost = "origin" in upstream && upstream.endsTls === true;
  return clientCertificate === undefined || isLost ? {} : { identity: clientCertificate };
}
