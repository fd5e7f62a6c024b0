/** A quota's calendar period, in UTC. */
export interface QuotaPeriod {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly lengthMs: number;
}

const DAY_MS = 86_400_000;

/** The largest offset of a period in days, as the provider checks it (terraform-provider-aws, usage_plan.go). */
export const MAX_OFFSET_DAYS: Readonly<Record<"DAY" | "WEEK" | "MONTH", number>> = { DAY: 0, WEEK: 6, MONTH: 27 };

/**
 * The period that contains a time. The API reference calls the offset "the number of requests subtracted from the given limit in
 * the initial time period". Unverified: it is the first day of the period, which its bounds (0, 0 to 6, 0 to 27) suggest, and a
 * week begins on Sunday.
 * @param offsetDays the number of days between the start of the calendar period and the start of the quota's period
 */
export function quotaPeriod(period: "DAY" | "WEEK" | "MONTH", offsetDays: number, now: number): QuotaPeriod {
  const shifted = now - offsetDays * DAY_MS;
  const day = Math.floor(shifted / DAY_MS);
  if (period === "DAY") return { start: (day + offsetDays) * DAY_MS, lengthMs: DAY_MS };
  if (period === "WEEK") {
    // 1970-01-01 was a Thursday, four days after a Sunday.
    const sunday = Math.floor((day + 4) / 7) * 7 - 4;
    return { start: (sunday + offsetDays) * DAY_MS, lengthMs: 7 * DAY_MS };
  }
  const date = new Date(shifted);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1 + offsetDays);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1 + offsetDays);
  return { start: first, lengthMs: next - first };
}
