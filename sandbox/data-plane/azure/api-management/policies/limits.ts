import type { Surroundings } from "../../../interpreter.ts";
import type { Allowance, Counters } from "../../../verifying/counters.ts";
import type { PolicyContext } from "../context.ts";
import { type Exchange, PolicyFailure, type Step } from "../exchange.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";
import type { Sku } from "../sku.ts";

type Counting = Pick<Surroundings, "counters" | "now">;

/** In seconds. https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy */
const LONGEST_RATE_PERIOD = 300;
/** In seconds. https://learn.microsoft.com/azure/api-management/quota-by-key-policy. Zero is a period without end. */
const SHORTEST_QUOTA_PERIOD = 300;
const FIRST_PERIOD_START = "0001-01-01T00:00:00Z";
const INTEGER = 2 ** 31 - 1;
/** A period that no process outlives, as an exact number of milliseconds. */
const ENDLESS_MS = 2 ** 52;

/** The seconds until the client may try again. */
function waitSeconds({ retryAfterMs }: Extract<Allowance, { allowed: false }>, periodMs: number): number {
  return Math.max(1, Math.ceil((Number.isFinite(retryAfterMs) ? retryAfterMs : periodMs) / 1000));
}

/** The counter of a limit at one point in time. */
interface Counter {
  /** Counts a request, unless the limit is exceeded. */
  take(cost: number): Allowance;
  /** Checks the limit without counting. */
  check(cost: number): Allowance;
  /** Counts a request without checking the limit. */
  add(cost: number): void;
}

function slidingWindow(counters: Counters, key: string, limit: number, windowMs: number, now: number): Counter {
  return {
    take: (cost) => counters.slide(key, limit, windowMs, now, cost),
    check: (cost) => counters.slide(key, limit - cost, windowMs, now, 0),
    add: (cost) => counters.slide(key, Number.MAX_SAFE_INTEGER, windowMs, now, cost),
  };
}

function fixedWindow(
  counters: Counters,
  key: string,
  limit: number,
  { periodMs, start }: { readonly periodMs: number; readonly start: number },
  now: number,
): Counter {
  return {
    take: (cost) => counters.fixed(key, limit, periodMs, now, start, cost),
    check: (cost) => counters.fixed(key, limit - cost, periodMs, now, start, 0),
    add: (cost) => counters.fixed(key, Number.MAX_SAFE_INTEGER, periodMs, now, start, cost),
  };
}

/**
 * Counts the request now, or with an increment condition when its response is known. A condition whose evaluation fails counts as true.
 *
 * @param counter returns the counter at the current time
 */
function countRequest(
  exchange: Exchange,
  condition: Value<boolean> | undefined,
  counter: () => Counter,
  cost: number,
): Allowance {
  if (condition === undefined) return counter().take(cost);
  const allowance = counter().check(cost);
  if (!allowance.allowed) return allowance;
  exchange.onResponse.push((context) => {
    if (isMet(condition, context)) counter().add(cost);
  });
  return allowance;
}

function isMet(condition: Value<boolean>, context: PolicyContext): boolean {
  try {
    return condition.get(context);
  } catch (error) {
    if (!(error instanceof PolicyFailure)) throw error;
    return true;
  }
}

/**
 * Compiles `rate-limit-by-key`: a sliding window, or a token bucket in the v2 tiers. All policies of the service that use the same key
 * share one counter.
 */
export function rateLimitByKey(reader: PolicyReader, { counters, now }: Counting, sku: Sku): Step {
  const calls = reader.integer("calls", 1, INTEGER);
  const period = reader.integer("renewal-period", 1, LONGEST_RATE_PERIOD);
  const key = reader.text("counter-key");
  const condition = reader.optionalCondition("increment-condition");
  const cost = reader.optionalInteger("increment-count", 1, INTEGER);
  const retryHeader = reader.optionalLiteral("retry-after-header-name") ?? "Retry-After";
  const retryVariable = reader.optionalLiteral("retry-after-variable-name");
  const totalHeader = reader.optionalLiteral("total-calls-header-name");
  reader.done();
  if (sku.tokenBuckets && condition !== undefined) {
    reader.refuse("is not supported by the sandbox in the v2 tiers", "increment-condition");
  }
  return (exchange) => {
    const { context } = exchange;
    const limit = calls.get(context);
    const windowMs = period.get(context) * 1000;
    const amount = cost?.get(context) ?? 1;
    const name = `rate ${key.get(context)}`;
    const window = () => slidingWindow(counters, name, limit, windowMs, now());
    const allowance = sku.tokenBuckets
      ? counters.take(name, { capacity: limit, refillPerSecond: (limit * 1000) / windowMs }, now(), amount)
      : countRequest(exchange, condition, window, amount);
    if (totalHeader !== undefined) exchange.responseHeaders.push([totalHeader, String(limit)]);
    if (allowance.allowed) return;
    const wait = waitSeconds(allowance, windowMs);
    if (retryVariable !== undefined) context.variables.set(retryVariable, { type: "int", value: wait });
    throw new PolicyFailure("limited", 429, reader.lastError("RateLimitExceeded", "Rate limit is exceeded"), {
      headers: [[retryHeader, String(wait)]],
      shown: `Rate limit is exceeded. Try again in ${wait} seconds.`,
    });
  };
}

function clock(total: number): string {
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Compiles `quota-by-key`: a fixed window. A key in several policies is counted once for each request. */
export function quotaByKey(reader: PolicyReader, { counters, now }: Counting): Step {
  const calls = reader.literalInteger("calls", 1, INTEGER);
  const renewal = reader.literalInteger("renewal-period", 0, INTEGER);
  if (renewal !== 0 && renewal < SHORTEST_QUOTA_PERIOD) {
    reader.refuse(`must be at least ${SHORTEST_QUOTA_PERIOD} seconds, or 0 for a period without end`, "renewal-period");
  }
  const key = reader.text("counter-key");
  const condition = reader.optionalCondition("increment-condition");
  const firstStart = reader.optionalLiteral("first-period-start") ?? FIRST_PERIOD_START;
  reader.done();
  const start = Date.parse(firstStart);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(firstStart) || Number.isNaN(start)) {
    reader.refuse("must be a time in the form yyyy-MM-ddTHH:mm:ssZ", "first-period-start");
  }
  const periodMs = renewal === 0 ? ENDLESS_MS : renewal * 1000;
  return (exchange) => {
    const name = `quota ${key.get(exchange.context)}`;
    const window = () => fixedWindow(counters, name, calls, { periodMs, start }, now());
    const allowance = exchange.countedQuotas.has(name)
      ? window().check(0)
      : countRequest(exchange, condition, window, 1);
    exchange.countedQuotas.add(name);
    if (allowance.allowed) return;
    const wait = waitSeconds(allowance, periodMs);
    const message = `Out of call volume quota. Quota will be replenished in ${clock(wait)}.`;
    throw new PolicyFailure("limited", 403, reader.lastError("QuotaExceeded", message), {
      headers: [["Retry-After", String(wait)]],
    });
  };
}
