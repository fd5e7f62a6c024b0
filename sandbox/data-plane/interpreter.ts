import type { AwsFunction } from "./aws/artefacts/function.ts";
import type { EntraSignature } from "./azure/entra-signature.ts";
import type { GoogleSignature } from "./gcp/google-signature.ts";
import type { PrivateWay, PrivateWays } from "./private-network/private-ways.ts";
import type { Readings } from "./readings.ts";
import type { Counters } from "./verifying/counters.ts";
import type { KeySource } from "./verifying/keys.ts";

/** The decisions of the contract. Each request gets exactly one. */
export type Decision =
  | "no route"
  | "unauthenticated"
  | "forbidden"
  | "limited"
  | "too large"
  | "preflight"
  | "replied"
  | "proxied"
  | "backend down"
  /** The request does not match the route's schema: a parameter is missing, or the body is invalid. */
  | "invalid"
  /** The vendor rejects the request by a rule that the contract does not have, such as a limit on the URL's length. */
  | "malformed";

/** A request as it was received. */
export interface GatewayRequest {
  readonly method: string;
  /** The path exactly as sent: not decoded, without the query. */
  readonly path: string;
  /** The query exactly as sent, without `?`; empty for a request without one. */
  readonly query: string;
  /** Name and value pairs in wire order, names as sent. */
  readonly headers: readonly (readonly [string, string])[];
  /** The first value of a header. @param name in lower case */
  header(name: string): string | undefined;
  readonly remoteAddress: string;
  /** The custom domain that the request was sent to, whose base path is removed from `path`. Absent for the gateway's own endpoint. */
  readonly domain?: RequestDomain;
  /** The VPC endpoint that the request was sent through, if any. */
  readonly vpcEndpoint?: RequestVpcEndpoint;
}

/** The VPC endpoint of a request. The request's `remoteAddress` is then an address within the VPC. */
export interface RequestVpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
}

/** The custom domain of a request. */
export interface RequestDomain {
  readonly name: string;
  /** Without slashes at either end; may be empty. */
  readonly basePath: string;
  /** The path as sent, including the base path. */
  readonly path: string;
}

/** A response of the gateway itself. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** The error in the vendor's access log, for an error response. */
  readonly error?: ReplyError;
}

/** An error of the gateway itself. */
export interface ReplyError {
  /** e.g. `THROTTLED`. */
  readonly type: string;
  readonly message: string | null;
}

/** How a request ended, for the vendor's access log. */
export interface RequestEnd {
  /** Zero when the client closed the connection before the response. */
  readonly status: number;
  /** From the request's arrival to the last byte of the response, in milliseconds. */
  readonly ms: number;
  /** The size of the response body. */
  readonly bytes: number;
  readonly error?: ReplyError;
  /** The end of the backend's or function's part; absent when the gateway responded itself. */
  readonly integration?: IntegrationEnd;
}

/** How a request ended at its backend or function. */
export interface IntegrationEnd {
  /** Absent without a response. */
  readonly status?: number;
  /** The status of the service that runs a function, which differs from the function's own status. For a backend it is the same. */
  readonly serviceStatus?: number;
  readonly ms: number;
  readonly problem?: string;
}

/** A line of the vendor's access log. */
export interface AccessLogLine {
  readonly logGroup: string;
  /** A second log group that receives the line. */
  readonly alsoTo?: string;
  readonly message: string;
}

/** A whole response of a backend, as the client received it. */
export interface WholeResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
}

/** A request to a backend. */
export interface Forward {
  readonly method: string;
  /** The backend's scheme, host and port, before the host map is applied. */
  readonly origin: string;
  /** The path and query. */
  readonly path: string;
  /** Why the vendor could not reach the backend. The backend is then down, whatever the host map contains. */
  readonly unreachable?: string;
  /** The way to a private network. Absent on the internet. */
  readonly way?: PrivateWay;
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
  /** Whether the request is sent once more, whatever its method, when its connection fails or is reset before the response. @default false */
  readonly retriesReset?: boolean;
  /** @default both */
  readonly certificates?: CertificateChecks;
  /** What is presented to a backend that requests a certificate. @default nothing */
  readonly identity?: ClientIdentity;
  /** The largest request body, in bytes. Larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  /** Changes the status and headers of the backend's response (CORS, outbound policies). Absent when nothing changes. */
  readonly response?: (
    status: number,
    headers: readonly (readonly [string, string])[],
  ) => { readonly status: number; readonly headers: readonly (readonly [string, string])[] };
  /** What explains a response of the backend with this status in the log. Absent, or undefined: nothing does. */
  readonly explain?: (status: number) => string | undefined;
  readonly tooLarge: () => Reply;
  /** Receives the backend's whole response, for a cache, unless its body is larger than `maxBytes`. */
  readonly store?: { readonly maxBytes: number; readonly receive: (response: WholeResponse) => void };
  /** The vendor's response when the backend refuses or breaks the connection, or takes too long. */
  readonly down: (cause: "refused" | "timeout") => Reply;
}

