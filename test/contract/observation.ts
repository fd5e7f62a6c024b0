import { replyMark } from "./generate/descriptions.ts";
import type { ContractRequest, Decision } from "./oracle/oracle.ts";
import { type Answer, type Arrived, backendMark } from "./world/backend.ts";
import { type Received, type Sending, valuesOf } from "./world/client.ts";

/** The result of one request: the client's response, and what reached a backend. */
export interface Outcome {
  readonly request: ContractRequest;
  readonly sending: Sending;
  readonly answer: Answer;
  readonly received: Received;
  readonly arrived: readonly Arrived[];
  /** The decision in the data plane's log. */
  readonly logged: { readonly decision: string; readonly backend: boolean };
}

/** The statuses of a decision, over all vendors. A reply and a proxied request have statuses of their own. */
export const statuses: Readonly<Partial<Record<Decision, readonly number[]>>> = {
  "no route": [403, 404, 405],
  unauthenticated: [400, 401, 403],
  forbidden: [401, 403],
  limited: [403, 429],
  "too large": [413],
  preflight: [200, 204],
  "backend down": [500, 501, 502, 503, 504, 524],
  invalid: [400],
  malformed: [400, 404, 431],
};

/**
 * Reads the decision from the status and body of a response that comes from neither a backend nor a reply. Returns two decisions where
 * the vendor's responses to both are equal. The log then shows which; without such a log, the one that the contract allows counts.
 */
export type ReadAnswer = (
  received: Received,
  request: ContractRequest,
) => Decision | readonly [Decision, Decision] | undefined;

/** The decision, as far as a client and a backend can observe it. */
export function observed(
  outcome: Outcome,
  readAnswer: ReadAnswer,
  allowed: ReadonlySet<Decision> = new Set(),
): Decision | undefined {
  const { received, arrived, request } = outcome;
  if (valuesOf(received.headers, backendMark).length > 0) return "proxied";
  if (valuesOf(received.headers, replyMark).length > 0) return "replied";
  const read = readAnswer(received, request);
  const decision =
    typeof read === "object"
      ? (read.find((each) => each === outcome.logged.decision) ?? read.find((each) => allowed.has(each)) ?? read[0])
      : read;
  if (decision === "backend down") return decision;
  // Whatever the response is, a request that reached a backend was accepted.
  return arrived.length > 0 ? "backend down" : decision;
}
