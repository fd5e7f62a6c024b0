import { randomUUID } from "node:crypto";
import {
  type Decided,
  type Decision,
  type FunctionReply,
  type FunctionResult,
  type GatewayRequest,
  type Inspection,
  type Interpreter,
  type KeptAnswer,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import type { Bucket } from "../../verifying/counters.ts";
import type { AwsRestApiArtefacts } from "../artefacts/rest-api.ts";
import { AccessLog } from "../shared/access-log.ts";
import { UnmappableValue } from "../shared/header-text.ts";
import { IamAuthorizer, type IamRefusal, isRefusal } from "../shared/iam-authorizer.ts";
import { evaluate, type InvokePolicy, notAuthorized, originOf, type PolicyVerdict } from "../shared/identity-policy.ts";
import { type OddPaths, type RequestPath, readPath } from "../shared/paths.ts";
import { requestId as newId } from "../shared/request-id.ts";
import { readResourcePolicy } from "../shared/resource-policy.ts";
import { describeWay } from "../shared/way.ts";
import { type Blocked, WebAcl } from "../waf/web-acl.ts";
import { restApiVariables } from "./access-log-variables.ts";
import { CanaryRelease, canaryArtefacts } from "./canary-release.ts";
import { type Method, readRestApi } from "./document.ts";
import { type GatewayError, type GatewayResponses, gatewayError, otherError } from "./gateway-responses.ts";
import { HttpIntegration, MOST_BODY_BYTES } from "./integration/http-integration.ts";
import { MockIntegration } from "./integration/mock-integration.ts";
import { missingParameters } from "./request-validator.ts";
import { ResourceTree } from "./resource-tree.ts";
import { asksForFresh, type Caching, cachingOf, MOST_KEPT_BYTES, ResponseCache } from "./response-cache.ts";
import { headerValues, type Place, type Turn } from "./turn.ts";
import { StageThrottles } from "./usage/throttles.ts";
import { type PlanKey, UsagePlans } from "./usage/usage-plans.ts";

/** How the service is read where AWS documents nothing. */
export interface AwsRestApiOptions {
  /**
   * As for HTTP APIs, but that a slash at the end of a path is ignored when they are taken (so the AWS-validated tests of
   * localstack/localstack).
   * @default "refused"
   */
  readonly oddPaths?: OddPaths;
}

/** docs.aws.amazon.com, limits: the header values together, and the URL of a Regional API. */
const MOST_HEADER_BYTES = 10_240;
const MOST_URL_CHARACTERS = 10_240;
/** docs.aws.amazon.com, api-gateway-lambda-authorizer-output. */
const MOST_ARN_BYTES = 1_600;

/**
 * Serves a REST API from its OpenAPI document, as it was when the stage's deployment was made, its stage's settings and the
 * usage plans of the stage.
 *
 * Not modelled: the account's own limit (10,000 requests a second in most Regions), which is shared with everything else in
 * the account and Region, and of which the artefacts of one API say nothing.
 * @throws UnsupportedArtefact, with the place, for what the import would refuse and for what is not modelled
 */
export function interpretAwsRestApi(
  artefacts: AwsRestApiArtefacts,
  surroundings: Surroundings,
  options: AwsRestApiOptions = {},
): Interpreter {
  const oddPaths = options.oddPaths ?? "refused";
  const { canary, ...stable } = artefacts;
  if (canary === undefined) return new RestApi(stable, surroundings, oddPaths);
  const cache = new ResponseCache();
  return new CanaryRelease(
    new RestApi(stable, surroundings, oddPaths, { canary: false, cache }),
    new RestApi(canaryArtefacts(stable, canary), surroundings, oddPaths, {
      canary: true,
      cache: canary.sameDeployment ? cache : new ResponseCache(),
    }),
    canary.percentTraffic,
    surroundings.random ?? Math.random,
  );
}

/** What both deployments of a stage with a canary share, or do not. */
interface Release {
  readonly canary: boolean;
  readonly cache: ResponseCache;
}

/** A request under way, on a method. */
interface MethodTurn extends Turn {
  readonly method: Method;
  readonly resource: string;
}

class RestApi implements Interpreter {
  readonly routes: readonly string[];
  readonly #tree = new ResourceTree<Method>();
  readonly #responses: GatewayResponses;
  readonly #throttles = new Map<string, Bucket>();
  readonly #caching = new Map<string, Caching>();
  readonly #cache: ResponseCache;
  readonly #canary: boolean | undefined;
  readonly #plans: UsagePlans;
  readonly #keySource: "HEADER" | "AUTHORIZER";
  readonly #place: Place;
  readonly #defaultEndpointDisabled: boolean;
  readonly #private: boolean;
  readonly #surroundings: Surroundings;
  readonly #oddPaths: OddPaths;
  readonly #accessLog: AccessLog<Turn> | undefined;
  readonly #traced: boolean;
  readonly #iam: IamAuthorizer;
  readonly #webAcl: WebAcl | undefined;
  readonly #policy: InvokePolicy | undefined;

  constructor(artefacts: AwsRestApiArtefacts, surroundings: Surroundings, oddPaths: OddPaths, release?: Release) {
    this.#surroundings = surroundings;
    this.#canary = release?.canary;
    this.#cache = release?.cache ?? new ResponseCache();
    this.#oddPaths = oddPaths;
    this.#keySource = artefacts.apiKeySource;
    const { accessLog, traced = false, webAcl } = artefacts.stage;
    // docs.aws.amazon.com, canary-release: a canary's lines go to the stage's log group, and to one of their own.
    const own = this.#canary === true ? `${accessLog?.logGroup}/Canary` : undefined;
    this.#accessLog = accessLog && new AccessLog(accessLog, restApiVariables, "REST", own);
    this.#traced = traced;
    this.#webAcl = webAcl && new WebAcl(webAcl, "stage.webAcl");
    this.#place = readPlace(artefacts);
    const { policy, executionArn } = artefacts;
    this.#policy = policy === undefined ? undefined : readResourcePolicy(policy, executionArn, "policy");
    this.#defaultEndpointDisabled = artefacts.defaultEndpointDisabled ?? false;
    this.#private = artefacts.private ?? false;
    const { methods, responses } = readRestApi(artefacts.document, this.#place, artefacts.functions, surroundings);
    this.#responses = responses;
    this.#iam = new IamAuthorizer(artefacts.signers ?? [], artefacts.executionArn, surroundings.now);
    this.#plans = new UsagePlans(artefacts.usagePlans, surroundings.counters);
    const throttles = new StageThrottles(artefacts.stage.methodSettings);
    this.routes = methods.map(({ key }) => key);
    for (const method of methods) {
      this.#tree.add(method.name, method.segments, method, method.where);
      const throttle = throttles.of(method.resource, method.name);
      if (throttle !== undefined) this.#throttles.set(method.key, throttle);
      const { cached = false, methodSettings } = artefacts.stage;
      const caching = cachingOf(cached, methodSettings, method.resource, method.name);
      if (caching !== undefined) this.#caching.set(method.key, caching);
    }
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const { stage } = this.#place;
    // docs.aws.amazon.com, rest-api-mappings: a mapping names the stage, so that no path does.
    const [, first, path] =
      request.domain === undefined ? (/^\/([^/]*)(.*)$/s.exec(request.path) ?? []) : [undefined, stage, request.path];
    const begin: Turn = {
      place: this.#place,
      request,
      time: this.#surroundings.now(),
      requestId: randomUUID(),
      extendedRequestId: newId(),
      path: path === undefined || path === "" ? "/" : path,
      resource: undefined,
      variables: NONE,
      authorizer: undefined,
      apiKey: undefined,
      traced: this.#traced,
      ...(this.#canary === undefined ? {} : { canary: this.#canary }),
    };
    const problem = tooLong(request);
    // That a header block too large is answered as a body too large is U.
    if (problem !== undefined) return this.#refused(begin, "malformed", problem.reason, problem.error);
    if (this.#defaultEndpointDisabled && request.domain === undefined) {
      // docs.aws.amazon.com, rest-api-disable-default-endpoint: 403 Forbidden. That none of the API's own answers applies is U.
      return this.#refused(begin, "no route", "the default endpoint is disabled", NO_STAGE);
    }
    if (this.#private && request.vpcEndpoint === undefined) {
      // U: how it is answered where its name leads anywhere at all.
      return this.#refused(begin, "no route", "the API is private, and this came through no VPC endpoint", NO_STAGE);
    }
    // No stage, no API: none of its own answers either.
    if (first !== stage) return this.#refused(begin, "no route", "the path is not of this stage", NO_STAGE);
    // Before everything else that controls access: docs.aws.amazon.com, apigateway-control-access-aws-waf.
    const blocked = this.#webAcl?.judge(request, this.#surroundings.counters, begin.time);
    if (blocked !== undefined) return this.#blocked(begin, blocked);
    const read = readPath(begin.path, this.#oddPaths);
    if (typeof read === "string") return this.#refused(begin, "malformed", read, BAD_REQUEST);
    const found = this.#tree.find(request.method, read);
    const { method } = found ?? {};
    if (found === undefined || method === undefined) {
      const what = found === undefined ? "no resource has this path" : `the resource has no ${request.method}`;
      return this.#refused(begin, "no route", what, gatewayError("MISSING_AUTHENTICATION_TOKEN"));
    }
    const turn = { ...begin, method, resource: method.resource, variables: found.variables };
    const resources = this.#resources(turn, read);
    if (method.signed) return this.#signed(turn, resources);
    const verdict = this.#verdict(turn, resources);
    // An authorizer is asked unless the policy denies by name, and may allow what it does not mention (the same page).
    const ended = verdict === "explicit deny" || (verdict === "implicit deny" && method.authorizer === undefined);
    if (ended) return this.#unauthorized(turn, resources, verdict);
    if (method.authorizer === undefined) return this.#admitted(turn, undefined);
    return this.#authorize(turn, resources, this.#policy !== undefined && verdict === "allowed");
  }

  /** The ARN of what is asked for. Which reading of the path AWS compares with policies is U: both are. */
  #resources({ request, path }: Turn, { segments }: RequestPath): readonly [string, string] {
    const arn = `${this.#place.executionArn}/${this.#place.stage}/${request.method}`;
    return [`${arn}${path}`, `${arn}/${segments.join("/")}`];
  }

  /**
   * What the API's policy says of who did not sign (docs.aws.amazon.com, apigateway-authorization-flow). Whether it is asked before
   * the resource and the method are looked for is U: what has none is refused either way.
   */
  #verdict({ request }: Turn, resources: readonly string[]): PolicyVerdict {
    if (this.#policy === undefined) return "allowed";
    return evaluate([this.#policy], undefined, resources, originOf(request));
  }

  #unauthorized(turn: MethodTurn, [resource]: readonly [string, string], verdict: PolicyVerdict): Outcome {
    const reason = `the resource policy has an ${verdict}`;
    return this.#refused(
      turn,
      "forbidden",
      reason,
      gatewayError("ACCESS_DENIED", notAuthorized("anonymous", resource, verdict)),
    );
  }

  #signed(turn: MethodTurn, resources: readonly [string, string]): Outcome {
    const { method, request } = turn;
    const refuse = (refusal: IamRefusal): Outcome => {
      const { decision, reason, message, caller } = refusal;
      return this.#refused({ ...turn, signature: { caller, error: message } }, decision, reason, iamError(refusal));
    };
    const claim = this.#iam.authorize(request);
    if (isRefusal(claim)) return refuse(claim);
    const inspection: Inspection = {
      maxBodyBytes: MOST_BODY_BYTES,
      tooLarge: this.#responses.reply(gatewayError("REQUEST_TOO_LARGE"), turn),
      decide: (body) => {
        const found = claim.decide(body, resources, this.#policy);
        return isRefusal(found) ? refuse(found) : this.#admitted({ ...turn, signature: { caller: found } }, undefined);
      },
    };
    return this.#logged(
      { decision: "undecided", route: method.key, reason: "the body is signed too", inspection },
      turn,
    );
  }

  async #authorize(turn: MethodTurn, resources: readonly [string, string], allowed: boolean): Promise<Outcome> {
    const { method } = turn;
    if (Buffer.byteLength(resources[0]) > MOST_ARN_BYTES) {
      const reason = `the method's ARN has more than ${MOST_ARN_BYTES} bytes`;
      return this.#refused(turn, "malformed", reason, URI_TOO_LONG);
    }
    const began = performance.now();
    const result = await method.authorizer?.authorize(turn, resources, allowed);
    if (result === undefined) return this.#admitted(turn, undefined);
    const ms = performance.now() - began;
    if (!result.granted) {
      const { status, message } = result.error;
      const authorization = { status, ms, ...(message === null ? {} : { error: message }) };
      return this.#refused({ ...turn, authorization }, result.decision, result.reason, result.error);
    }
    const authorization = { status: 200, ms };
    return this.#admitted({ ...turn, authorizer: result.context, authorization }, result.usageIdentifierKey);
  }

  #admitted(turn: MethodTurn, usageIdentifierKey: string | undefined): Outcome {
    const { method } = turn;
    if (!method.apiKeyRequired) return this.#throttled(turn);
    const value = this.#keySource === "HEADER" ? single(headerValues(turn.request, "x-api-key")) : usageIdentifierKey;
    const key = value === undefined || value === "" ? undefined : this.#plans.key(value);
    if (key === undefined || !key.enabled) {
      const reason =
        value === undefined || value === ""
          ? "no API key"
          : `the API key is ${key === undefined ? "not known here" : "disabled"}`;
      return this.#refused(turn, "unauthenticated", reason, gatewayError("INVALID_API_KEY"));
    }
    return this.#metered({ ...turn, apiKey: { id: key.id, value: key.value } }, key);
  }

  #metered(turn: MethodTurn, key: PlanKey): Outcome {
    const exceeded = this.#plans.count(key, turn.resource, turn.method.name, turn.time);
    if (exceeded !== undefined) return this.#refused(turn, "limited", exceeded.reason, gatewayError(exceeded.type));
    return this.#throttled(turn);
  }

  #throttled(turn: MethodTurn): Outcome {
    const { method, time } = turn;
    const throttle = this.#throttles.get(method.key);
    if (throttle !== undefined && !this.#surroundings.counters.take(`stage ${method.key}`, throttle, time).allowed) {
      const reason = `over ${throttle.refillPerSecond} a second with a burst of ${throttle.capacity}`;
      return this.#refused(turn, "limited", reason, gatewayError("THROTTLED"));
    }
    const missing = missingParameters(turn, method.required);
    if (missing.length > 0) {
      const message = `Missing required request parameters: [${missing.join(", ")}]`;
      return this.#refused(turn, "invalid", message, gatewayError("BAD_REQUEST_PARAMETERS", message));
    }
    const { key, models } = method;
    if (models === undefined) return this.#passed(turn);
    const inspection = {
      maxBodyBytes: MOST_BODY_BYTES,
      tooLarge: this.#responses.reply(gatewayError("REQUEST_TOO_LARGE"), turn),
      decide: (body: Uint8Array): Decided => {
        const fault = models.fault(turn, body);
        if (fault === undefined) return this.#passed(turn);
        return this.#refused(turn, "invalid", fault, gatewayError("BAD_REQUEST_BODY"));
      },
    };
    return this.#logged({ decision: "undecided", route: key, reason: "its body is to be checked", inspection }, turn);
  }

  #passed(turn: MethodTurn): Decided {
    try {
      const caching = this.#caching.get(turn.method.key);
      return this.#logged(caching === undefined ? this.#integrated(turn) : this.#cached(turn, caching), turn);
    } catch (error) {
      if (!(error instanceof UnmappableValue)) throw error;
      return this.#refused(turn, "malformed", error.message, BAD_REQUEST);
    }
  }

  /** An answer that was kept, or one that will be. */
  #cached(turn: MethodTurn, { seconds, guarded, strategy }: Caching): Decided {
    const { key: route, cacheKey } = turn.method;
    const key = cacheKey(turn);
    const fresh = asksForFresh(turn);
    if (fresh && guarded && strategy === "FAIL_WITH_403") {
      // Nobody who calls the sandbox is permitted to (execute-api:InvalidateCache); the answer is U.
      const reason = "nobody may have an answer dropped";
      return this.#refused(turn, "forbidden", reason, gatewayError("ACCESS_DENIED"));
    }
    const kept = fresh && !guarded ? undefined : this.#cache.get(key, turn.time);
    if (kept !== undefined) {
      const warned = fresh && strategy === "SUCCEED_WITH_RESPONSE_HEADER";
      const headers = warned ? [...kept.headers, WARNING] : kept.headers;
      return { decision: "cached", route, reason: "an answer that was kept", kept: { ...kept, headers } };
    }
    const keep = (answer: KeptAnswer) => this.#cache.put(key, answer, this.#surroundings.now() + seconds * 1_000);
    const outcome = this.#integrated(turn);
    if (outcome.decision === "proxied") {
      return { ...outcome, forward: { ...outcome.forward, keep: { most: MOST_KEPT_BYTES, answer: keep } } };
    }
    if (outcome.decision !== "invoked") return outcome;
    const { invocation } = outcome;
    const answer = (result: FunctionResult): FunctionReply => {
      const reply = invocation.answer(result);
      if (reply.down === undefined) keep(reply);
      return reply;
    };
    return { ...outcome, invocation: { ...invocation, answer } };
  }

  #integrated(turn: MethodTurn): Decided {
    const { key, name, resource, integration } = turn.method;
    if (integration instanceof HttpIntegration) {
      const way = integration.ways();
      return { decision: "proxied", route: key, reason: describeWay(way), forward: integration.forward(turn, way) };
    }
    if (integration instanceof MockIntegration) {
      const answer = integration.answer(turn);
      if ("reason" in answer) return this.#refused(turn, "malformed", answer.reason, answer.error);
      const preflight = turn.request.method === "OPTIONS" && integration.allowsOrigins;
      return preflight
        ? { decision: "preflight", route: key, reason: "CORS preflight by a mock", reply: answer }
        : { decision: "replied", route: key, reason: "a mock's reply", reply: answer };
    }
    const names = name === "ANY" ? [name, turn.request.method] : [name];
    const sources = names.map((each) => `${this.#place.executionArn}/${this.#place.stage}/${each}${resource}`);
    const invocation = integration.invocation(turn, sources);
    if (typeof invocation === "string") {
      return this.#refused(turn, "malformed", invocation, gatewayError("API_CONFIGURATION_ERROR"));
    }
    return { decision: "invoked", route: key, reason: `of ${integration.functionArn}`, invocation };
  }

  #refused(
    turn: Turn & { readonly method?: Method },
    decision: Exclude<Decision, "proxied" | "backend down">,
    reason: string,
    error: GatewayError,
  ): Decided {
    const route = turn.method === undefined ? {} : { route: turn.method.key };
    return this.#logged({ decision, ...route, reason, reply: this.#responses.reply(error, turn) }, turn);
  }

  #blocked(turn: Turn, { rule, rate, response }: Blocked): Outcome {
    const decision = rate === undefined ? "malformed" : "limited";
    const by = rule === undefined ? "the web ACL blocks by default" : `the web ACL's rule ${rule} blocks it`;
    const reason = rate === undefined ? by : `${by}: over ${rate.limit} in ${rate.windowSeconds} seconds`;
    const error = gatewayError("WAF_FILTERED");
    if (response === undefined) return this.#refused(turn, decision, reason, error);
    return this.#logged({ decision, reason, reply: this.#responses.instead(error, response, turn) }, turn);
  }

  #logged<Logged extends Outcome>(outcome: Logged, turn: Turn): Logged {
    const told = turn.canary === true ? { ...outcome, reason: `canary: ${outcome.reason}` } : outcome;
    return this.#accessLog === undefined ? told : this.#accessLog.of(told, turn);
  }
}

