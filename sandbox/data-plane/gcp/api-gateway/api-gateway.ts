import { andThen } from "../../and-then.ts";
import { headerValues } from "../../header-values.ts";
import type { GatewayRequest, Interpreter, Outcome, Reply, Surroundings } from "../../interpreter.ts";
import { GoogleSignature } from "../google-signature.ts";
import type { GcpApiGatewayArtefacts } from "./artefacts.ts";
import { authenticate, ProviderCheck } from "./authentication.ts";
import { backendPath, rewritesPath } from "./backend.ts";
import { backendHeaders } from "./backend-headers.ts";
import { readGcpDocument } from "./document.ts";
import { GatewayIdTokens } from "./id-token.ts";
import { jwtStatus } from "./jwt.ts";
import type { JwtProvider } from "./jwt-provider.ts";
import { localReply } from "./local-reply.ts";
import type { GcpOperation } from "./operation.ts";
import { OperationTable } from "./operation-table.ts";
import { headerProblem } from "./request-headers.ts";
import { canonicalPath } from "./request-path.ts";

/** The longest path with query that ESPv2's path rewrite accepts (esp-v2 path_rewrite/filter.cc). */
const LONGEST_PATH = 8192;
/** cloud.google.com/api-gateway/docs/quotas: 32 MB in each direction. */
const LARGEST_BODY = 32 * 1024 * 1024;
/** The account of a config that names none, in the project of the sandbox, whose number is all zeros. */
const DEFAULT_ACCOUNT = "000000000000-compute@developer.gserviceaccount.com";
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
 * A request whose connection fails or is reset before the response is sent once more, whatever its method (esp-v2 options.BackendRetryOns
 * and BackendRetryNum), so a backend can receive a POST twice.
 *
 * @throws UnsupportedArtefact for what Google rejects, and for what the sandbox does not support: OpenAPI 3.x, API keys, quotas, gRPC
 */
export function interpretGcpApiGateway(artefacts: GcpApiGatewayArtefacts, surroundings: Surroundings): Interpreter {
  return new GcpApiGateway(readGcpDocument(artefacts.document, artefacts.managedService), artefacts, surroundings);
}

/** A request that matches an operation. */
interface Call {
  readonly operation: GcpOperation;
  readonly request: GatewayRequest;
  /** The canonical path. */
  readonly path: string;
  /** The method that the route has, which a header of the request may override. */
  readonly method: string;
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
    const { managedService: subject, serviceAccount = DEFAULT_ACCOUNT } = artefacts;
    const signature = surroundings.google ?? new GoogleSignature();
    this.#idTokens = new GatewayIdTokens({ serviceAccount, subject }, signature, surroundings.now);
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const problem = headerProblem(request);
    if (problem !== undefined) {
      const message = problem.status === 431 ? "Request Header Fields Too Large" : "Bad Request";
      return reject("malformed", problem.reason, localReply(problem.status, message));
    }
    // Envoy rejects a fragment before it looks for a route (http_reject_path_with_fragment).
    if (request.path.includes("#") || request.query.includes("#")) {
      return reject("malformed", "fragment in path", localReply(400, "Bad Request"));
    }
    const path = canonicalPath(request.path);
    if (path === undefined) return reject("malformed", "path cannot be normalised", localReply(400, "Bad Request"));

    // The override is applied before routing and authentication, so the rules of the overriding method apply. An empty one overrides too,
    // and is no method of any route (esp-v2 header_sanitizer/filter.cc).
    const method = headerValues(request.headers, "x-http-method-override")[0] ?? request.method;
    const operation = this.#operations.find(method, path);

    if (operation === undefined) return this.#noRoute(path, method);
    const call = { operation, request, path, method };
    if (operation.providers.length === 0) return this.#pass(call, undefined);
    const checks = operation.providers.flatMap((provider) => this.#checks.get(provider) ?? []);
    return andThen(authenticate(checks, request), (result) =>
      result.passed ? this.#pass(call, result.userInfo) : unauthenticated(call, result.status, result.detail),
    );
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

  /** @param userInfo the payloads of the verified tokens; undefined for an operation without security */
  #pass(call: Call, userInfo: readonly string[] | undefined): Outcome | Promise<Outcome> {
    const problem = checkLength(call.path, call.request.query, call.operation);
    if (problem !== undefined) return problem;
    const { audience } = call.operation.backend;
    const idToken = audience === undefined ? undefined : this.#idTokens.for(audience);
    return andThen(idToken, (token) => forward(call, userInfo, token));
  }
}

function forward(
  { operation, request, path, method }: Call,
  userInfo: readonly string[] | undefined,
  idToken: string | undefined,
): Outcome {
  const { backend, template } = operation;
  return {
    decision: "proxied",
    route: nameOf(operation),
    reason: userInfo === undefined ? "no security" : "token accepted",
    forward: {
      method,
      origin: backend.origin,
      path: backendPath(backend, template, path, request.query),
      headers: backendHeaders(request, { userInfo, idToken, path, backend }),
      timeoutMs: backend.deadlineMs,
      retriesReset: true,
      maxBodyBytes: LARGEST_BODY,
      tooLarge: () => TOO_LARGE,
      down: (cause) => (cause === "timeout" ? TIMED_OUT : UNREACHABLE),
    },
  };
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

/** The proxy rejects a long path only where it rewrites the path (esp-v2 path_rewrite/filter.cc). */
function checkLength(path: string, query: string, operation: GcpOperation): Outcome | undefined {
  const length = path.length + (query === "" ? 0 : query.length + 1);
  if (length <= LONGEST_PATH || !rewritesPath(operation.backend)) return undefined;
  const message = `Path is too long, max allowed size is ${LONGEST_PATH}.`;
  return reject("malformed", `path of ${length}`, localReply(400, message), operation);
}

/** Envoy jwt_authn/filter.cc: 403 for a wrong audience, 401 for everything else. Both responses describe how to authenticate. */
function unauthenticated({ operation, request, path }: Call, status: string, detail: string): Outcome {
  const code = status === jwtStatus.audienceNotAllowed ? 403 : 401;
  const realm = `https://${headerValues(request.headers, "host")[0] ?? ""}${path}`.replaceAll('"', "").slice(0, 256);
  const error = status === jwtStatus.missing ? "" : ', error="invalid_token"';
  const reply = localReply(code, status, [["www-authenticate", `Bearer realm="${realm}"${error}`]]);
  return reject("unauthenticated", detail === "" ? status : `${status} (${detail})`, reply, operation);
}
