import type { LimitText, OracleRoute, PlanLimitText, PlanText } from "./description.ts";

const milliseconds: Readonly<Record<LimitText["per"], number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** A request, as limits count it. */
export interface Visit {
  readonly route: OracleRoute;
  readonly at: number;
  readonly address: string;
  /** The owner of the key, or the issuer and subject of the token if the route requires no key; undefined on an open route. */
  readonly consumer: string | undefined;
  /** The plan of that consumer. */
  readonly plan: PlanText | undefined;
}

interface Event {
  readonly at: number;
  /** Whether the request passed the limits. If not, it may have been counted or not. */
  readonly passed: boolean;
}

/** A limit or quota that applies to a visit. `key` identifies the count. */
interface Rule {
  readonly key: string;
  /** Whether an event is in the window or the period that ends with the visit. */
  readonly within: (event: Event) => boolean;
  /** The same for a window that is a millisecond longer, because a token bucket may be full slightly later. */
  readonly nearly: (event: Event) => boolean;
  /** The number of requests in a window that must pass, and the largest number that may pass. */
  readonly fewest: number;
  readonly most: number;
  /** The largest number at one instant. */
  readonly atOnce: number;
}

/** What the limits decide about a visit, and which limit decides it. */
export interface Judgement {
  readonly verdict: "passes" | "either" | "limited";
  readonly of: string;
}

/**
 * What every algorithm of a limit (fixed window, sliding window, token bucket) guarantees. The first `requests` within `per` pass. At most
 * twice as many pass in a window of that length, and at most `requests` (or `burst`) at one instant. A gateway may accept or reject the
 * requests in between. A quota is exact: the first `requests` of a period of the calendar, in UTC, pass, and no others.
 */
export class LimitsModel {
  readonly #events = new Map<string, Event[]>();

  judge(visit: Visit): Judgement {
    return this.#judge(rulesOf(visit), visit);
  }

  /** The same for limits by client address only. A gateway may count addresses before it checks anything else. */
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
   * Counts a request after its decision is known. A request that its only limit rejected is not counted. A limit by client address may
   * count it nevertheless, because a gateway may count all requests of an address.
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

/** The limits of the route and the plan of the consumer. */
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

/** The start of the day, the week (from Sunday) or the month that contains a time, in UTC. */
function periodOf(per: "day" | "week" | "month", at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (per === "month") return Date.UTC(year, month, 1);
  return Date.UTC(year, month, per === "day" ? day : day - date.getUTCDay());
}

/** The start of the next day, week or month, in UTC. */
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
