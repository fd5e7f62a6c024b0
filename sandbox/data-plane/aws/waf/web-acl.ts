import { at, type Plain } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Counters } from "../../verifying/counters.ts";
import type { AwsWebAcl } from "../artefacts/web-acl.ts";
import { type CustomResponse, readCustomBodies } from "./block.ts";
import { type Action, type Rule, readAction, readRule } from "./rule.ts";

/** A request that a web ACL blocks. */
export interface Blocked {
  /** The name of the rule; undefined for the web ACL's default action. */
  readonly rule: string | undefined;
  /** The limit that the client exceeded. */
  readonly rate?: { readonly limit: number; readonly windowSeconds: number };
  /** Absent: the gateway responds by itself (WAF_FILTERED). */
  readonly response?: CustomResponse;
}

/** docs.aws.amazon.com, limits. */
const MAX_RATE_BASED_RULES = 10;
const MAX_UNITS = 5_000;

/** A web ACL that is associated with a gateway. */
export class WebAcl {
  /** The capacity units, as far as they are documented. */
  readonly units: number;
  readonly #id: string;
  /** In the order of priority. */
  readonly #rules: readonly Rule[];
  readonly #defaultAction: Action;

  /** @throws UnsupportedArtefact, with the place, for rules that WAF refuses or that are not modelled */
  constructor({ id, rules, defaultAction, customResponseBodies }: AwsWebAcl, place: string) {
    this.#id = id;
    const bodies = readCustomBodies(customResponseBodies as Plain | undefined, at(place, "customResponseBodies"));
    this.#defaultAction = readAction(defaultAction as Plain, bodies, at(place, "defaultAction"), ["allow", "block"]);
    const read = rules.map((rule, index) => readRule(rule as Plain, bodies, at(at(place, "rules"), index)));
    for (const member of ["name", "priority"] as const) {
      if (new Set(read.map((rule) => rule[member])).size < read.length) {
        throw new UnsupportedArtefact(at(place, "rules"), `two rules have the same ${member}`);
      }
    }
    const rates = read.filter(({ rate }) => rate !== undefined).length;
    if (rates > MAX_RATE_BASED_RULES) {
      throw new UnsupportedArtefact(
        at(place, "rules"),
        `there are ${rates} rate-based rules; a web ACL has at most ${MAX_RATE_BASED_RULES}`,
      );
    }
    this.units = read.reduce((sum, { units }) => sum + units, 0);
    if (this.units > MAX_UNITS) {
      throw new UnsupportedArtefact(
        at(place, "rules"),
        `require ${this.units} capacity units; at most ${MAX_UNITS} are allowed`,
      );
    }
    this.#rules = read.toSorted((a, b) => a.priority - b.priority);
  }

  /** Evaluates the rules for a request; undefined when they admit it. */
  judge(request: GatewayRequest, counters: Counters, now: number): Blocked | undefined {
    for (const { name, action, statement, rate } of this.#rules) {
      const matches =
        rate === undefined
          ? statement?.matches(request) === true
          : rate.isOver(request, counters, `${this.#id} ${name}`, now);
      if (!matches || action.kind === "count") continue;
      if (action.kind === "allow") return undefined;
      const { response } = action;
      return {
        rule: name,
        ...(rate === undefined ? {} : { rate: { limit: rate.limit, windowSeconds: rate.windowSeconds } }),
        ...(response === undefined ? {} : { response }),
      };
    }
    if (this.#defaultAction.kind !== "block") return undefined;
    const { response } = this.#defaultAction;
    return { rule: undefined, ...(response === undefined ? {} : { response }) };
  }
}
