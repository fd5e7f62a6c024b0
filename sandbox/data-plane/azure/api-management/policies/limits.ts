import type { Surroundings } from "../../../interpreter.ts";
import type { Allowance, Counters } from "../../../verifying/counters.ts";
import type { PolicyContext } from "../context.ts";
import { type Exchange, PolicyFailure, type Step } from "../exchange.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";
import type { Sku } from "../sku.ts";

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

/**
 * A counter. `hasRoom` checks the limit without counting, and `add` counts without checking the limit: both are for requests that are
 * counted by their response.
 */
interface Count {
  take(key: string, limit: number, cost: number): Allowance;
  hasRoom(key: string, limit: number, cost: number): Allowance;
  add(key: string, cost: number): void;
}

function sliding(counters: Counters, windowMs: number, now: number): Count {
  return {
    take: (key, limit, cost) => counters.slide(key, limit, windowMs, now, cost),
    hasRoom: (key, limit, cost) => counters.slide(key, limit - cost, windowMs, now, 0),
    add: (key, cost) => counters.slide(key, Number.MAX_SAFE_INTEGER, windowMs, now, cost),
  };
}

function fixed(counters: Counters, periodMs: number, now: number, start: number): Count {
  return {
    take: (key, limit, cost) => counters.fixed(key, limit, periodMs, now, start, cost),
    hasRoom: (key, limit, cost) => counters.fixed(key, limit - cost, periodMs, now, start, 0),
    add: (key, cost) => counters.fixed(key, Number.MAX_SAFE_INTEGER, periodMs, now, start, cost),
  };
}

/**
 * Counts the request now, or with an increment condition when its response is known. A condition whose evaluation fails counts as true.
 */
function counted(
  exchange: Exchange,
  condition: Value<boolean> | undefined,
  count: () => Count,
  key: string,
  limit: number,
  cost: number,
): Allowance {
  if (condition === undefined) return count().take(key, limit, cost);
  const room = count().hasRoom(key, limit, cost);
  if (!room.allowed) return room;
  exchange.onResponse.push((context: PolicyContext) => {
    let counts = true;
    try {
      counts = condition.get(context);
    } catch (error) {
      if (!(error instanceof PolicyFailure)) throw error;
    }
    if (counts) count().add(key, cost);
  });
  return room;
}

/**
 * Compiles `rate-limit-by-key`: a sliding window, or a token bucket in the v2 tiers. All policies of the service that use the same key
 * share one counter.
 */
export function rateLimitByKey(reader: PolicyReader, { counters, now }: Surroundings, sku: Sku): Step {
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
    const counter = `rate ${key.get(context)}`;
    const allowance = sku.tokenBuckets
      ? counters.take(counter, { capacity: limit, refillPerSecond: (limit * 1000) / windowMs }, now(), amount)
      : counted(exchange, condition, () => sliding(counters, windowMs, now()), counter, limit, amount);
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
export function quotaByKey(reader: PolicyReader, { counters, now }: Surroundings): Step {
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
    const counter = `quota ${key.get(exchange.context)}`;
    const count = () => fixed(counters, periodMs, now(), start);
    const allowance = exchange.countedQuotas.has(counter)
      ? count().hasRoom(counter, calls, 0)
      : counted(exchange, condition, count, counter, calls, 1);
    exchange.countedQuotas.add(counter);
    if (allowance.allowed) return;
    const wait = waitSeconds(allowance, periodMs);
    const message = `Out of call volume quota. Quota will be replenished in ${clock(wait)}.`;
    throw new PolicyFailure("limited", 403, reader.lastError("QuotaExceeded", message), {
      headers: [["Retry-After", String(wait)]],
    });
  };
}
