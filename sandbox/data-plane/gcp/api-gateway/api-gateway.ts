import type { GatewayRequest, Interpreter, Outcome, Reply, Surroundings } from "../../interpreter.ts";
import type { GcpApiGatewayArtefacts } from "./artefacts.ts";
import { authenticate, ProviderCheck } from "./authentication.ts";
import { backendUrl } from "./backend.ts";
import { backendHeaders } from "./backend-headers.ts";
import { readGcpDocument } from "./document.ts";
import { GatewayIdTokens } from "./id-token.ts";
import { jwtStatus } from "./jwt.ts";
import type { JwtProvider } from "./jwt-provider.ts";
import { localReply } from "./local-reply.ts";
import type { GcpOperation } from "./operation.ts";
import { OperationTable } from "./operation-table.ts";
import { canonicalPath } from "./request-path.ts";

/** The longest path with query that ESPv2's path rewrite accepts (esp-v2 path_rewrite/filter.cc). */
const LONGEST_PATH = 8192;
/** cloud.google.com/api-gateway/docs/quotas: 32 MB in each direction. */
const LARGEST_BODY = 32 * 1024 * 1024;
/** cloud.google.com/api-gateway/docs/quotas: 60 KB. Also Envoy's default. */
const MOST_HEADER_BYTES = 60 * 1024;
/** Unverified: Google documents the limit, but not the response. */
const TOO_LARGE = localReply(413, "Payload Too Large");
const TIMED_OUT = localReply(504, "upstream request timeout");
const UNREACHABLE = localReply(
  503,
  "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure",
);

/**
 * Interprets the document of an API config like ESPv2, the proxy on which API Gateway is widely reported to run. CORS is off, so a preflight
 * is a request like any other. A request passes the JWT check, then the path rewrite, then the route.
 *
 * The single retry of a failed or reset connection is not modelled, because it changes no decision.
 *
 * @throws UnsupportedArtefact for what Google rejects, and for what the sandbox does not support: OpenAPI 3.x, API keys, quotas, gRPC
 */
export function interpretGcpApiGateway(artefacts: GcpApiGatewayArtefacts, surroundings: Surroundings): Interpreter {
  return new GcpApiGateway(readGcpDocument(artefacts.document, artefacts.managedService), artefacts, surroundings);
}

class GcpApiGateway implements Interpreter {
  readonly routes: readonly string[];
  readonly #operations: OperationTable;
  readonly #checks: ReadonlyMap<JwtProvider, ProviderCheck>;
  readonly #idTokens: GatewayIdTokens;

  constructor(operations: readonly GcpOperation[], artefacts: GcpApiGatewayArtefacts, surroundings: Surroundings) {
    this.routes = operations.map(nameOf);
    this.#operations = new OperationTable(operations);
    const providers = new Set(operations.flatMap((operation) => operation.providers));
    this.#checks = new Map([...providers].map((provider) => [provider, new ProviderCheck(provider, surroundings)]));
    this.#idTokens = new GatewayIdTokens(artefacts.managedService, surroundings.now);
  }

  async decide(request: GatewayRequest): Promise<Outcome> {
    const headerProblem = checkHeaders(request);
    if (headerProblem !== undefined) return headerProblem;
    const path = canonicalPath(request.path);
    if (path === undefined) return reject("malformed", "path cannot be normalised", localReply(400, "Bad Request"));

    // The override is applied before routing and authentication, so the rules of the overriding method apply
    // (esp-v2 header_sanitizer/filter.cc).
    const method = request.header("x-http-method-override") || request.method;
    const operation = this.#operations.find(method, path);

    let userInfo: readonly string[] | undefined;
    if (operation !== undefined && operation.providers.length > 0) {
      const checks = operation.providers.flatMap((provider) => this.#checks.get(provider) ?? []);
      const result = await authenticate(checks, request);
      if (!result.passed) return unauthenticated(request, path, result.status, result.detail, operation);
      userInfo = result.userInfo;
    }
    const pathProblem = checkPath(path, request.query, operation);
    if (pathProblem !== undefined) return pathProblem;
    return operation === undefined
      ? this.#noRoute(path, method)
      : await this.#forward(operation, request, path, method, userInfo);
  }

  /** ESPv2 adds a route with status 405 for every path after all others, and one with 404 at the end (routegen). */
  #noRoute(path: string, method: string): Outcome {
    const other = this.#operations.findPath(path);
    if (other === undefined) {
      const reply = localReply(404, "The current request is not defined by this API.");
      return reject("no route", `no path for ${path}`, reply);
    }
    const { origin } = other.template;
    const message = `The current request is matched to the defined url template "${origin}" but its http method is not allowed`;
    return reject("no route", `no ${method} on ${origin}`, localReply(405, message));
  }