/**
 * Types, exceptions and messages as the page on gateway responses and AWS's own list of 403 errors have them
 * (repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden); which type the ones of no own form have is U.
 */
function iamError({ kind, message }: IamRefusal): GatewayError {
  switch (kind) {
    case "missing":
      return gatewayError("MISSING_AUTHENTICATION_TOKEN", message);
    case "incomplete":
      return otherError(403, "IncompleteSignatureException", message);
    case "invalid":
      return gatewayError("INVALID_SIGNATURE", message);
    case "expired token":
      return gatewayError("EXPIRED_TOKEN", message);
    case "unknown key":
      return otherError(403, "AccessDeniedException", message);
    case "denied":
      return gatewayError("ACCESS_DENIED", message);
  }
}

/** That the strategy adds a warning is the API reference's word (MethodSetting); the warning's own words are U. */
const WARNING = ["warning", "199 Cache-Control headers were ignored because the caller was unauthorized."] as const;
const NONE: ReadonlyMap<string, string> = new Map();
const NO_STAGE: GatewayError = { ...gatewayError("INVALID_API_KEY"), customisable: false };
/** The texts and exceptions of these two are U. */
const BAD_REQUEST = otherError(400, "BadRequestException", "Bad Request");
const URI_TOO_LONG = otherError(414, "RequestUriTooLongException", "Request URI too long");

