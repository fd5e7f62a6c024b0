import type { LimitText, OracleRoute } from "./description.ts";

const milliseconds: Readonly<Record<LimitText["per"], number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Who asks, for what. */
export interface Visit {
  readonly route: OracleRoute;
  readonly at: number;
  readonly address: string;
  /** Issuer and subject of the token; undefined on an open route. */
  readonly consumer: string | undefined;
}

interface Event {
  readonly at: number;
  /** Went past the limits; otherwise it may have counted or not. */
  readonly passed: boolean;
}

/**
 * What a limit promises whatever the algorithm behind it (fixed window, sliding window, token bucket): the first
 * `requests` within `per` pass, no window of that length passes more than twice as many, and no instant more than
 * `requests` (or `burst`). Between these a gateway may do either.
 */
export class LimitsModel {
  readonly #events = new Map<string, Event[]>();

  judge(visit: Visit): "passes" | "either" | "limited" {
    let verdict: "passes" | "either" = "passes";
    for (const limit of visit.route.limits) {
      const events = this.#events.get(keyOf(limit, visit)) ?? [];
      const window = events.filter((event) => event.at > visit.at - milliseconds[limit.per] && event.at <= visit.at);
      const passed = window.filter((event) => event.passed);
      const atOnce = limit.burst ?? limit.requests;
      if (passed.filter((event) => event.at === visit.at).length >= Math.max(atOnce, limit.requests)) return "limited";
      if (passed.length >= limit.requests + Math.max(atOnce, limit.requests)) return "limited";
      if (window.length >= Math.min(atOnce, limit.requests)) verdict = "either";
    }
    return verdict;
  }

  /** Counts a request after its decision is known. One that a limit refused counts nowhere, if it is the only limit. */
  note(visit: Visit, decision: "passed" | "limited" | "refused elsewhere"): void {
    if (decision === "limited" && visit.route.limits.length === 1) return;
    for (const limit of visit.route.limits) {
      const key = keyOf(limit, visit);
      const events = this.#events.get(key) ?? [];
      this.#events.set(key, events);
      events.push({ at: visit.at, passed: decision === "passed" });
    }
  }
}

function keyOf(limit: LimitText, visit: Visit): string {
  const counted = `${limit.per}|${limit.by}`;
  switch (limit.by) {
    case "api":
      return `${counted}|${limit.requests}`;
    case "route":
      return `${counted}|${visit.route.key}`;
    case "consumer":
      return `${counted}|${visit.route.key}|${visit.consumer ?? ""}`;
    case "ip":
      return `${counted}|${visit.route.key}|${visit.address}`;
  }
}