/** A certificate that a gateway presents to a backend that requests one. Both are PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Which checks of a backend's certificate are made. */
export interface CertificateChecks {
  /** Whether a trusted authority issued it. */
  readonly chain: boolean;
  /** Whether it is for the backend's host name. */
  readonly name: boolean;
}

/** The result of an invocation of a function. */
export type FunctionResult =
  /** The returned value, parsed from JSON. */
  | { readonly returned: unknown }
  /** The function threw, could not be loaded, exceeded its time or memory, or ended its process. */
  | { readonly failed: "error" | "timeout"; readonly message: string };

/** Runs the code of functions. */
export interface FunctionRuntime {
  /**
   * Invokes a function. Never rejects: a failure is a result.
   *
   * @param waitMs how long the caller waits, independent of the function's own time-out
   */
  invoke(target: AwsFunction, event: unknown, waitMs: number): Promise<FunctionResult>;
}

/** The client's response for the result of a function. */
export interface FunctionReply extends Omit<Reply, "body"> {
  readonly body: string | Uint8Array;
  /** Why the function counts as a backend that is down: it failed, or its result is not a response. */
  readonly down?: string;
}

/** A request to a function. */
export interface Invocation {
  /** The function that is invoked. */
  readonly target: AwsFunction;
  /** How long the gateway waits, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest request body, in bytes. Larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  readonly tooLarge: () => Reply;
  /** Creates the event from the whole body. */
  readonly event: (body: Uint8Array) => unknown;
  /** Creates the client's response from the result. */
  readonly reply: (result: FunctionResult) => FunctionReply;
}

/** A decision that depends on the whole body. */
export interface Inspection {
  /** The largest request body, in bytes. Larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  readonly tooLarge: () => Reply;
  readonly decide: (body: Uint8Array) => Outcome;
}

/**
 * What an interpreter decides for one request. `reason` is for the log: what was missing, or which rule matched. `logged` creates the line
 * of the vendor's access log, when the gateway has one.
 */
export type Decided = { readonly logged?: (end: RequestEnd) => AccessLogLine } & (
  | { readonly decision: "proxied"; readonly route: string; readonly reason: string; readonly forward: Forward }
  /** The contract and the log call this "proxied", or "backend down". */
  | { readonly decision: "invoked"; readonly route: string; readonly reason: string; readonly invocation: Invocation }
  /** A cached response of a backend. The log calls this "replied", because no backend receives the request. */
  | { readonly decision: "cached"; readonly route: string; readonly reason: string; readonly response: WholeResponse }
  | {
      readonly decision: Exclude<Decision, "proxied" | "backend down">;
      readonly route?: string;
      readonly reason: string;
      readonly reply: Reply;
    }
);

/** A decision, or `undecided` until the body has been read. */
export type Outcome =
  | Decided
  | {
      readonly logged?: (end: RequestEnd) => AccessLogLine;
      readonly decision: "undecided";
      readonly route: string;
      readonly reason: string;
      readonly inspection: Inspection;
    };

/** The containers of Cloud Run services. */
export interface CloudRunContainers {
  /** Why no container can run on this machine; undefined when they can. */
  unavailable(): string | undefined;
  /** The port of 127.0.0.1 that leads to the container's port; undefined while it does not run. @param service its full name */
  port(service: string): number | undefined;
}

/** The services that interpreters use. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly keys: KeySource;
  readonly counters: Counters;
  /** The gateway's ways to private networks. @default its requests do not end with their way */
  readonly ways?: PrivateWays;
  readonly functions: FunctionRuntime;
  /** The containers of Cloud Run services. @default none runs */
  readonly containers?: CloudRunContainers;
  /** Google's signature on ID tokens. @default one that nobody else has */
  readonly google?: GoogleSignature;
  /** Microsoft Entra ID's signature on tokens of managed identities. @default one that nobody else has */
  readonly entra?: EntraSignature;
  /** The secrets in the clouds' stores. @default none */
  readonly secrets?: SecretSource;
  /** A random number, at least 0 and less than 1, for decisions by chance. @default Math.random */
  readonly random?: () => number;
  /** The readings of open questions. @default the first of each */
  readonly readings?: Partial<Readings> | undefined;
}

/** The content of a secret by its reference; undefined for an unknown one. */
export type SecretSource = (reference: string) => string | undefined;

/** Decides the requests of one deployed gateway from the vendor's artefacts. */
export interface Interpreter {
  /** The routes, as the vendor names them, for `polygate endpoints` and the log. */
  readonly routes: readonly string[];
  decide(request: GatewayRequest): Outcome | Promise<Outcome>;
}

/**
 * The artefacts contain something that the interpreter does not support or that the vendor would reject. It is never ignored: the
 * deployment fails with this error.
 */
export class UnsupportedArtefact extends Error {
  override readonly name = "UnsupportedArtefact";
  /** The place in the document, e.g. `paths./orders/{id}.get.x-amazon-apigateway-integration.type`. */
  readonly place: string;
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
  }
}
