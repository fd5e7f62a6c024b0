import { allowOnly, at, integer, object, oneOf, type Plain } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Counters } from "../../verifying/counters.ts";
import { readStatement } from "./statement.ts";

/** A limit on the requests of each client address within a window. */
export interface Rate {
  readonly limit: number;
  readonly windowSeconds: number;
  /** Counts the request if it is in scope, and returns whether the limit is exceeded. */
  readonly isOver: (request: GatewayRequest, counters: Counters, key: string, now: number) => boolean;
  readonly units: number;
}

/** docs.aws.amazon.com, waf-rule-statement-type-rate-based-high-level-settings. */
const WINDOWS: readonly number[] = [60, 120, 300, 600];
const MIN_LIMIT = 10;
const MAX_LIMIT = 2_000_000_000;

/** The nesting of and, or and not in a scope, by the provider's schema (internal/service/wafv2/schemas.go). */
const DEPTH = 2;

/**
 * Reads a rate-based statement. WAF estimates the rate with a delay of some seconds; here each request counts at once. Blocked
 * requests count too: "an aggregation instance whose request count is currently over the rule's limit" (docs.aws.amazon.com,
 * waf-rule-statement-type-rate-based-request-limiting). Each gateway counts separately. Unverified: WAF counts per web ACL, also
 * when several gateways share it.
 * @throws UnsupportedArtefact for statements that WAF refuses, and for keys other than the client's address
 */
export function readRate(value: Plain | undefined, place: string): Rate {
  const rate = object(value, place);
  allowOnly(rate, place, ["aggregateKeyType", "evaluationWindowSec", "limit", "scopeDownStatement"]);
  // The sandbox does not aggregate by a header, by custom keys or over all requests: a client could choose such keys.
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
