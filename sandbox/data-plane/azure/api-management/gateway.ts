import { parseDocument } from "../../document.ts";
import { type GatewayRequest, type Outcome, type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { Upstream } from "../../private-network/upstream.ts";
import { readingOf } from "../../readings.ts";
import type { ApimApi, ApimProduct, ApimSubscription } from "./artefacts.ts";
import type { Backends } from "./backends.ts";
import type { ServiceCredentials } from "./credentials/service-credentials.ts";
import { type Caller, KeyCheck, NOBODY } from "./credentials/subscription-key.ts";
import { builtInError, toReply } from "./error-reply.ts";
import { type Exchange, PolicyFailure } from "./exchange.ts";
import { HeaderFields } from "./header-fields.ts";
import { type OperationMatch, OperationTable } from "./operation-table.ts";
import { type ApimOperation, declaredOperations, type ImportedApi, importOperations } from "./operations.ts";
import { Pipeline } from "./pipeline.ts";
import { isBaseUrl } from "./policies/routing.ts";
import { type CompiledPolicy, compilePolicy, inheritedPolicy } from "./policy-document.ts";
import type { PolicyScope } from "./policy-reader.ts";
import type { Sku } from "./sku.ts";

/** The largest inline document. https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions */
const DOCUMENT_BYTES = 4 * 1024 ** 2;

export interface GatewayEnvironment {
  readonly sku: Sku;
  readonly surroundings: Surroundings;
  readonly resolve: PolicyScope["resolve"];
  readonly backends: Backends;
  readonly credentials: ServiceCredentials;
  readonly subscriptions: readonly ApimSubscription[];
  readonly products: readonly ApimProduct[];
  /** Where the service's requests to an origin go. */
  readonly upstreamOf: (origin: string) => Upstream;
}

/** One API of the service: its operations and its policy. */
export class Gateway {
  readonly api: ApimApi;
  /** The segments of the API's path suffix, and its version segment, if it has one. */
  readonly suffix: readonly string[];
  /** The API's path suffix and version, as paths begin with it. */
  readonly #prefix: string;
  readonly #foldsCase: boolean;
  readonly #operations: OperationTable;
  readonly #policy: CompiledPolicy;
  readonly #pipeline: Pipeline;
  readonly #serviceUrl: string | undefined;
  readonly #keys: KeyCheck;
  readonly #now: () => number;

  /** @throws UnsupportedArtefact */
  constructor(api: ApimApi, environment: GatewayEnvironment) {
    const place = `apis.${api.name}`;
    this.api = api;
    this.suffix = [...readSuffix(api.path, `${place}.path`), ...readVersion(api.version, `${place}.version`)];
    this.#foldsCase = readingOf(environment.surroundings, "apim-letters") === "any-case";
    this.#prefix = this.#folded(this.suffix.map((segment) => `/${segment}`).join(""));
    const { operations: imported, serverUrl } = importDocument(api.document, `${place}.document`);
    const operations = [...imported, ...declaredOperations(api.operations ?? [], `${place}.operations`)];
    this.#operations = new OperationTable(operations, environment.surroundings);
    this.#serviceUrl = readServiceUrl(api.serviceUrl, serverUrl, `${place}.serviceUrl`);
    this.#policy = readPolicy(api, operations, environment);
    this.#pipeline = new Pipeline(this.#policy, environment);
    this.#keys = new KeyCheck(api, environment, environment.surroundings);
    this.#now = environment.surroundings.now;
  }

  get routes(): readonly string[] {
    return this.#operations.operations.map((operation) => this.#route(operation));
  }

  /** The part of a path after this API's suffix; undefined for the path of another API. */
  below(path: string): string | undefined {
    const { length } = this.#prefix;
    if (this.#folded(path.slice(0, length)) !== this.#prefix) return undefined;
    if (path.length === length) return "/";
    return path.charAt(length) === "/" ? path.slice(length) : undefined;
  }

  #folded(text: string): string {
    return this.#foldsCase ? text.toLowerCase() : text;
  }

  /** @param below the path after the API's suffix */
  decide(request: GatewayRequest, below: string): Outcome | Promise<Outcome> {
    const match = this.#operations.match(request.method, below, request.query);
    if (match === undefined) return this.#unmatched(request, below, this.#exchange(request, below, match));
    const route = this.#route(match.operation);
    const caller = this.#keys.check(request);
    if (caller instanceof PolicyFailure) {
      return this.#pipeline.fail(caller, this.#exchange(request, below, match), route);
    }
    return this.#pipeline.run(request, this.#exchange(request, below, match, caller), route);
  }

  #route(operation: ApimOperation): string {
    return `${operation.method} ${this.suffix.map((segment) => `/${segment}`).join("")}${operation.urlTemplate}`;
  }

  #exchange(
    request: GatewayRequest,
    below: string,
    match: OperationMatch | undefined,
    { subscription, product }: Caller = NOBODY,
  ): Exchange {
    const host = (request.header("host") ?? "").replace(/:\d+$/, "");
    return {
      context: {
        now: this.#now(),
        subscription,
        product,
        api: { id: this.api.name, path: this.api.path, version: this.api.version ?? null },
        operation: match?.operation ?? null,
        request: {
          method: request.method,
          headers: new HeaderFields(request.headers),
          originalUrl: { host, path: request.path, query: request.query },
          // Unverified: before any rewrite, Url.Path is the path after the API's suffix.
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
      identity: undefined,
      responseHeaders: [],
      onResponse: [],
      countedQuotas: new Set(),
      isTemplateQuery: (name) => match?.operation.template.hasQuery(name) === true,
    };
  }

  /** A preflight that the `cors` policy answers, or 404. A declared OPTIONS operation is matched before, like any other operation. */
  #unmatched(request: GatewayRequest, below: string, exchange: Exchange): Outcome {
    const route = this.#preflightRoute(request, below);
    const { cors } = this.#policy;
    if (route !== undefined && cors !== undefined) {
      const reply = toReply(cors.preflight(exchange.context));
      return { decision: "preflight", route, reason: "answered by the cors policy", reply };
    }
    const message = "Unable to match incoming request to an operation.";
    const error = builtInError("configuration", "OperationNotFound", message);
    return this.#pipeline.fail(new PolicyFailure("no route", 404, error, { shown: "Resource not found" }), exchange);
  }

  /** The route that a preflight asks about. Unverified: the preflight for a request without an operation is not found either. */
  #preflightRoute(request: GatewayRequest, below: string): string | undefined {
    const method = request.header("access-control-request-method");
    if (request.method !== "OPTIONS" || request.header("origin") === undefined || method === undefined)
      return undefined;
    const match = this.#operations.match(method, below, request.query);
    return match === undefined ? undefined : this.#route(match.operation);
  }
}

