import { andThen } from "../../and-then.ts";
import { headerValues } from "../../header-values.ts";
import {
  type GatewayRequest,
  type Interpreter,
  type Outcome,
  type Reply,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import { readingOf } from "../../readings.ts";
import { GoogleSignature } from "../google-signature.ts";
import { internetOnly } from "../network/artefacts.ts";
import { AccessCheck } from "./access.ts";
import type { GcpCloudRunArtefacts } from "./artefacts.ts";
import { readConfiguration, servedListener } from "./configuration.ts";
import { containerContent } from "./container-secrets.ts";
import { endedWays } from "./ended-ways.ts";
import { deliveredPath, isKept } from "./request-path.ts";

/** Over HTTP/1. https://cloud.google.com/run/quotas */
const LARGEST_BODY = 32 * 1024 * 1024;
const ROUTE = "container";

/**
 * Interprets what Cloud Run does with a request before the service's container receives it. The container is a real Envoy.
 *
 * @throws UnsupportedArtefact for a configuration that the sandbox cannot run as it is, and where it has no Envoy
 */
export function interpretCloudRun(artefacts: GcpCloudRunArtefacts, surroundings: Surroundings): Interpreter {
  const { service, document, port, reach = internetOnly } = artefacts;
  const { files } = containerContent(artefacts, surroundings.secrets);
  const bootstrap = readConfiguration(document, files);
  servedListener(bootstrap, port);
  const reason = surroundings.containers?.unavailable();
  if (reason !== undefined) throw new UnsupportedArtefact(service, `the container cannot run here: ${reason}`);
  return new CloudRunService(artefacts, surroundings, endedWays(bootstrap, reach));
}

class CloudRunService implements Interpreter {
  readonly routes: readonly string[] = [ROUTE];
  readonly #artefacts: GcpCloudRunArtefacts;
  readonly #surroundings: Surroundings;
  readonly #access: AccessCheck;
  /** Explains failures of the container, which alone knows the server of a request. */
  readonly #ended: string | undefined;

  constructor(artefacts: GcpCloudRunArtefacts, surroundings: Surroundings, ended: readonly string[]) {
    this.#ended = ended.length === 0 ? undefined : ended.join("; ");
    this.#artefacts = artefacts;
    this.#surroundings = surroundings;
    const { urls, customAudiences, invokers, isOpen } = artefacts;
    const own = readingOf(surroundings, "run-audiences") === "all" ? urls : urls.slice(0, 1);
    const rules = { audiences: [...own, ...customAudiences], invokers, isOpen };
    this.#access = new AccessCheck(rules, surroundings.google ?? new GoogleSignature(), surroundings.now);
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    // https://cloud.google.com/run/docs/known-issues. Unverified: the status.
    if (request.method === "TRACE" || request.method === "CONNECT") {
      return { decision: "malformed", reason: `Cloud Run delivers no ${request.method}`, reply: page(405, request) };
    }
    const path = deliveredPath(request.path, readingOf(this.#surroundings, "run-escapes"));
    if (isKept(path, readingOf(this.#surroundings, "run-kept-paths"))) {
      return { decision: "no route", reason: `Cloud Run keeps ${path} for itself`, reply: page(404, request) };
    }
    return andThen(this.#access.check(request.headers), (access) =>
      access.admitted
        ? this.#deliver(request, path, access.caller, access.headers)
        : { decision: access.decision, reason: access.reason, reply: page(access.status, request) },
    );
  }

  #deliver(request: GatewayRequest, path: string, caller: string, headers: GatewayRequest["headers"]): Outcome {
    const { service, timeoutMs } = this.#artefacts;
    const port = this.#surroundings.containers?.port(service);
    return {
      decision: "proxied",
      route: ROUTE,
      reason: `invoked by ${caller}`,
      forward: {
        method: request.method,
        origin: `http://127.0.0.1:${port ?? 1}`,
        path: request.query === "" ? path : `${path}?${request.query}`,
        ...(port === undefined ? { unreachable: "the container does not run" } : {}),
        headers: fromFrontEnd(request, headers),
        timeoutMs,
        maxBodyBytes: LARGEST_BODY,
        explain: (status) => (status === 503 || status === 504 ? this.#ended : undefined),
        tooLarge: () => page(413, request),
        down: (cause) => (cause === "timeout" ? page(504, request) : page(503, request)),
      },
    };
  }
}

/** The headers that Google's front end writes. */
function fromFrontEnd(request: GatewayRequest, headers: GatewayRequest["headers"]): GatewayRequest["headers"] {
  const replaced = ["x-forwarded-for", "x-forwarded-proto"];
  return [
    ...headers.filter(([name]) => !replaced.includes(name.toLowerCase())),
    ["x-forwarded-for", [...headerValues(headers, "x-forwarded-for"), request.remoteAddress].join(", ")],
    ["x-forwarded-proto", "https"],
  ];
}

const PROBLEMS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  401: ["Unauthorized", "Your client does not have permission to the requested URL"],
  403: ["Forbidden", "Your client does not have permission to get URL"],
  404: ["Not Found", "The requested URL was not found on this server:"],
  405: ["Method Not Allowed", "The request method is inappropriate for the URL"],
  413: ["Request Entity Too Large", "Your client issued a request that was too large:"],
  503: ["Service Unavailable", "The service is unavailable:"],
  504: ["Gateway Timeout", "The upstream server is timing out:"],
};

/** A page of Google's front end. Unverified: the texts of all but 401 and 403. */
function page(status: number, request: GatewayRequest): Reply {
  const [title, text] = PROBLEMS[status] ?? ["Error", ""];
  const url = request.path.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    status,
    headers: [
      ["content-type", "text/html; charset=UTF-8"],
      ...(status === 401 ? ([["www-authenticate", 'Bearer error="invalid_token"']] as const) : []),
    ],
    body:
      `<html><head>\n<title>${status} ${title}</title>\n</head>\n<body>\n<h1>Error: ${title}</h1>\n` +
      `<h2>${text} <code>${url}</code>.</h2>\n</body></html>\n`,
  };
}
