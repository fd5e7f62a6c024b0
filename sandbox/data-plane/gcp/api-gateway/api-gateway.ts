import type { GatewayRequest, Interpreter, Outcome, Reply, Surroundings } from "../../interpreter.ts";
import type { GcpApiGatewayArtefacts } from "./artefacts.ts";
import { authenticate, ProviderCheck } from "./authentication.ts";
import { backendUrl } from "./backend.ts";
import { type GcpOperation, readGcpDocument } from "./document.ts";
import { GatewayIdTokens } from "./id-token.ts";
import { jwtStatus } from "./jwt.ts";
import type { JwtProvider } from "./jwt-provider.ts";
import { canonicalPath } from "./request-path.ts";

/** The longest path with query that ESPv2's path rewrite takes (esp-v2 path_rewrite/filter.cc). */
const LONGEST_PATH = 8192;
/** cloud.google.com/api-gateway/docs/quotas: 32 MB each way. */
const LARGEST_BODY = 32 * 1024 * 1024;
/** cloud.google.com/api-gateway/docs/quotas: 60 KB; also Envoy's own default. */
const MOST_HEADER_BYTES = 60 * 1024;
/** ESPv2's header with the claims, with API Gateway's prefix. */
const USER_INFO = "x-apigateway-api-userinfo";
const FORWARDED_AUTHORIZATION = "x-forwarded-authorization";
/** Written by the proxy and Google's front end before it; a client's own are replaced or, for the addresses, continued. */
const ownHeaders = ["x-forwarded-for", "x-forwarded-proto", "x-envoy-original-path"];

/** An answer of Envoy itself, as ESPv2 has it written: JSON with the HTTP status (http_connection_manager.go). */
function local(status: number, message: string, headers: Reply["headers"] = []): Reply {
  return {
    status,
    headers: [["content-type", "application/json"], ...headers],
    body: JSON.stringify({ code: status, message }),
  };
}

function refuse(
  decision: "no route" | "unauthenticated" | "malformed",
  reason: string,
  reply: Reply,
  route?: GcpOperation,
): Outcome {
  return { decision, reason, reply, ...(route === undefined ? {} : { route: nameOf(route) }) };
}

function nameOf(operation: GcpOperation): string {
  return `${operation.method} ${operation.template.origin}`;
}

/**
 * Serves a Google Cloud API Gateway from its API config's document, as ESPv2 would, the proxy that is widely reported to
 * run under it: CORS off, so a preflight is a request like any other; JWT, then path rewrite, then the route.
 *
 * Its one retry of a connection that failed or was reset is not modelled: it changes no decision.
 *
 * @throws UnsupportedArtefact for what Google refuses, and for what is not modelled: OpenAPI 3.x, API keys, quotas, gRPC
 */
export function interpretGcpApiGateway(artefacts: GcpApiGatewayArtefacts, surroundings: Surroundings): Interpreter {
  return new GcpApiGateway(readGcpDocument(artefacts.document, artefacts.managedService), artefacts, surroundings);
}

class GcpApiGateway implements Interpreter {
  readonly routes: readonly string[];
  readonly #operations: readonly GcpOperation[];
  /** The operations of each method, in the order in which they are tried. */
  readonly #byMethod: ReadonlyMap<string, readonly GcpOperation[]>;
  readonly #checks: ReadonlyMap<JwtProvider, ProviderCheck>;
  readonly #idTokens: GatewayIdTokens;

  constructor(operations: readonly GcpOperation[], artefacts: GcpApiGatewayArtefacts, surroundings: Surroundings) {
    this.routes = operations.map(nameOf);
    this.#operations = operations;
    this.#byMethod = Map.groupBy(operations, (operation) => operation.method);
    const providers = new Set(operations.flatMap((operation) => operation.providers));
    this.#checks = new Map([...providers].map((provider) => [provider, new ProviderCheck(provider, surroundings)]));
    this.#idTokens = new GatewayIdTokens(artefacts.managedService, surroundings.now);
  }

