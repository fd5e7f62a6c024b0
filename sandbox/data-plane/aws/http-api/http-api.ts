import { andThen } from "../../and-then.ts";
import {
  type GatewayRequest,
  type Interpreter,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import { type Readings, readingOf } from "../../readings.ts";
import type { Bucket } from "../../verifying/counters.ts";
import type { AwsHttpApiArtefacts } from "../artefacts/http-api.ts";
import { AccessLog } from "../shared/access-log.ts";
import { IamAuthorizer } from "../shared/iam/authorizer.ts";
import { type OddPaths, select } from "../shared/paths.ts";
import { requestId as newRequestId } from "../shared/request-id.ts";
import { throttleBucket } from "../shared/throttle.ts";
import { type AccessSource, httpApiVariables } from "./access-log-variables.ts";
import { type Authorization, hasScope } from "./authorizer.ts";
import { Cors } from "./cors.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type Route, readHttpApi, type Stage } from "./document.ts";
import type { Exchange, Progress } from "./exchange.ts";
import { challenge, errorReply } from "./replies.ts";
import { decodePath, type HttpApiPath } from "./request-path.ts";
import { type Found, RouteTable } from "./route-table.ts";
import { SignedRoutes } from "./signed-routes.ts";

/** The request line and the header values together (docs.aws.amazon.com, http-api-quotas). */
const MAX_HEADER_BYTES = 10_240;

/**
 * Serves an HTTP API from its OpenAPI document, its stage's settings and its CORS configuration.
 *
 * Not modelled: the account's own limit (10,000 requests a second in most Regions). It is shared with everything else in the
 * account and Region, which the artefacts of one API do not contain.
 * @throws UnsupportedArtefact, with the place, for what the import would refuse and for what is not modelled
 */
export function interpretAwsHttpApi(artefacts: AwsHttpApiArtefacts, surroundings: Surroundings): Interpreter {
  return new HttpApi(artefacts, surroundings);
}

class HttpApi implements Interpreter {
  readonly routes: readonly string[];
  readonly #table = new RouteTable<Route>();
  readonly #throttles = new Map<string, Bucket>();
  readonly #prefix: string;
  readonly #defaultEndpointDisabled: boolean;
  readonly #stage: Stage;
  readonly #cors: Cors | undefined;
  readonly #surroundings: Surroundings;
  readonly #oddPaths: OddPaths;
  readonly #policyPath: Readings["aws-policy-path"];
  readonly #accessLog: AccessLog<AccessSource> | undefined;
  readonly #identity: Pick<AccessSource, "accountId" | "apiId">;
  readonly #signedRoutes: SignedRoutes;
  readonly #dispatcher: Dispatcher;

  constructor(artefacts: AwsHttpApiArtefacts, surroundings: Surroundings) {
    const { document, stage, cors, executionArn, functions = {}, network, signers = [] } = artefacts;
    const { defaultEndpointDisabled = false } = artefacts;
    this.#surroundings = surroundings;
    this.#oddPaths = readingOf(surroundings, "aws-odd-paths");
    this.#policyPath = readingOf(surroundings, "aws-policy-path");
    // docs.aws.amazon.com, http-api-stages: `$default` is served at the root, every other stage under its name.
    this.#prefix = stage.name === "$default" ? "" : `/${stage.name}`;
    this.#defaultEndpointDisabled = defaultEndpointDisabled;
    this.#cors = cors === undefined ? undefined : new Cors(cors, "cors");
    this.#stage = stage;
    this.#accessLog = stage.accessLog && new AccessLog(stage.accessLog, httpApiVariables, "HTTP");
    const [, , , , accountId, apiId] = (executionArn ?? "").split(":");
    this.#identity = { accountId, apiId };
    const routes = readHttpApi(document, stage, { executionArn, functions, network }, surroundings);
    this.routes = routes.map(({ key }) => key);
    const iam = new IamAuthorizer(signers, executionArn ?? "", surroundings);
    this.#signedRoutes = new SignedRoutes(iam, `${executionArn ?? ""}/${stage.name}`, (exchange) =>
      this.#admit(exchange),
    );
    this.#dispatcher = new Dispatcher(stage, this.#cors);
    this.#addRoutes(routes, artefacts);
  }

  #addRoutes(routes: readonly Route[], { stage, executionArn }: AwsHttpApiArtefacts): void {
    const zeroRate = readingOf(this.#surroundings, "aws-zero-rate");
    for (const route of routes) {
      if (route.signed && executionArn === undefined) {
        throw new UnsupportedArtefact("executionArn", "is required when requests must be signed");
      }
      if (route.method === undefined) this.#table.addDefault(route, route.place);
      else this.#table.add(route.method, route.segments, route, route.place);
      // A route's settings replace the default ones as a whole.
      const settings = stage.routeSettings[route.key] ?? stage.defaultRouteSettings;
      if (settings !== undefined) {
        // The provider sends 0 for an omitted field.
        const { throttlingRateLimit = 0, throttlingBurstLimit = 0 } = settings;
        this.#throttles.set(route.key, throttleBucket(throttlingRateLimit, throttlingBurstLimit, zeroRate));
      }
    }
    for (const key of Object.keys(stage.routeSettings)) {
      if (!this.routes.includes(key)) {
        throw new UnsupportedArtefact(
          `stage.routeSettings.${key}`,
          `Unable to find Route by key ${key} within the provided RouteSettings`,
        );
      }
    }
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const requestId = newRequestId();
    const accessLog = this.#accessLog;
    if (accessLog === undefined) return this.#decide(request, requestId, {});
    const progress: Progress = {};
    const time = this.#surroundings.now();
    const logged = (outcome: Outcome): Outcome => {
      const line = accessLog.of(outcome, {
        request,
        requestId,
        time,
        ...this.#identity,
        stage: this.#stage.name,
        routeKey: progress.route?.key,
        claims: progress.authorization?.granted === true ? progress.authorization.claims : undefined,
        authorizerError:
          progress.authorization?.granted === false ? progress.authorization.description : progress.iamError,
        caller: progress.caller,
      });
      if (line.decision !== "undecided") return line;
      const { inspection } = line;
      return { ...line, inspection: { ...inspection, decide: (body) => logged(inspection.decide(body)) } };
    };
    const outcome = this.#decide(request, requestId, progress);
    return andThen(outcome, logged);
  }

  #decide(request: GatewayRequest, requestId: string, progress: Progress): Outcome | Promise<Outcome> {
    const size = headerBytes(request);
    if (size > MAX_HEADER_BYTES) {
      // Unverified: the status.
      const reason = `the request line and header values have ${size} bytes; at most ${MAX_HEADER_BYTES} are accepted`;
      return { decision: "malformed", reason, reply: errorReply(431, "Request Header Fields Too Large", requestId) };
    }
    if (this.#defaultEndpointDisabled && request.domain === undefined) {
      // Unverified: the response is that of a missing API. http-api-disable-default-endpoint does not document it.
      return notFound("the default endpoint is disabled", requestId);
    }
    // docs.aws.amazon.com, http-api-mappings: a mapping names the stage, so the path does not contain it.
    const raw = request.domain === undefined ? this.#withoutStage(request.path) : request.path;
    if (raw === undefined) return notFound("the path does not belong to this stage", requestId);
    const path = decodePath(raw, this.#oddPaths);
    const found = typeof path === "string" ? path : this.#find(request.method, path);
    if (typeof path === "string" || typeof found === "string") {
      // The status is recorded for a wrong encoding. Unverified: for the rest.
      const reason = typeof path === "string" ? path : String(found);
      return { decision: "malformed", reason, reply: errorReply(400, "Bad Request", requestId) };
    }
    if (found === undefined) return this.#unmatched(request, requestId);
    const { route, variables } = found;
    progress.route = route;
    const time = this.#surroundings.now();
    const exchange = { request, route, variables, path: path.text, requestId, routeKey: route.key, time };
    if (route.signed) {
      const matched = this.#policyPath === "as-sent" ? raw : path.text;
      return this.#signedRoutes.authorize({ ...exchange, claims: undefined }, matched, progress);
    }
    if (route.authorizer === undefined) return this.#admit({ ...exchange, claims: undefined });
    const result = route.authorizer.authorize(request);
    const authorized = (authorization: Authorization) => {
      progress.authorization = authorization;
      return authorization.granted
        ? this.#admit({ ...exchange, claims: authorization.claims })
        : unauthorized(route, requestId, authorization.description, authorization.reason);
    };
    return andThen(result, authorized);
  }

  /** Finds the route, or returns as a text why none is selected. */
  #find(method: string, path: HttpApiPath): Found<Route> | string | undefined {
    const find = (form: HttpApiPath["selecting"]) => this.#table.find(method, form);
    return select(path, this.#oddPaths, find, ({ route }) => route);
  }

  /** The gateway answers a preflight even when no route matches OPTIONS. A route that matches OPTIONS receives it instead. */
  #unmatched(request: GatewayRequest, requestId: string): Outcome {
    if (this.#cors?.isPreflight(request) === true) {
      const headers = [["apigw-requestid", requestId] as const, ...this.#cors.preflight(request)];
      return { decision: "preflight", reason: "CORS preflight", reply: { status: 204, headers, body: "" } };
    }
    return notFound(`no route matches ${request.method} and this path`, requestId);
  }

  /** Checks the scopes and the throttle of an authenticated request, and dispatches it. */
  #admit(exchange: Exchange): Outcome {
    const { route, requestId, claims } = exchange;
    if (route.scopes.length > 0 && (claims === undefined || !hasScope(claims, route.scopes))) {
      const error = { name: "insufficient_scope", description: "the token has none of the scopes" } as const;
      return {
        decision: "forbidden",
        route: route.key,
        reason: `the token has none of the scopes ${route.scopes.join(", ")}`,
        reply: errorReply(403, "Forbidden", requestId, [challenge(route.scopes, error)]),
      };
    }
    const throttle = this.#throttles.get(route.key);
    if (throttle !== undefined && !this.#surroundings.counters.take(route.key, throttle, exchange.time).allowed) {
      return {
        decision: "limited",
        route: route.key,
        reason: `over ${throttle.refillPerSecond} a second with a burst of ${throttle.capacity}`,
        reply: errorReply(429, "Too Many Requests", requestId),
      };
    }
    return this.#dispatcher.dispatch(exchange);
  }

  #withoutStage(path: string): string | undefined {
    if (this.#prefix === "") return path;
    if (path === this.#prefix) return "/";
    return path.startsWith(`${this.#prefix}/`) ? path.slice(this.#prefix.length) : undefined;
  }
}

function notFound(reason: string, requestId: string): Outcome {
  return { decision: "no route", reason, reply: errorReply(404, "Not Found", requestId) };
}

function unauthorized(route: Route, requestId: string, description: string | undefined, reason: string): Outcome {
  const error = description === undefined ? undefined : ({ name: "invalid_token", description } as const);
  return {
    decision: "unauthenticated",
    route: route.key,
    reason,
    reply: errorReply(401, "Unauthorized", requestId, [challenge(route.scopes, error)]),
  };
}

function headerBytes(request: GatewayRequest): number {
  // The method, two spaces and `HTTP/1.1`, and the question mark.
  let bytes = request.method.length + request.path.length + 10 + (request.query === "" ? 0 : request.query.length + 1);
  for (const [, value] of request.headers) bytes += value.length;
  return bytes;
}
