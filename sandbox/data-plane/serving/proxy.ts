import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { Agent, buildConnector } from "undici";
import { type HostMap, noHostMapEntry } from "../../host-map.ts";
import type { CertificateChecks, ClientIdentity, Forward } from "../interpreter.ts";
import { remembering } from "../remembering.ts";
import { BackendExchange, type ProxyEnd } from "./backend-exchange.ts";
import { checkingName, optionsFor } from "./certificate-checks.ts";

/** How long connecting to a backend may take. To the vendors it is a part of the request's time; on loopback it takes none. */
const CONNECT_TIMEOUT_MS = 5_000;

const ALL_CHECKS: CertificateChecks = { chain: true, name: true };

/** The checks of an agent as a number, or with the certificate that it presents as a text. */
type AgentKey = number | string;

interface Backend {
  readonly origin: string;
  /** The host with its port, if that is not the scheme's. */
  readonly authority: string;
}

/** Passes requests to backends, and their responses to clients, as streams. */
export class BackendProxy {
  readonly #hosts: HostMap;
  /** The agents and their connectors, by the checks of certificates that they make and the certificate that they present. */
  readonly #agents = new Map<AgentKey, Agent>();
  readonly #connectors = new Map<AgentKey, buildConnector.connector>();
  readonly #backendAt = remembering(readBackend);
  #authority: string | undefined;
  #secureContext: SecureContext | undefined;

  constructor(hosts: HostMap) {
    this.#hosts = hosts;
  }

  /**
   * Trusts another authority beside the default ones: a gateway of the sandbox may be another gateway's backend.
   *
   * @param certificate PEM
   */
  trust(certificate: string): void {
    this.#authority = certificate;
    this.#secureContext = createSecureContext({ ca: [...getCACertificates("default"), certificate] });
    this.#connectors.clear();
  }

  /**
   * Passes one request to its backend, and calls `done` once, when the response is sent or cannot be.
   *
   * The backend receives `forward.headers` without those of the client's connection. Its `Host` is the one among them, otherwise the
   * backend's own authority.
   *
   * @param body the request's body, when it has been read
   */
  pass(
    forward: Forward,
    request: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    done: (end: ProxyEnd) => void,
    body?: Uint8Array,
  ): void {
    let leave = (): void => {};
    const exchange = new BackendExchange(forward, request, response, awaitsContinue, (end) => {
      leave();
      done(end);
    });
    if (forward.way !== undefined) leave = forward.way.enter((problem) => exchange.fail("refused", problem));
    if (forward.unreachable !== undefined) {
      exchange.fail("refused", forward.unreachable);
      return;
    }
    const target = this.#target(forward.origin);
    if (typeof target === "string") {
      exchange.fail("refused", target);
      return;
    }
    const length = body?.length ?? declaredLength(request);
    if (length !== undefined && length > forward.maxBodyBytes) exchange.refuse(length);
    else {
      const path = forward.path.startsWith("/") ? forward.path : `/${forward.path}`;
      exchange.start({ ...target, path, agent: this.#agentOf(forward) }, length, body);
    }
  }

  /** Closes all connections to backends. */
  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #agentOf({ certificates, identity }: Forward): Agent {
    const checks = certificates ?? ALL_CHECKS;
    const kind = Number(checks.chain) * 2 + Number(checks.name);
    return this.#agent(identity === undefined ? kind : `${kind} ${identity.certificate}`, checks, identity);
  }

  /** @param key the checks and the identity */
  #agent(key: AgentKey, checks: CertificateChecks, identity: ClientIdentity | undefined): Agent {
    const existing = this.#agents.get(key);
    if (existing !== undefined) return existing;
    const agent = new Agent({
      pipelining: 1,
      connections: null,
      // The exchange has its own timer, because undici's is exact only to half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => this.#connector(key, checks, identity)(options, callback),
      allowH2: false,
    });
    this.#agents.set(key, agent);
    return agent;
  }

  #connector(key: AgentKey, checks: CertificateChecks, identity: ClientIdentity | undefined): buildConnector.connector {
    const existing = this.#connectors.get(key);
    if (existing !== undefined) return existing;
    const connect = buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      allowH2: false,
      ...this.#secure(identity),
      ...optionsFor(checks),
    });
    const connector = checks.name && !checks.chain ? checkingName(connect) : connect;
    this.#connectors.set(key, connector);
    return connector;
  }

  /** What connections trust, and the certificate that they present. */
  #secure(identity: ClientIdentity | undefined): { readonly secureContext?: SecureContext } {
    if (identity === undefined) return this.#secureContext === undefined ? {} : { secureContext: this.#secureContext };
    const { certificate: cert, key } = identity;
    const trusted = this.#authority === undefined ? [] : [this.#authority];
    return { secureContext: createSecureContext({ cert, key, ca: [...getCACertificates("default"), ...trusted] }) };
  }

  /** The origin to connect to and the value of `Host`, or why there is none. The origin is not remembered, because the host map may change. */
  #target(address: string): Backend | string {
    const backend = this.#backendAt(address);
    if (typeof backend === "string") return backend;
    const origin = this.#hosts.resolveOrigin(backend.origin);
    return origin === undefined ? noHostMapEntry(backend.origin) : { origin, authority: backend.authority };
  }
}

function readBackend(address: string): Backend | string {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return `the backend's address ${address} is not an http or https URL`;
  }
  return { origin: url.origin, authority: url.host };
}

/** The length that a request declares: undefined without a declaration, 0 without a body. */
export function declaredLength(request: IncomingMessage): number | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding !== undefined) return undefined;
  return length === undefined ? 0 : Number(length);
}
