import { randomUUID } from "node:crypto";
import type { GatewayRequest, Interpreter, Outcome, Surroundings } from "../../interpreter.ts";
import { readingOf } from "../../readings.ts";
import type { AwsRestApiArtefacts } from "../artefacts/rest-api.ts";
import { AccessLog } from "../shared/access-log.ts";
import { type DecodedPath, type OddPaths, select } from "../shared/paths.ts";
import { requestId as newId } from "../shared/request-id.ts";
import { WebAcl } from "../waf/web-acl.ts";
import { restApiVariables } from "./access-log-variables.ts";
import { AccessControl } from "./authorizing/access-control.ts";
import { CanaryRelease, canaryArtefacts } from "./canary-release.ts";
import { type Deployment, readDeployment } from "./deployment.ts";
import { readRestApi } from "./document.ts";
import type { Exchange } from "./exchange.ts";
import { BAD_REQUEST, type GatewayError, gatewayError, REQUEST_TOO_LARGE, URI_TOO_LONG } from "./gateway-error.ts";
import { Dispatcher } from "./integration/dispatcher.ts";
import type { Method } from "./method.ts";
import { Outcomes } from "./outcomes.ts";
import { decodePath } from "./request-path.ts";
import { type Found, ResourceTree } from "./resource-tree.ts";
import { ResponseCache } from "./response-cache.ts";
import { Admission } from "./usage/admission.ts";
import { RequestValidation } from "./validation/request-validation.ts";

/** The header values together, and the URL of a Regional API (docs.aws.amazon.com, limits). */
const MAX_HEADER_BYTES = 10_240;
const MAX_URL_CHARACTERS = 10_240;

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();
/** The response for a stage that does not exist. Without a stage there is no API whose gateway responses could apply. */
const NO_STAGE: GatewayError = { ...gatewayError("INVALID_API_KEY"), customisable: false };

/**
 * Serves a REST API from its OpenAPI document as of the stage's deployment, its stage's settings and the stage's usage plans.
 *
 * Not modelled: the account's own limit (10,000 requests a second in most Regions). It is shared with everything else in the
 * account and Region, which the artefacts of one API do not contain.
 * @throws UnsupportedArtefact, with the place, for what the import would refuse and for what is not modelled
 */
export function interpretAwsRestApi(artefacts: AwsRestApiArtefacts, surroundings: Surroundings): Interpreter {
  const { canary, ...stable } = artefacts;
  if (canary === undefined) return new RestApi(stable, surroundings);
  const cache = new ResponseCache();
  return new CanaryRelease(
    new RestApi(stable, surroundings, { canary: false, cache }),
    new RestApi(canaryArtefacts(stable, canary), surroundings, {
      canary: true,
      cache: canary.sameDeployment ? cache : new ResponseCache(),
    }),
    canary.percentTraffic,
    surroundings.random ?? Math.random,
  );
}

/** One of the two deployments of a stage with a canary. */
interface Release {
  readonly canary: boolean;
  readonly cache: ResponseCache;
}

class RestApi implements Interpreter {
  readonly routes: readonly string[];
  readonly #tree: ResourceTree<Method>;
  readonly #deployment: Deployment;
  readonly #canary: boolean | undefined;
  readonly #traced: boolean;
  readonly #defaultEndpointDisabled: boolean;
  readonly #private: boolean;
  readonly #surroundings: Surroundings;
  readonly #oddPaths: OddPaths;
  readonly #webAcl: WebAcl | undefined;
  readonly #outcomes: Outcomes;
  readonly #access: AccessControl;