function readPlace({ executionArn, stage, binaryMediaTypes, network }: AwsRestApiArtefacts): Place {
  const [, account, apiId] = /^arn:[a-z-]+:execute-api:[a-z0-9-]+:(\d{12}):([A-Za-z0-9]+)$/.exec(executionArn) ?? [];
  if (account === undefined || apiId === undefined) {
    throw new UnsupportedArtefact("executionArn", "must be arn:aws:execute-api:REGION:ACCOUNT:API");
  }
  // docs.aws.amazon.com, api-gateway-known-issues.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(stage.name)) {
    throw new UnsupportedArtefact("stage.name", "must be 1 to 128 letters, digits, hyphens and underscores");
  }
  return {
    account,
    apiId,
    executionArn,
    stage: stage.name,
    stageVariables: stage.variables,
    binaryMediaTypes,
    ...(network === undefined ? {} : { network }),
  };
}

/** Which of several keys counts is not documented, so none does. */
function single(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function tooLong({
  path,
  query,
  headers,
}: GatewayRequest): { readonly reason: string; readonly error: GatewayError } | undefined {
  const url = path.length + (query === "" ? 0 : query.length + 1);
  if (url > MOST_URL_CHARACTERS) {
    return { reason: `the URL has ${url} characters, at most ${MOST_URL_CHARACTERS} are taken`, error: URI_TOO_LONG };
  }
  let bytes = 0;
  for (const [, value] of headers) bytes += value.length;
  if (bytes <= MOST_HEADER_BYTES) return undefined;
  return {
    reason: `the header values have ${bytes} bytes, at most ${MOST_HEADER_BYTES} are taken`,
    error: gatewayError("REQUEST_TOO_LARGE"),
  };
}
