import type { ClientIdentity, Decision } from "../../interpreter.ts";
import type { LastError, PolicyContext, ResponseState } from "./context.ts";

/** The settings of `forward-request`. */
export interface ForwardSettings {
  readonly timeoutMs: number;
  readonly bufferRequestBody: boolean;
}

/** The state of a request in the policies: the context of expressions, and what only the gateway reads. */
export interface Exchange {
  readonly context: PolicyContext;
  /** Set by `forward-request`. Without it, no backend is called. */
  forward: ForwardSettings | undefined;
  /** The certificate that is presented to the backend, set by `authentication-certificate`. */
  identity: ClientIdentity | undefined;
  /** Headers that inbound policies add to every response from then on, such as the headers of CORS. */
  readonly responseHeaders: (readonly [string, string])[];
  /** Called with the final response, for counters with an increment condition. */
  readonly onResponse: ((context: PolicyContext) => void)[];
  /** The quota counters that already counted this request. */
  readonly countedQuotas: Set<string>;
  /** Whether a query parameter is part of the operation's URL template. `rewrite-uri` copies the others. */
  readonly isTemplateQuery: (name: string) => boolean;
}

/** A compiled policy. It throws {@link Ended} or {@link PolicyFailure} to end the pipeline. */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** The decisions for requests that do not reach a backend. */
export type OwnDecision = Exclude<Decision, "proxied" | "backend down">;

/** A policy responds to the client. No other policy runs, and neither does the error section. */
export class Ended {
  readonly decision: OwnDecision;
  readonly reason: string;
  readonly response: ResponseState;
  constructor(decision: OwnDecision, reason: string, response: ResponseState) {
    this.decision = decision;
    this.reason = reason;
    this.response = response;
  }
}

/** A policy failed. The `on-error` section runs and may change the response. */
export class PolicyFailure {
  readonly decision: OwnDecision;
  readonly status: number;
  readonly error: LastError;
  readonly headers: readonly (readonly [string, string])[];
  /** The message for the client. @default the message of the error */
  readonly shown: string;
  /** What the log shows beside the message. */
  readonly detail: string | undefined;
  constructor(
    decision: OwnDecision,
    status: number,
    error: LastError,
    options: {
      readonly headers?: readonly (readonly [string, string])[];
      readonly shown?: string;
      readonly detail?: string | undefined;
    } = {},
  ) {
    this.decision = decision;
    this.status = status;
    this.error = error;
    this.headers = options.headers ?? [];
    this.shown = options.shown ?? error.message;
    this.detail = options.detail;
  }
}

/** Runs steps in order. Returns a promise only when one of the steps does. */
export function runSteps(steps: readonly Step[], exchange: Exchange, from = 0): void | Promise<void> {
  for (let i = from; i < steps.length; i++) {
    const result = (steps[i] as Step)(exchange);
    if (result instanceof Promise) return result.then(() => runSteps(steps, exchange, i + 1));
  }
}

/**
 * The decision for a response that a policy creates. Only its status is known: a `return-response` with 401 after a failed check and one
 * that is the reply of a route look the same.
 */
export function decisionOfStatus(status: number): OwnDecision {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 405) return "no route";
  if (status === 413) return "too large";
  if (status === 429) return "limited";
  return "replied";
}
