import {
  type Forward,
  type GatewayRequest,
  type Interpreter,
  type Invocation,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import type { Bucket } from "../../verifying/counters.ts";
import type { AwsHttpApiArtefacts, AwsRouteSettings } from "../artefacts/http-api.ts";
import { AccessLog } from "../shared/access-log.ts";
import { UnmappableValue } from "../shared/header-text.ts";
import { type Caller, IamAuthorizer, type IamRefusal, isRefusal } from "../shared/iam-authorizer.ts";
import { type OddPaths, readPath } from "../shared/paths.ts";
import { requestId as newRequestId } from "../shared/request-id.ts";
import { traceId } from "../shared/trace-id.ts";
import { describeWay, forwardTo, type Way } from "../shared/way.ts";
import { type AccessSource, httpApiVariables } from "./access-log-variables.ts";
import { type Authorization, hasScope } from "./authorizer.ts";
import { Cors } from "./cors.ts";
import { type Route, readHttpApi, type Stage } from "./document.ts";
import type { HttpIntegration } from "./integration.ts";
import type { LambdaIntegration } from "./lambda-integration.ts";
import { type MappingSource, mapHeaders, mapQuery } from "./parameter-mapping.ts";
import { answer, challenge } from "./replies.ts";
import { RouteTable } from "./route-table.ts";

/** How the service is read where AWS documents nothing. */
export interface AwsHttpApiOptions {
  /** @default "refused" */
  readonly oddPaths?: OddPaths;
}

/** docs.aws.amazon.com, http-api-quotas: 10 MB; of the request line and the header values together 10,240 bytes. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const MOST_HEADER_BYTES = 10_240;

/**
 * Serves an HTTP API from its OpenAPI document, its stage's settings and its CORS configuration.
 *
 * Not modelled: the account's own limit (10,000 requests a second in most regions), which is shared with everything else in
 * the account and Region, and of which the artefacts of one API say nothing.
 * @throws UnsupportedArtefact, with the place, for what the import would refuse and for what is not modelled
 */
export function interpretAwsHttpApi(
  artefacts: AwsHttpApiArtefacts,
  surroundings: Surroundings,
  options: AwsHttpApiOptions = {},
): Interpreter {
  return new HttpApi(artefacts, surroundings, options.oddPaths ?? "refused");
}

/** A request under way. */
interface Turn extends MappingSource {
  readonly route: Route;
  /** Who signed the request. */
  readonly caller?: Caller;
}

/** What has been found out of a request so far, for the access log. */
interface Seen {
  route?: Route;
  authorization?: Authorization;
  caller?: Caller | undefined;
  iamError?: string;
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
  readonly #accessLog: AccessLog<AccessSource> | undefined;
  readonly #identity: Pick<AccessSource, "accountId" | "apiId">;
  readonly #executionArn: string;
  readonly #iam: IamAuthorizer;

  constructor(artefacts: AwsHttpApiArtefacts, surroundings: Surroundings, oddPaths: OddPaths) {
    const { document, stage, cors, executionArn, functions = {}, network, signers = [] } = artefacts;
    const { defaultEndpointDisabled = false } = artefacts;
    this.#surroundings = surroundings;
    this.#oddPaths = oddPaths;
    // docs.aws.amazon.com, http-api-stages: `$default` is served at the root, any other under its name.
    this.#prefix = stage.name === "$default" ? "" : `/${stage.name}`;
    this.#defaultEndpointDisabled = defaultEndpointDisabled;
    this.#cors = cors === undefined ? undefined : new Cors(cors, "cors");
    this.#stage = stage;
    this.#accessLog = stage.accessLog && new AccessLog(stage.accessLog, httpApiVariables, "HTTP");
    const [, , , , accountId, apiId] = (executionArn ?? "").split(":");
    this.#identity = { accountId, apiId };
    const routes = readHttpApi(document, stage, { executionArn, functions, network }, surroundings);
    this.routes = routes.map(({ key }) => key);
    this.#executionArn = executionArn ?? "";
    this.#iam = new IamAuthorizer(signers, this.#executionArn, surroundings.now);
    for (const route of routes) {
      if (route.signed && executionArn === undefined) {
        throw new UnsupportedArtefact("executionArn", "must be there where requests are signed");
      }
      if (route.method === undefined) this.#table.addDefault(route, route.place);
      else this.#table.add(route.method, route.segments, route, route.place);
      // A route's entry replaces the default one whole.
      const settings = stage.routeSettings[route.key] ?? stage.defaultRouteSettings;
      if (settings !== undefined) this.#throttles.set(route.key, bucketOf(settings));
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
    const seen: Seen = {};
    const time = this.#surroundings.now();
    const logged = (outcome: Outcome): Outcome => {
      const line = accessLog.of(outcome, {
        request,
        requestId,
        time,
        ...this.#identity,
        stage: this.#stage.name,
        routeKey: seen.route?.key,
        claims: seen.authorization?.granted === true ? seen.authorization.claims : undefined,
        authorizerError: seen.authorization?.granted === false ? seen.authorization.description : seen.iamError,
        caller: seen.caller,
      });
      if (line.decision !== "undecided") return line;
      const { inspection } = line;
      return { ...line, inspection: { ...inspection, decide: (body) => logged(inspection.decide(body)) } };
    };
    const outcome = this.#decide(request, requestId, seen);
    return outcome instanceof Promise ? outcome.then(logged) : logged(outcome);
  }

  #decide(request: GatewayRequest, requestId: string, seen: Seen): Outcome | Promise<Outcome> {
    const size = headerBytes(request);
    if (size > MOST_HEADER_BYTES) {
      // The status is U.
      const reason = `request line and header values have ${size} bytes, at most ${MOST_HEADER_BYTES} are taken`;
      return { decision: "malformed", reason, reply: answer(431, "Request Header Fields Too Large", requestId) };
    }
    if (this.#defaultEndpointDisabled && request.domain === undefined) {
      // docs.aws.amazon.com, http-api-disable-default-endpoint, does not say how it answers: as an API that is not there (U).
      return {
        decision: "no route",
        reason: "the default endpoint is disabled",
        reply: answer(404, "Not Found", requestId),
      };
    }
    // docs.aws.amazon.com, http-api-mappings: a mapping names the stage, so that no path does.
    const raw = request.domain === undefined ? this.#withoutStage(request.path) : request.path;
    if (raw === undefined) {
      return {
        decision: "no route",
        reason: "the path is not of this stage",
        reply: answer(404, "Not Found", requestId),
      };
    }
    const path = readPath(raw, this.#oddPaths);
    if (typeof path === "string") {
      // The status is U.
      return { decision: "malformed", reason: path, reply: answer(400, "Bad Request", requestId) };
    }
    const found = this.#table.find(request.method, path);
    if (found === undefined) return this.#unmatched(request, requestId);
    const { route, variables } = found;
    seen.route = route;
    const decoded = `/${path.segments.join("/")}${path.slashAtEnd ? "/" : ""}`;
    const time = this.#surroundings.now();
    const begin = { request, route, variables, path: decoded, requestId, routeKey: route.key, time };
    if (route.signed) {
      const readings = [raw, `/${path.segments.join("/")}`];
      return this.#signed({ ...begin, claims: undefined }, readings, seen);
    }
    if (route.authorizer === undefined) return this.#admitted({ ...begin, claims: undefined });
    const result = route.authorizer.authorize(request);
    const authorized = (authorization: Authorization) => {
      seen.authorization = authorization;
      return authorization.granted
        ? this.#admitted({ ...begin, claims: authorization.claims })
        : refused(route, requestId, authorization.description, authorization.reason);
    };
    return result instanceof Promise ? result.then(authorized) : authorized(result);
  }

  /** @param paths in each reading: which of them AWS compares with policies is U */
  #signed(turn: Turn, paths: readonly string[], seen: Seen): Outcome {
    const { route, request, requestId } = turn;
    const refuse = ({ decision, reason, message, caller }: IamRefusal): Outcome => {
      seen.caller = caller;
      seen.iamError = message;
      // All alike, as users report it; the words of the service itself are in its log.
      return { decision, route: route.key, reason, reply: answer(403, "Forbidden", requestId) };
    };
    const claim = this.#iam.authorize(request);
    if (isRefusal(claim)) return refuse(claim);
    const resources = paths.map((path) => `${this.#executionArn}/${this.#stage.name}/${request.method}${path}`);
    return {
      decision: "undecided",
      route: route.key,
      reason: "the body is signed too",
      inspection: {
        maxBodyBytes: MOST_BODY_BYTES,
        tooLarge: answer(413, "Request Entity Too Large", requestId),
        decide: (body) => {
          const found = claim.decide(body, resources);
          if (isRefusal(found)) return refuse(found);
          seen.caller = found;
          return this.#admitted({ ...turn, caller: found });
        },
      },
    };
  }

  /** A preflight is answered even where no route takes OPTIONS; one that a route takes is that route's. */
  #unmatched(request: GatewayRequest, requestId: string): Outcome {
    if (this.#cors?.isPreflight(request) === true) {
      const headers = [["apigw-requestid", requestId] as const, ...this.#cors.preflight(request)];
      return { decision: "preflight", reason: "CORS preflight", reply: { status: 204, headers, body: "" } };
    }
    const reason = `no route takes ${request.method} and this path`;
    return { decision: "no route", reason, reply: answer(404, "Not Found", requestId) };
  }

  #admitted(turn: Turn): Outcome {
    const { route, requestId, claims } = turn;
    if (route.scopes.length > 0 && (claims === undefined || !hasScope(claims, route.scopes))) {
      const error = { name: "insufficient_scope", description: "the token has none of the scopes" } as const;
      return {
        decision: "forbidden",
        route: route.key,
        reason: `the token has none of the scopes ${route.scopes.join(", ")}`,
        reply: answer(403, "Forbidden", requestId, [challenge(route.scopes, error)]),
      };
    }
    const throttle = this.#throttles.get(route.key);
    if (throttle !== undefined && !this.#surroundings.counters.take(route.key, throttle, turn.time).allowed) {
      return {
        decision: "limited",
        route: route.key,
        reason: `over ${throttle.refillPerSecond} a second with a burst of ${throttle.capacity}`,
        reply: answer(429, "Too Many Requests", requestId),
      };
    }
    const { integration } = route;
    if (integration.kind === "lambda") return this.#invoked(turn, integration);
    try {
      const way = integration.ways();
      const forward = this.#forward(turn, integration, way);
      return { decision: "proxied", route: route.key, reason: describeWay(way), forward };
    } catch (error) {
      if (!(error instanceof UnmappableValue)) throw error;
      const reply = answer(400, "Bad Request", requestId);
      return { decision: "malformed", route: route.key, reason: error.message, reply };
    }
  }

  #invoked(turn: Turn, integration: LambdaIntegration): Outcome {
    const { route, request, requestId } = turn;
    const { key, method, path, scopes } = route;
    const { name: stage, variables: stageVariables } = this.#stage;
    const source = { ...turn, stage, stageVariables, resource: path, scopes };
    const invocation = integration.invocation(source, method, path, MOST_BODY_BYTES);
    if (typeof invocation === "string") {
      const reply = answer(500, "Internal Server Error", requestId);
      return { decision: "malformed", route: key, reason: invocation, reply };
    }
    const cors = this.#cors;
    const withCors: Invocation["answer"] = (result) => {
      const reply = invocation.answer(result);
      return cors === undefined ? reply : { ...reply, headers: cors.response(request, reply.headers) };
    };
    const reason = `of ${integration.functionArn}`;
    return { decision: "invoked", route: key, reason, invocation: { ...invocation, answer: withCors } };
  }

  #forward(turn: Turn, integration: HttpIntegration, way: Way): Forward {
    const { request, requestId } = turn;
    const { mapping } = integration;
    const path = mapping.path?.(turn) ?? integration.path(turn);
    const query = mapQuery(request.query, mapping.query, turn);
    const whole = [integration.query, query].filter((part) => part !== "").join("&");
    const cors = this.#cors;
    return {
      method: integration.method ?? request.method,
      ...forwardTo(way, `${path}${whole === "" ? "" : `?${whole}`}`),
      headers: mapHeaders(backendHeaders(turn, integration.private), mapping.headers, turn),
      timeoutMs: integration.timeoutMs,
      maxBodyBytes: MOST_BODY_BYTES,
      response: (status, headers) => ({
        status,
        headers: [...(cors === undefined ? headers : cors.response(request, headers)), ["apigw-requestid", requestId]],
      }),
      tooLarge: answer(413, "Request Entity Too Large", requestId),
      // AWS's knowledge centre has 503 for a backend that cannot be reached, through a VPC link too, and 504 for one that is too
      // slow; both U.
      down: (cause) => {
        if (cause === "timeout") return answer(504, "Gateway Timeout", requestId);
        if ("origin" in way) way.lost?.();
        return answer(503, "Service Unavailable", requestId);
      },
    };
  }

  #withoutStage(path: string): string | undefined {
    if (this.#prefix === "") return path;
    if (path === this.#prefix) return "/";
    return path.startsWith(`${this.#prefix}/`) ? path.slice(this.#prefix.length) : undefined;
  }
}

/** A field that is absent is sent as 0 by the provider, and 0 refuses every request, whichever of the two it is (U). */
function bucketOf({ throttlingBurstLimit = 0, throttlingRateLimit = 0 }: AwsRouteSettings): Bucket {
  const closed = !(throttlingBurstLimit > 0 && throttlingRateLimit > 0);
  return closed
    ? { capacity: 0, refillPerSecond: 0 }
    : { capacity: throttlingBurstLimit, refillPerSecond: throttlingRateLimit };
}

function refused(route: Route, requestId: string, description: string | undefined, reason: string): Outcome {
  const error = description === undefined ? undefined : ({ name: "invalid_token", description } as const);
  return {
    decision: "unauthenticated",
    route: route.key,
    reason,
    reply: answer(401, "Unauthorized", requestId, [challenge(route.scopes, error)]),
  };
}

function headerBytes(request: GatewayRequest): number {
  // The method, two spaces and `HTTP/1.1`, and the question mark.
  let bytes = request.method.length + request.path.length + 10 + (request.query === "" ? 0 : request.query.length + 1);
  for (const [, value] of request.headers) bytes += value.length;
  return bytes;
}

/**
 * What the backend sees of the headers before any mapping: `Host` is its own, but through a VPC link, whose integrations name no
 * host: there it is the client's (U); the gateway names itself in `Via`, the
 * client in `Forwarded` and `X-Forwarded-*`, and traces (docs.aws.amazon.com says only that they are reserved; their form
 * is U). The protocol is https, which is what clients of a real HTTP API speak.
 */
function backendHeaders(
  { request, requestId, time }: Turn,
  keepsHost: boolean,
): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  const { remoteAddress } = request;
  const chains = { forwarded: "", "x-forwarded-for": "", via: "" };
  let host = "";
  let traced = false;
  for (const field of request.headers) {
    const name = field[0].toLowerCase();
    switch (name) {
      case "host":
        host = field[1];
        break;
      case "forwarded":
      case "x-forwarded-for":
      case "via":
        chains[name] += `${field[1]}, `;
        break;
      case "x-forwarded-proto":
      case "x-forwarded-port":
      case "x-forwarded-host":
        break;
      case "x-amzn-trace-id":
        traced = true;
        headers.push(field);
        break;
      default:
        headers.push(field);
    }
  }
  headers.push(
    ["forwarded", `${chains.forwarded}by=127.0.0.1;for=${remoteAddress};host=${host};proto=https`],
    ["x-forwarded-for", `${chains["x-forwarded-for"]}${remoteAddress}`],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
    ["via", `${chains.via}HTTP/1.1 AmazonAPIGateway`],
  );
  if (!traced) headers.push(["x-amzn-trace-id", traceId(requestId, time)]);
  if (keepsHost) headers.push(["host", host]);
  return headers;
}