  constructor(artefacts: AwsRestApiArtefacts, surroundings: Surroundings, release?: Release) {
    const { stage } = artefacts;
    this.#surroundings = surroundings;
    this.#oddPaths = readingOf(surroundings, "aws-odd-paths");
    this.#canary = release?.canary;
    this.#traced = stage.traced ?? false;
    this.#defaultEndpointDisabled = artefacts.defaultEndpointDisabled ?? false;
    this.#private = artefacts.private ?? false;
    const accessLog = stage.accessLog && stageAccessLog(stage.accessLog, this.#canary === true);
    this.#webAcl = stage.webAcl && new WebAcl(stage.webAcl, "stage.webAcl");
    this.#deployment = readDeployment(artefacts);
    const { methods, responses } = readRestApi(artefacts.document, this.#deployment, artefacts.functions, surroundings);
    this.#outcomes = new Outcomes(responses, accessLog);
    const dispatcher = new Dispatcher(artefacts, methods, surroundings, this.#outcomes, release?.cache);
    const validation = new RequestValidation(this.#outcomes, dispatcher);
    const admission = new Admission(artefacts, methods, surroundings, this.#outcomes, validation);
    this.#access = new AccessControl(artefacts, surroundings, this.#outcomes, admission);
    this.routes = methods.map(({ key }) => key);
    this.#tree = new ResourceTree(readingOf(surroundings, "rest-method-fallback") === "gives-way");
    for (const method of methods) this.#tree.add(method.name, method.segments, method, method.where);
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const { stage } = this.#deployment;
    // docs.aws.amazon.com, rest-api-mappings: a mapping names the stage, so the path does not contain it.
    const [, first, path] =
      request.domain === undefined ? (/^\/+([^/]*)(.*)$/s.exec(request.path) ?? []) : [undefined, stage, request.path];
    const exchange = this.#begin(request, path === undefined || path === "" ? "/" : path);
    const problem = sizeProblem(request);
    // Unverified: oversized headers have the same response as an oversized body.
    if (problem !== undefined) return this.#outcomes.refuse(exchange, "malformed", problem.reason, problem.error);
    if (this.#defaultEndpointDisabled && request.domain === undefined) {
      // 403 Forbidden (docs.aws.amazon.com, rest-api-disable-default-endpoint). Unverified: gateway responses do not apply.
      return this.#outcomes.refuse(exchange, "no route", "the default endpoint is disabled", NO_STAGE);
    }
    if (this.#private && request.vpcEndpoint === undefined) {
      // Unverified: the response, if the API's name resolves at all.
      const reason = "the API is private, and the request did not come through a VPC endpoint";
      return this.#outcomes.refuse(exchange, "no route", reason, NO_STAGE);
    }
    if (first !== stage) {
      return this.#outcomes.refuse(exchange, "no route", "the path does not belong to this stage", NO_STAGE);
    }
    // The web ACL precedes all other access control (docs.aws.amazon.com, apigateway-control-access-aws-waf).
    const blocked = this.#webAcl?.judge(request, this.#surroundings.counters, exchange.time);
    if (blocked !== undefined) return this.#outcomes.block(exchange, blocked);
    return this.#route(exchange);
  }

  #begin(request: GatewayRequest, path: string): Exchange {
    return {
      deployment: this.#deployment,
      request,
      time: this.#surroundings.now(),
      requestId: randomUUID(),
      extendedRequestId: newId(),
      path,
      resource: undefined,
      variables: NO_VARIABLES,
      pathParameters: NO_VARIABLES,
      authorizer: undefined,
      apiKey: undefined,
      traced: this.#traced,
      ...(this.#canary === undefined ? {} : { canary: this.#canary }),
    };
  }

  /** Finds the method, and authorizes the request. */
  #route(exchange: Exchange): Outcome | Promise<Outcome> {
    const { request } = exchange;
    const path = decodePath(exchange.path, this.#oddPaths);
    if (typeof path === "string") return this.#outcomes.refuse(exchange, "malformed", path, BAD_REQUEST);
    const found = this.#find(request.method, path);
    if (typeof found === "string") return this.#outcomes.refuse(exchange, "malformed", found, BAD_REQUEST);
    if (found === undefined) {
      const reason = `no resource with this path has ${request.method}`;
      return this.#outcomes.refuse(exchange, "no route", reason, gatewayError("MISSING_AUTHENTICATION_TOKEN"));
    }
    const { method, variables, sent } = found;
    const matched = { ...exchange, method, resource: method.resource, variables, pathParameters: sent };
    return this.#access.authorize(matched, path.selecting);
  }

  /** Finds the method, or returns as a text why none is selected. */
  #find(name: string, path: DecodedPath): Found<Method> | string | undefined {
    const find = (form: DecodedPath["selecting"]) => this.#tree.find(name, form);
    return select(path, this.#oddPaths, find, ({ method }) => method);
  }
}

/** A canary writes to the stage's log group and to one of its own (docs.aws.amazon.com, canary-release). */
function stageAccessLog(
  accessLog: NonNullable<AwsRestApiArtefacts["stage"]["accessLog"]>,
  canary: boolean,
): AccessLog<Exchange> {
  const canaryGroup = canary ? `${accessLog.logGroup}/Canary` : undefined;
  return new AccessLog(accessLog, restApiVariables, "REST", canaryGroup);
}

function sizeProblem({
  path,
  query,
  headers,
}: GatewayRequest): { readonly reason: string; readonly error: GatewayError } | undefined {
  const url = path.length + (query === "" ? 0 : query.length + 1);
  if (url > MAX_URL_CHARACTERS) {
    return { reason: `the URL has ${url} characters; at most ${MAX_URL_CHARACTERS} are accepted`, error: URI_TOO_LONG };
  }
  let bytes = 0;
  for (const [, value] of headers) bytes += value.length;
  if (bytes <= MAX_HEADER_BYTES) return undefined;
  return {
    reason: `the header values have ${bytes} bytes; at most ${MAX_HEADER_BYTES} are accepted`,
    error: REQUEST_TOO_LARGE,
  };
}