  async decide(request: GatewayRequest): Promise<Outcome> {
    let headerBytes = 0;
    for (const [name, value] of request.headers) headerBytes += name.length + value.length + 4;
    if (headerBytes > MOST_HEADER_BYTES) {
      return refuse("malformed", `headers of ${headerBytes} bytes`, local(431, "Request Header Fields Too Large"));
    }
    // ESPv2 has Envoy reject such requests unless a flag says otherwise (options.UnderscoresInHeaders); whether Google
    // sets the flag is not published (U).
    const underscored = request.headers.find(([name]) => name.includes("_"));
    if (underscored !== undefined) {
      return refuse("malformed", `header ${underscored[0]} has an underscore`, local(400, "Bad Request"));
    }
    const path = canonicalPath(request.path);
    if (path === undefined) return refuse("malformed", "path cannot be normalised", local(400, "Bad Request"));

    // Before routing and authentication, so an override is held to the rules of the method that it names
    // (esp-v2 header_sanitizer/filter.cc).
    const method = request.header("x-http-method-override") || request.method;
    const operation = this.#byMethod.get(method)?.find((candidate) => candidate.template.matches(path));

    let userInfo: readonly string[] = [];
    if (operation !== undefined && operation.providers.length > 0) {
      const checks = operation.providers.flatMap((provider) => this.#checks.get(provider) ?? []);
      const result = await authenticate(checks, request);
      if (!result.passed) return unauthenticated(request, path, result.status, result.detail, operation);
      userInfo = result.userInfo;
    }
    const length = path.length + (request.query === "" ? 0 : request.query.length + 1);
    if (length > LONGEST_PATH) {
      const message = `Path is too long, max allowed size is ${LONGEST_PATH}.`;
      return refuse("malformed", `path of ${length}`, local(400, message), operation);
    }
    if (path.includes("#") || request.query.includes("#")) {
      const message = "Path cannot contain fragment identifier (#)";
      return refuse("malformed", "fragment in path", local(400, message), operation);
    }
    return operation === undefined
      ? this.#noRoute(path, method)
      : await this.#forward(operation, request, path, method, userInfo);
  }

  /** ESPv2 adds a 405 route for every path after all others, and a 404 at the very end (routegen). */
  #noRoute(path: string, method: string): Outcome {
    const other = this.#operations.find((candidate) => candidate.template.matches(path));
    if (other === undefined) {
      return refuse("no route", `no path for ${path}`, local(404, "The current request is not defined by this API."));
    }
    const { origin } = other.template;
    const message = `The current request is matched to the defined url template "${origin}" but its http method is not allowed`;
    return refuse("no route", `no ${method} on ${origin}`, local(405, message));
  }

  async #forward(
    operation: GcpOperation,
    request: GatewayRequest,
    path: string,
    method: string,
    userInfo: readonly string[],
  ): Promise<Outcome> {
    const { backend, template } = operation;
    // Only where a token is asked for does the proxy take a client's own claims away: elsewhere the filter does not run.
    // The backend's host replaces the client's (routegen, HostRewriteLiteral).
    const dropped = new Set(["host", "x-http-method-override", ...ownHeaders]);
    if (operation.providers.length > 0) dropped.add(USER_INFO);
    let headers = request.headers.filter(([name]) => !dropped.has(name.toLowerCase()));
    for (const payload of userInfo) headers.push([USER_INFO, payload]);
    if (backend.audience !== undefined) {
      const original = headers.filter(([name]) => name.toLowerCase() === "authorization").map(([, value]) => value);
      // A client's own X-Forwarded-Authorization goes only when there is an Authorization to write over it with
      // (esp-v2 backend_auth/filter.cc): on an operation that is called without, the client's passes for the real one.
      const replaced = original.length === 0 ? ["authorization"] : ["authorization", FORWARDED_AUTHORIZATION];
      headers = headers.filter(([name]) => !replaced.includes(name.toLowerCase()));
      if (original.length > 0) headers.push([FORWARDED_AUTHORIZATION, original.join(",")]);
      headers.push(["authorization", `Bearer ${await this.#idTokens.for(backend.audience)}`]);
    }
    const clients = request.headers
      .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
      .map(([, value]) => value);
    headers.push(
      ["x-forwarded-for", [...clients, request.remoteAddress].join(", ")],
      ["x-forwarded-proto", "https"],
      ["x-envoy-original-path", request.query === "" ? path : `${path}?${request.query}`],
    );
    return {
      decision: "proxied",
      route: nameOf(operation),
      reason: operation.providers.length === 0 ? "no security" : "token accepted",
      forward: {
        method,
        url: backendUrl(backend, template, path, request.query),
        headers,
        timeoutMs: backend.deadlineMs,
        maxBodyBytes: LARGEST_BODY,
        // U: Google documents the limit, not the answer.
        tooLarge: local(413, "Payload Too Large"),
        down: (cause) =>
          cause === "timeout"
            ? local(504, "upstream request timeout")
            : local(
                503,
                "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure",
              ),
      },
    };
  }
}

/** Envoy jwt_authn/filter.cc: a wrong audience is 403, everything else 401; both say how to authenticate. */
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
  const reply = local(code, status, [["www-authenticate", `Bearer realm="${realm}"${error}`]]);
  return refuse("unauthenticated", detail === "" ? status : `${status} (${detail})`, reply, operation);
}