function readSuffix(path: string, place: string): readonly string[] {
  if (path === "") return [];
  if (!/^[^/?#*{}\s\\]+(?:\/[^/?#*{}\s\\]+)*$/.test(path)) {
    throw new UnsupportedArtefact(place, "must be segments of plain text, without a slash at either end");
  }
  return path.split("/");
}

/** The segment that selects the version of a versioned API. */
function readVersion(version: string | undefined, place: string): readonly string[] {
  if (version === undefined) return [];
  if (!/^[^/?#*{}\s\\]+$/.test(version)) throw new UnsupportedArtefact(place, "must be one segment of plain text");
  return [version];
}

function importDocument(text: string, place: string): ImportedApi {
  if (Buffer.byteLength(text) > DOCUMENT_BYTES) {
    throw new UnsupportedArtefact(place, "an inline document can have at most 4 MB; use a link for a larger one");
  }
  const document = parseDocument(text, place);
  // https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#openapi-version-2
  if (document.swagger !== undefined && !text.trimStart().startsWith("{")) {
    throw new UnsupportedArtefact(place, "OpenAPI 2.0 is imported from JSON only");
  }
  return importOperations(document, place);
}

/** https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#https-urls */
function readServiceUrl(serviceUrl: string | undefined, serverUrl: string | undefined, place: string) {
  const url = serviceUrl === undefined || serviceUrl === "" ? serverUrl : serviceUrl;
  if (url !== undefined && !isBaseUrl(url)) {
    throw new UnsupportedArtefact(place, "must be an absolute http(s) URL without a query");
  }
  return url;
}

function readPolicy(
  { name, policy, operations: declared }: ApimApi,
  operations: readonly ApimOperation[],
  { sku, surroundings, resolve, backends, credentials }: GatewayEnvironment,
): CompiledPolicy {
  // Operations that are resources may be created after the policy that refers to their parameters.
  const isComplete = declared === undefined;
  const templateParameters = isComplete
    ? new Set(operations.flatMap(({ template }) => template.parameters))
    : undefined;
  const environment = { sku, surroundings, resolve, templateParameters, backends, credentials };
  return policy === undefined
    ? inheritedPolicy(environment)
    : compilePolicy(policy, `apis.${name}.policy`, environment);
}
