import type { LimitText, OracleRoute, PlanLimitText, PlanText } from "./description.ts";

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
  /** The key's owner where the route asks for a key, else issuer and subject of the token; undefined on an open route. */
  readonly consumer: string | undefined;
  /** The plan of the key's owner. */
  readonly plan: PlanText | undefined;
}

interface Event {
  readonly at: number;
  /** Went past the limits; otherwise it may have counted or not. */
  readonly passed: boolean;
}

/** One limit or quota, as it concerns a visit: `key` says whose count it is. */
interface Rule {
  readonly key: string;
  /** Whether an event of the count is in the window, or the period, that ends with the visit. */
  readonly within: (event: Event) => boolean;
  /** The same, a millisecond more: a bucket that fills by fractions need not be full to the very instant. */
  readonly nearly: (event: Event) => boolean;
  /** The fewest that a window surely lets pass, and the most that it may. */
  readonly fewest: number;
  readonly most: number;
  /** The most at one instant. */
  readonly atOnce: number;
}

/** What the limits make of a visit, and of which one that comes. */
export interface Judgement {
  readonly verdict: "passes" | "either" | "limited";
  readonly of: string;
}

/**
 * What a limit promises whatever the algorithm behind it (fixed window, sliding window, token bucket): the first
 * `requests` within `per` pass, no window of that length passes more than twice as many, and no instant more than
 * `requests` (or `burst`). Between these a gateway may do either. A quota is exact: of a period of the calendar, in UTC,
 * the first `requests` pass and no other.
 */
export class LimitsModel {
  readonly #events = new Map<string, Event[]>();

  judge(visit: Visit): Judgement {
    return this.#judge(rulesOf(visit), visit);
  }

  /** The same of client addresses alone, which may be counted before anything else is looked at. */
  judgeAddress(visit: Visit): Judgement {
    const byAddress = visit.route.limits.filter(({ by }) => by === "ip");
    return this.#judge(
      byAddress.map((limit) => windowed(limit, keyOf(limit, visit), visit)),
      visit,
    );
  }

  #judge(rules: readonly Rule[], visit: Visit): Judgement {
    let judgement: Judgement = { verdict: "passes", of: "" };
    for (const { key, within, nearly, fewest, most, atOnce } of rules) {
      const events = this.#events.get(key) ?? [];
      const passed = events.filter((event) => event.passed && within(event));
      if (passed.filter((event) => event.at === visit.at).length >= atOnce || passed.length >= most) {
        return { verdict: "limited", of: key };
      }
      if (events.filter(nearly).length >= fewest) judgement = { verdict: "either", of: key };
    }
    return judgement;
  }

  /**
   * Counts a request after its decision is known. One that a limit refused counts nowhere, if it is the only limit; but of
   * a client address it may, since who looks at nothing else may count all that come.
   */
  note(visit: Visit, decision: "passed" | "limited" | "refused elsewhere"): void {
    const rules = rulesOf(visit);
    if (decision === "limited" && rules.length === 1 && !visit.route.limits.some(({ by }) => by === "ip")) return;
    for (const { key } of rules) {
      const events = this.#events.get(key) ?? [];
      this.#events.set(key, events);
      events.push({ at: visit.at, passed: decision === "passed" });
    }
  }
}

/** Everything that counts a visit: the route's limits, and its consumer's plan. */
function rulesOf(visit: Visit): readonly Rule[] {
  const { route, consumer, plan } = visit;
  const ofRoute = plan?.routes?.[route.key];
  const own = route.limits.filter(({ by }) => by !== "consumer" || ofRoute === undefined);
  return [
    ...own.map((limit) => windowed(limit, keyOf(limit, visit), visit)),
    ...(ofRoute ?? []).map((limit) => windowed(limit, `plan|${limit.per}|${route.id}|${consumer}`, visit)),
    ...(plan?.limits ?? []).map((limit) => windowed(limit, `plan|${limit.per}|${consumer}`, visit)),
    ...(plan?.quota === undefined ? [] : [periodic(plan.quota, `quota|${consumer}`, visit)]),
  ];
}

function windowed({ requests, per, burst = requests }: PlanLimitText, key: string, { at }: Visit): Rule {
  const larger = Math.max(burst, requests);
  return {
    key,
    within: (event) => event.at > at - milliseconds[per] && event.at <= at,
    nearly: (event) => event.at >= at - milliseconds[per] - 1 && event.at <= at,
    fewest: Math.min(burst, requests),
    most: requests + larger,
    atOnce: larger,
  };
}

function periodic({ requests, per }: NonNullable<PlanText["quota"]>, key: string, { at }: Visit): Rule {
  const period = periodOf(per, at);
  const within = (event: Event): boolean => periodOf(per, event.at) === period;
  return {
    key,
    within,
    nearly: within,
    fewest: requests,
    most: requests,
    atOnce: requests,
  };
}

/** The beginning of the day, the week (from Sunday on) or the month that a time is in, in UTC. */
function periodOf(per: "day" | "week" | "month", at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (per === "month") return Date.UTC(year, month, 1);
  return Date.UTC(year, month, per === "day" ? day : day - date.getUTCDay());
}

/** When the next day, week or month begins, in UTC. */
export function nextPeriod(per: "day" | "week" | "month", at: number): number {
  const date = new Date(periodOf(per, at));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (per === "month") return Date.UTC(year, month + 1, 1);
  return Date.UTC(year, month, day + (per === "day" ? 1 : 7));
}

function keyOf(limit: LimitText, visit: Visit): string {
  const counted = `${limit.per}|${limit.by}`;
  switch (limit.by) {
    case "api":
      return `${counted}|${limit.requests}`;
    case "route":
      return `${counted}|${visit.route.id}`;
    case "consumer":
      return `${counted}|${visit.route.id}|${visit.consumer ?? ""}`;
    case "ip":
      return `${counted}|${visit.route.id}|${visit.address}`;
  }
}
