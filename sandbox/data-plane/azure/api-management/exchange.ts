import type { Decision } from "../../interpreter.ts";
import type { LastError, PolicyContext, ResponseState } from "./context.ts";

/** How the request goes to the backend, from `forward-request`. */
export interface ForwardSettings {
  readonly timeoutMs: number;
  readonly bufferRequestBody: boolean;
}

/** One request on its way through the policies: what expressions see, and what only the gateway knows. */
export interface Exchange {
  readonly context: PolicyContext;
  /** Set once `forward-request` ran; without it no backend is called. */
  forward: ForwardSettings | undefined;
  /** What a policy of the inbound section adds to every response from then on: CORS, remaining calls. */
  readonly responseHeaders: (readonly [string, string])[];
  /** What waits for the response, whoever makes it: counters with an increment condition. */
  readonly onResponse: ((context: PolicyContext) => void)[];
  /** The quota counters this request was counted on. */
  readonly countedQuotas: Set<string>;
  /** The URL template of the operation, for `rewrite-uri`. */
  readonly isTemplateQuery: (name: string) => boolean;
}

/** One compiled policy. It may end the pipeline by throwing {@link Ended} or {@link PolicyFailure}. */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** The decisions the gateway makes by itself. */
export type OwnDecision = Exclude<Decision, "proxied" | "backend down">;

/** A policy answered the caller: no further policy runs, the error section neither. */
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

/** A policy failed: the `on-error` section runs, and may change the response. */
export class PolicyFailure {
  readonly decision: OwnDecision;
  readonly status: number;
  readonly error: LastError;
  readonly headers: readonly (readonly [string, string])[];
  /** What the caller reads when it is not the error's own message. */
  readonly shown: string;
  constructor(
    decision: OwnDecision,
    status: number,
    error: LastError,
    options: { readonly headers?: readonly (readonly [string, string])[]; readonly shown?: string } = {},
  ) {
    this.decision = decision;
    this.status = status;
    this.error = error;
    this.headers = options.headers ?? [];
    this.shown = options.shown ?? error.message;
  }
}

/** Runs steps in order; the result is a promise only when a step's is. */
export function runSteps(steps: readonly Step[], exchange: Exchange, from = 0): void | Promise<void> {
  for (let i = from; i < steps.length; i++) {
    const result = (steps[i] as Step)(exchange);
    if (result instanceof Promise) return result.then(() => runSteps(steps, exchange, i + 1));
  }
}

/**
 * What a status means when a policy made the response itself: the artefacts say the status, not why. `return-response` with
 * 401 after a failed check and one that is a route's own reply look alike.
 */
export function decisionOfStatus(status: number): OwnDecision {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 405) return "no route";
  if (status === 413) return "too large";
  if (status === 429) return "limited";
  return "replied";
}