  async #forward(
    operation: GcpOperation,
    request: GatewayRequest,
    path: string,
    method: string,
    userInfo: readonly string[] | undefined,
  ): Promise<Outcome> {
    const { backend, template } = operation;
    const idToken = backend.audience === undefined ? undefined : await this.#idTokens.for(backend.audience);
    return {
      decision: "proxied",
      route: nameOf(operation),
      reason: userInfo === undefined ? "no security" : "token accepted",
      forward: {
        method,
        url: backendUrl(backend, template, path, request.query),
        headers: backendHeaders(request, { userInfo, idToken, path }),
        timeoutMs: backend.deadlineMs,
        maxBodyBytes: LARGEST_BODY,
        tooLarge: TOO_LARGE,
        down: (cause) => (cause === "timeout" ? TIMED_OUT : UNREACHABLE),
      },
    };
  }
}

function nameOf(operation: GcpOperation): string {
  return `${operation.method} ${operation.template.origin}`;
}

function reject(
  decision: "no route" | "unauthenticated" | "malformed",
  reason: string,
  reply: Reply,
  operation?: GcpOperation,
): Outcome {
  return { decision, reason, reply, ...(operation === undefined ? {} : { route: nameOf(operation) }) };
}

function checkHeaders({ headers }: GatewayRequest): Outcome | undefined {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  if (bytes > MOST_HEADER_BYTES) {
    return reject("malformed", `headers of ${bytes} bytes`, localReply(431, "Request Header Fields Too Large"));
  }
  // By default, ESPv2 configures Envoy to reject such requests (options.UnderscoresInHeaders). Unverified: Google does not publish whether
  // it changes this flag.
  const underscored = headers.find(([name]) => name.includes("_"));
  if (underscored === undefined) return undefined;
  return reject("malformed", `header ${underscored[0]} has an underscore`, localReply(400, "Bad Request"));
}

function checkPath(path: string, query: string, operation: GcpOperation | undefined): Outcome | undefined {
  const length = path.length + (query === "" ? 0 : query.length + 1);
  if (length > LONGEST_PATH) {
    const message = `Path is too long, max allowed size is ${LONGEST_PATH}.`;
    return reject("malformed", `path of ${length}`, localReply(400, message), operation);
  }
  if (path.includes("#") || query.includes("#")) {
    const message = "Path cannot contain fragment identifier (#)";
    return reject("malformed", "fragment in path", localReply(400, message), operation);
  }
  return undefined;
}

/** Envoy jwt_authn/filter.cc: 403 for a wrong audience, 401 for everything else. Both responses describe how to authenticate. */
function unauthenticated(
  request: GatewayRequest,
  path: string,
  status: string,
  detail: string,
  operation: GcpOperation,
): Outcome {
  const code = status === jwtStatus.audienceNotAllowed ? 403 : 401;
  const realm = `https://${request.header("host") ?? ""}${path}`.replaceAll('"', "").slice(0, 256);
  const error = status === jwtStatus.missing ? "" : ', error="invalid_token"';
  const reply = localReply(code, status, [["www-authenticate", `Bearer realm="${realm}"${error}`]]);
  return reject("unauthenticated", detail === "" ? status : `${status} (${detail})`, reply, operation);
}
