import { parseDocument } from "../../document.ts";
import {
  type Forward,
  type GatewayRequest,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import type { ApimApi } from "./artefacts.ts";
import type { LastError, ResponseState } from "./context.ts";
import { apimReply, errorResponse, toReply } from "./error-reply.ts";
import { Ended, type Exchange, PolicyFailure, runSteps } from "./exchange.ts";
import { HeaderFields } from "./header-fields.ts";
import { type ApimOperation, importOperations } from "./operations.ts";
import { isBaseUrl } from "./policies/routing.ts";
import { type CompiledPolicy, compilePolicy, inheritedPolicy } from "./policy-document.ts";
import type { PolicyScope } from "./policy-reader.ts";
import { queryLookup } from "./query-parameters.ts";
import { backendPath } from "./request-path.ts";
import type { Sku } from "./sku.ts";
import { type MatchingOptions, RequestSegments } from "./url-template.ts";

/** https://learn.microsoft.com/azure/api-management/api-management-service-limits: request payload, buffered payload. */
const PAYLOAD_BYTES = 1024 ** 3;
const BUFFERED_BYTES = 2 * 1024 ** 2;
/** https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions: the inline limit. */
const DOCUMENT_BYTES = 4 * 1024 ** 2;
/** What a call with a key that is not a subscription's is told, and one without where a key is needed. */
const INVALID_KEY =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
const MISSING_KEY =
  "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";

export interface GatewayEnvironment {
  readonly sku: Sku;
  readonly surroundings: Surroundings;
  readonly resolve: PolicyScope["resolve"];
  readonly matching: MatchingOptions & { readonly overlap: "most-literal" | "least-literal" };
}

interface Match {
  readonly operation: ApimOperation;
  readonly parameters: ReadonlyMap<string, string>;
}

const builtInError = (source: string, reason: string, message: string): LastError => ({
  source,
  reason,
  message,
  scope: null,
  section: null,
  path: null,
  policyId: null,
});

/** Operations in the order in which they are tried, found by the first segment of a path. */
class OperationIndex {
  readonly all: readonly ApimOperation[];
  readonly #byFirst = new Map<string, readonly ApimOperation[]>();
  /** Those that may begin with anything. */
  readonly #others: readonly ApimOperation[];

  constructor(all: readonly ApimOperation[]) {
    this.all = all;
    this.#others = all.filter(({ template }) => template.firstLiteral === undefined);
    const isOther = new Set(this.#others);
    for (const first of new Set(all.flatMap(({ template }) => template.firstLiteral ?? []))) {
      this.#byFirst.set(
        first,
        all.filter((each) => isOther.has(each) || each.template.firstLiteral === first),
      );
    }
  }

  candidates(first: string): readonly ApimOperation[] {
    return this.#byFirst.get(first) ?? this.#others;
  }
}

/** One API of the service: its operations and its policy. */
export class Gateway {
  readonly api: ApimApi;
  /** The segments of its path suffix, and of its version. */
  readonly suffix: readonly string[];
  readonly #environment: GatewayEnvironment;
  /** By method. */
  readonly #operations: ReadonlyMap<string, OperationIndex>;
  readonly #policy: CompiledPolicy;
  readonly #serviceUrl: string | undefined;

  /** @throws UnsupportedArtefact */
  constructor(api: ApimApi, environment: GatewayEnvironment) {
    const place = `apis.${api.name}`;
    this.api = api;
    this.#environment = environment;
    if (api.path !== "" && !/^[^/?#*{}\s\\]+(?:\/[^/?#*{}\s\\]+)*$/.test(api.path)) {
      throw new UnsupportedArtefact(
        `${place}.path`,
        "a path suffix is segments of plain text, without slashes at the ends",
      );
    }
    if (api.version !== undefined && !/^[^/?#*{}\s\\]+$/.test(api.version)) {
      throw new UnsupportedArtefact(`${place}.version`, "a version is one segment of plain text");
    }
    this.suffix = [
      ...(api.path === "" ? [] : api.path.split("/")),
      ...(api.version === undefined ? [] : [api.version]),
    ];
    if (Buffer.byteLength(api.document) > DOCUMENT_BYTES) {
      throw new UnsupportedArtefact(`${place}.document`, "an inline document is at most 4 MB; link to a larger one");
    }
    const document = parseDocument(api.document, `${place}.document`);
    // https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#openapi-version-2
    if (document.swagger !== undefined && !api.document.trimStart().startsWith("{")) {
      throw new UnsupportedArtefact(`${place}.document`, "OpenAPI 2.0 is imported from JSON only");
    }
    const { operations, serverUrl } = importOperations(document, `${place}.document`);
    const order = environment.matching.overlap === "most-literal" ? 1 : -1;
    const ordered = operations.toSorted((a, b) => order * a.template.compareLiteralness(b.template));
    const byMethod = Map.groupBy(ordered, (each) => each.method);
    this.#operations = new Map([...byMethod].map(([method, each]) => [method, new OperationIndex(each)]));
    // https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#https-urls
    this.#serviceUrl = api.serviceUrl === undefined || api.serviceUrl === "" ? serverUrl : api.serviceUrl;
    if (this.#serviceUrl !== undefined && !isBaseUrl(this.#serviceUrl)) {
      throw new UnsupportedArtefact(`${place}.serviceUrl`, "not an absolute http(s) URL without a query");
    }
    const policyEnvironment = {
      sku: environment.sku,
      surroundings: environment.surroundings,
      resolve: environment.resolve,
      templateParameters: new Set(operations.flatMap((each) => each.template.parameters)),
    };
    this.#policy =
      api.policy === undefined
        ? inheritedPolicy(policyEnvironment)
        : compilePolicy(api.policy, `${place}.policy`, policyEnvironment);
  }

  get routes(): readonly string[] {
    return [...this.#operations.values()].flatMap(({ all }) => all).map((each) => this.#route(each));
  }

  #route(operation: ApimOperation): string {
    return `${operation.method} ${this.suffix.map((each) => `/${each}`).join("")}${operation.urlTemplate}`;
  }

  /** The path below this API's suffix, or undefined when the path is not this API's. */
  below(path: string): string | undefined {
    const segments = path.split("/").slice(1);
    const fold = (text: string) => (this.#environment.matching.letters === "any-case" ? text.toLowerCase() : text);
    if (!this.suffix.every((each, i) => segments[i] !== undefined && fold(each) === fold(segments[i])))
      return undefined;
    return `/${segments.slice(this.suffix.length).join("/")}`;
  }

  #match(method: string, path: string, query: string): Match | undefined {
    const segments = new RequestSegments(path);
    for (const operation of this.#operations.get(method)?.candidates(segments.first) ?? []) {
      const parameters = operation.template.match(segments, query, this.#environment.matching);
      if (parameters !== undefined) return { operation, parameters };
    }
    return undefined;
  }

  decide(request: GatewayRequest, below: string): Outcome | Promise<Outcome> {
    const match = this.#match(request.method, below, request.query);
    const exchange = this.#exchange(request, below, match);
    if (match === undefined) return this.#unmatched(request, below, exchange);
    const route = this.#route(match.operation);
    const denied = this.#subscription(request);
    if (denied !== undefined) return this.#failed(denied, exchange, route);
    return this.#pipeline(request, exchange, route);
  }

  #exchange(request: GatewayRequest, below: string, match: Match | undefined): Exchange {
    const host = (request.header("host") ?? "").replace(/:\d+$/, "");
    return {
      context: {
        api: { id: this.api.name, path: this.api.path, version: this.api.version ?? null },
        operation: match?.operation ?? null,
        request: {
          method: request.method,
          headers: new HeaderFields(request.headers),
          originalUrl: { host, path: request.path, query: request.query },
          // U: that Url.Path, before any rewrite, is the path below the API's suffix.
          url: { host, path: below, query: request.query },
          matchedParameters: match?.parameters ?? new Map(),
          ipAddress: request.remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ""),
        },
        response: null,
        variables: new Map(),
        lastError: null,
        backend: this.#serviceUrl,
      },
      forward: undefined,
      responseHeaders: [],
      onResponse: [],
      countedQuotas: new Set(),
      queryOfTemplate: (name) => match?.operation.template.holdsQuery(name) === true,
    };
  }

  /** A preflight the `cors` policy answers, or 404. A declared OPTIONS operation would have matched, and run as any other. */
  #unmatched(request: GatewayRequest, below: string, exchange: Exchange): Outcome {
    const wanted = request.header("access-control-request-method");
    const { cors } = this.#policy;
    if (
      request.method === "OPTIONS" &&
      cors !== undefined &&
      request.header("origin") !== undefined &&
      wanted !== undefined
    ) {
      // U: that the preflight of a request no operation takes is itself not found.
      const target = this.#match(wanted, below, request.query);
      if (target !== undefined) {
        const reply = toReply(cors.preflight(exchange.context));
        return {
          decision: "preflight",
          route: this.#route(target.operation),
          reason: "answered by the cors policy",
          reply,
        };
      }
    }
    const error = builtInError(
      "configuration",
      "OperationNotFound",
      "Unable to match incoming request to an operation.",
    );
    return this.#failed(
      new PolicyFailure("no route", 404, error, { shown: "Resource not found" }),
      exchange,
      undefined,
    );
  }

  /**
   * No subscription exists in the sandbox, so every key that is sent is invalid, also where none is required.
   * https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
   */
  #subscription(request: GatewayRequest): PolicyFailure | undefined {
    const { header, query } = this.api.subscriptionKeyNames;
    const sent = request.header(header.toLowerCase()) ?? queryLookup(request.query).get(query)?.[0];
    if (sent === undefined && !this.api.subscriptionRequired) return undefined;
    const [reason, message] =
      sent === undefined ? ["SubscriptionKeyNotFound", MISSING_KEY] : ["SubscriptionKeyInvalid", INVALID_KEY];
    return new PolicyFailure("unauthenticated", 401, builtInError("authorization", reason, message));
  }

  async #pipeline(request: GatewayRequest, exchange: Exchange, route: string): Promise<Outcome> {
    try {
      await runSteps(this.#policy.inbound, exchange);
      await runSteps(this.#policy.backend, exchange);
      if (exchange.forward === undefined) return this.#notForwarded(exchange, route);
      return this.#forwarded(request, exchange, route);
    } catch (thrown) {
      if (thrown instanceof Ended) {
        const reply = toReply(this.#finished(thrown.response, exchange));
        return { decision: thrown.decision, route, reason: thrown.reason, reply };
      }
      if (thrown instanceof PolicyFailure) return this.#failed(thrown, exchange, route);
      throw thrown;
    }
  }

  /** Without `forward-request` the outbound section runs at once, on an empty 200. */
  #notForwarded(exchange: Exchange, route: string): Outcome {
    const response = this.#outbound({ status: 200, headers: new HeaderFields(), body: "" }, exchange);
    const reason = "the backend section has no forward-request: the request is not forwarded";
    return { decision: "replied", route, reason, reply: toReply(response) };
  }

  #outbound(response: ResponseState, exchange: Exchange): ResponseState {
    const { context } = exchange;
    context.response = response;
    try {
      void runSteps(this.#policy.outbound, exchange);
      return this.#finished(response, exchange);
    } catch (thrown) {
      if (!(thrown instanceof PolicyFailure)) throw thrown;
      return this.#errorResponse(thrown, exchange);
    }
  }

  #forwarded(request: GatewayRequest, exchange: Exchange, route: string): Outcome {
    const { context, forward } = exchange;
    if (context.backend === undefined || forward === undefined) {
      // U: the answer of an API that has neither a service URL nor a set-backend-service.
      const error = builtInError("forward-request", "BackendConnectionFailure", "No backend service URL is set.");
      return this.#failed(
        new PolicyFailure("malformed", 500, error, { shown: "Internal server error" }),
        exchange,
        route,
      );
    }
    const { url } = context.request;
    const path = backendPath(url.path);
    if (path === undefined) {
      const error = builtInError("forward-request", "InvalidUrl", `${JSON.stringify(url.path)} is no plain path.`);
      return this.#failed(new PolicyFailure("malformed", 400, error, { shown: "Bad Request" }), exchange, route);
    }
    const target = `${context.backend.replace(/\/+$/, "")}${path}${url.query === "" ? "" : `?${url.query}`}`;
    const { requestMs } = this.#environment.sku;
    const settings: Forward = {
      method: context.request.method,
      url: target,
      headers: this.#backendHeaders(request, exchange),
      timeoutMs: Math.min(forward.timeoutMs, requestMs ?? forward.timeoutMs),
      maxBodyBytes: forward.bufferRequestBody ? BUFFERED_BYTES : PAYLOAD_BYTES,
      response: (status, headers) => {
        const response = this.#outbound({ status, headers: new HeaderFields(headers), body: "" }, exchange);
        return { status: response.status, headers: response.headers.fields };
      },
      // U: status as HTTP has it, body as the service's other errors.
      tooLarge: apimReply(413, "Request Entity Too Large"),
      down: (cause) => {
        const [reason, message] =
          cause === "timeout"
            ? ["Timeout", "The operation has timed out."]
            : ["BackendConnectionFailure", "Unable to connect to the remote server"];
        // "If there is no on-error section, callers will receive 400 or 500"; the exact status of a time-out is U.
        const error: LastError = { ...builtInError("forward-request", reason, message), section: "backend" };
        const failure = new PolicyFailure("malformed", 500, error, { shown: "Internal server error" });
        return toReply(this.#errorResponse(failure, exchange));
      },
    };
    return { decision: "proxied", route, reason: `forwarded to ${context.backend}`, forward: settings };
  }

  /**
   * What the backend sees: the headers the policies left, its own host unless a policy set one, and the caller's address
   * added to X-Forwarded-For, which no policy can remove (learn.microsoft.com/answers/questions/5774313; that it is added
   * at the end is U).
   */
  #backendHeaders(request: GatewayRequest, { context }: Exchange): readonly (readonly [string, string])[] {
    const headers = new HeaderFields(context.request.headers.fields);
    if (headers.get("host")?.[0] === request.header("host")) headers.delete("host");
    const before = new HeaderFields(request.headers).get("x-forwarded-for") ?? [];
    headers.set("X-Forwarded-For", [[...before, context.request.ipAddress].join(", ")]);
    return headers.fields;
  }

  /** The response as it leaves: with what inbound policies add to every response, and counted by those who waited. */
  #finished(response: ResponseState, exchange: Exchange): ResponseState {
    exchange.context.response = response;
    for (const count of exchange.onResponse.splice(0)) count(exchange.context);
    for (const [name, value] of exchange.responseHeaders) response.headers.set(name, [value]);
    return response;
  }

  #failed(failure: PolicyFailure, exchange: Exchange, route: string | undefined): Outcome {
    const reply = toReply(this.#errorResponse(failure, exchange));
    const { source, reason, message } = failure.error;
    return {
      decision: failure.decision,
      ...(route === undefined ? {} : { route }),
      reason: `${source}: ${reason}: ${message}`,
      reply,
    };
  }

  /** The error's response, after the `on-error` section had its say. */
  #errorResponse(failure: PolicyFailure, exchange: Exchange): ResponseState {
    const { context } = exchange;
    context.lastError = failure.error;
    context.response = errorResponse(failure.status, failure.shown, failure.headers);
    try {
      void runSteps(this.#policy.onError, exchange);
      return this.#finished(context.response, exchange);
    } catch (thrown) {
      if (thrown instanceof Ended) return this.#finished(thrown.response, exchange);
      if (!(thrown instanceof PolicyFailure)) throw thrown;
      return this.#finished(errorResponse(500, "Internal server error"), exchange);
    }
  }
}
