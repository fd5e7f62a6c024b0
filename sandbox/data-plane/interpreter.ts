import type { AwsFunction } from "./aws/artefacts/function.ts";
import type { Counters } from "./verifying/counters.ts";
import type { KeySource } from "./verifying/keys.ts";

/** The contract's decisions; each request gets exactly one. */
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
  /** The request is not as the route asks: a parameter is missing, or the body is not what it must be. */
  | "invalid"
  /** The vendor itself refuses a request no rule of the contract covers (e.g. a URL over its length limit). */
  | "malformed";

/** A request as it came over the wire. */
export interface GatewayRequest {
  readonly method: string;
  /** The path exactly as sent, undecoded, without the query. */
  readonly path: string;
  /** The query exactly as sent, without `?`; empty when there is none. */
  readonly query: string;
  /** Name and value pairs in wire order, names as sent. */
  readonly headers: readonly (readonly [string, string])[];
  /** The first value of a header, by lower-case name. */
  header(name: string): string | undefined;
  readonly remoteAddress: string;
  /** The custom domain that it came through, whose base path `path` is without; absent: the gateway's own endpoint. */
  readonly domain?: RequestDomain;
  /** The VPC endpoint that it came through; absent: none. */
  readonly vpcEndpoint?: RequestVpcEndpoint;
}

/** How a request came through a VPC endpoint: `remoteAddress` is then one within the VPC. */
export interface RequestVpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
}

/** How a request came through a custom domain. */
export interface RequestDomain {
  readonly name: string;
  /** Without slashes at either end; may be empty. */
  readonly basePath: string;
  /** The path as sent, with the base path. */
  readonly path: string;
}

/** An answer the gateway makes by itself. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** What the vendor's own log calls it, where that is an error. */
  readonly error?: ReplyError;
}

/** An error of the gateway's own. */
export interface ReplyError {
  /** e.g. `THROTTLED`. */
  readonly type: string;
  readonly message: string | null;
}

/** How a request ended, for the vendor's own log. */
export interface RequestEnd {
  /** Zero when the client went away before there was an answer. */
  readonly status: number;
  /** From arrival to the last byte of the answer, in milliseconds. */
  readonly ms: number;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly error?: ReplyError;
  /** Of what the request was handed to; absent when the gateway answered by itself. */
  readonly integration?: IntegrationEnd;
}

/** What became of a request at its backend. */
export interface IntegrationEnd {
  /** Absent when there was no answer. */
  readonly status?: number;
  /** Of the service that runs a function, which is not the status that the function chose; else the same. */
  readonly serviceStatus?: number;
  readonly ms: number;
  readonly problem?: string;
}

/** A line of the vendor's own access log. */
export interface AccessLogLine {
  readonly logGroup: string;
  /** A second log group that the line is written to. */
  readonly alsoTo?: string;
  readonly message: string;
}

/** A whole answer, as the client got it. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
}

/** A request that goes to a backend. */
export interface Forward {
  readonly method: string;
  /** Absolute URL with path and query, before the host map is applied. */
  readonly url: string;
  /** Why no backend can be reached, as the vendor would find out: it is down then, whatever the host map says. */
  readonly unreachable?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
  /** The largest request body in bytes; larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  /** Changes the backend's response headers (CORS, outbound policies); identity when absent. */
  readonly response?: (
    status: number,
    headers: readonly (readonly [string, string])[],
  ) => { readonly status: number; readonly headers: readonly (readonly [string, string])[] };
  readonly tooLarge: Reply;
  /** Told of the backend's answer when it is whole; `most` is the largest body that it wants, in bytes. */
  readonly keep?: { readonly most: number; readonly answer: (answer: KeptAnswer) => void };
  /** The vendor's own answer when the backend refuses the connection, breaks it, or takes too long. */
  readonly down: (cause: "refused" | "timeout") => Reply;
}

/** What became of a function that was invoked. */
export type FunctionResult =
  /** What it returned, as JSON. */
  | { readonly returned: unknown }
  /** It threw, it could not be loaded, it ran out of time or memory, or it broke its process. */
  | { readonly failed: "error" | "timeout"; readonly message: string };

/** Runs functions' code. */
export interface FunctionRuntime {
  /** Never rejects: what goes wrong is a result. `waitMs` is how long the caller waits, beside the function's own time-out. */
  invoke(called: AwsFunction, event: unknown, waitMs: number): Promise<FunctionResult>;
}

/** What the client gets of what a function returned. */
export interface FunctionReply extends Omit<Reply, "body"> {
  readonly body: string | Uint8Array;
  /** Why the function is as a backend that is down: it failed, or returned what is no answer. */
  readonly down?: string;
}

/** A request that goes to a function. */
export interface Invocation {
  readonly called: AwsFunction;
  /** How long the gateway waits, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest request body in bytes; larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  readonly tooLarge: Reply;
  /** The event, once the whole body is there. */
  readonly event: (body: Uint8Array) => unknown;
  readonly answer: (result: FunctionResult) => FunctionReply;
}

/** What is decided only when the whole body is there. */
export interface Inspection {
  /** The largest request body in bytes; larger ones get `tooLarge`. */
  readonly maxBodyBytes: number;
  readonly tooLarge: Reply;
  readonly decide: (body: Uint8Array) => Outcome;
}

/**
 * What an interpreter decides for one request. `reason` is for the log: what was missing, which rule matched. `logged` makes
 * the line that the vendor's own access log has of it, where the gateway has one.
 */
export type Decided = { readonly logged?: (end: RequestEnd) => AccessLogLine } & (
  | { readonly decision: "proxied"; readonly route: string; readonly reason: string; readonly forward: Forward }
  /** To the contract and the log this is "proxied", or "backend down". */
  | { readonly decision: "invoked"; readonly route: string; readonly reason: string; readonly invocation: Invocation }
  /** An answer of a backend's that was kept. To the log this is "replied": no backend is touched. */
  | { readonly decision: "cached"; readonly route: string; readonly reason: string; readonly kept: KeptAnswer }
  | {
      readonly decision: Exclude<Decision, "proxied" | "backend down">;
      readonly route?: string;
      readonly reason: string;
      readonly reply: Reply;
    }
);

/** A decision, or that there is none before the body is looked at. */
export type Outcome =
  | Decided
  | {
      readonly logged?: (end: RequestEnd) => AccessLogLine;
      readonly decision: "undecided";
      readonly route: string;
      readonly reason: string;
      readonly inspection: Inspection;
    };

/** What every interpreter may use of the world: time, issuers' keys (through the host map), durable counters. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly keys: KeySource;
  readonly counters: Counters;
  readonly functions: FunctionRuntime;
  /** What a gateway decides by chance: at least 0, less than 1. @default Math.random */
  readonly random?: () => number;
}

/** Serves one deployed gateway from the vendor's artefacts. */
export interface Interpreter {
  /** The routes it serves, as the vendor names them, for `endpoints` and the log. */
  readonly routes: readonly string[];
  decide(request: GatewayRequest): Outcome | Promise<Outcome>;
}

/**
 * The artefacts hold something this interpreter does not know, or the vendor would refuse. The deployment stops with
 * it; it is never ignored.
 */
export class UnsupportedArtefact extends Error {
  override readonly name = "UnsupportedArtefact";
  /** Where in the document, e.g. `paths./orders/{id}.get.x-amazon-apigateway-integration.type`. */
  readonly place: string;
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
  }
}
