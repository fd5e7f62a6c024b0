import { at, integer, known, object, oneOf, type Plain } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Counters } from "../../verifying/counters.ts";
import { readStatement } from "./statement.ts";

/** The requests of each client address that are more than a limit within a window. */
export interface Rate {
  readonly limit: number;
  readonly windowSeconds: number;
  /** Counts the request where it is in scope; whether it is over the limit. */
  readonly isOver: (request: GatewayRequest, counters: Counters, key: string, now: number) => boolean;
  readonly units: number;
}

/** docs.aws.amazon.com, waf-rule-statement-type-rate-based-high-level-settings. */
const WINDOWS: readonly number[] = [60, 120, 300, 600];
const MIN_LIMIT = 10;
const MAX_LIMIT = 2_000_000_000;

/** The provider's schema has two levels of and, or and not in a scope (internal/service/wafv2/schemas.go). */
const DEPTH = 2;

/**
 * Reads a rate-based statement. WAF itself estimates, some seconds late; here each request counts at once, those that are
 * blocked too: "an aggregation instance whose request count is currently over the rule's limit"
 * (docs.aws.amazon.com, waf-rule-statement-type-rate-based-request-limiting). Counts are those of one gateway; WAF's are those
 * of the web ACL (U where several share one).
 * @throws UnsupportedArtefact for what WAF refuses, and for keys other than the client's address
 */
export function readRate(value: Plain | undefined, place: string): Rate {
  const rate = object(value, place);
  known(rate, place, ["aggregateKeyType", "evaluationWindowSec", "limit", "scopeDownStatement"]);
  // By the address in a header, by other keys, or all together: what a client says of itself decides nothing here.
  oneOf(rate.aggregateKeyType, at(place, "aggregateKeyType"), ["IP"]);
  const limit = integer(rate.limit, at(place, "limit"), MIN_LIMIT, MAX_LIMIT);
  const windowSeconds = rate.evaluationWindowSec ?? 300;
  if (typeof windowSeconds !== "number" || !WINDOWS.includes(windowSeconds)) {
    throw new UnsupportedArtefact(at(place, "evaluationWindowSec"), `must be one of ${WINDOWS.join(", ")}`);
  }
  const scope =
    rate.scopeDownStatement === undefined
      ? undefined
      : readStatement(rate.scopeDownStatement, at(place, "scopeDownStatement"), DEPTH);
  return {
    limit,
    windowSeconds,
    isOver: (request, counters, key, now) => {
      if (scope !== undefined && !scope.matches(request)) return false;
      return counters.seen(`${key} ${request.remoteAddress}`, windowSeconds * 1000, now) > limit;
    },
    units: 2 + (scope?.units ?? 0),
  };
}
