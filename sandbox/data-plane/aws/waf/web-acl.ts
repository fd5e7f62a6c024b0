import { at, boolean, integer, known, object, type Plain, type PlainObject, text } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Counters } from "../../verifying/counters.ts";
import type { AwsWebAcl } from "../artefacts/web-acl.ts";
import { type CustomBodies, type CustomResponse, readBlock, readCustomBodies } from "./block.ts";
import { managedRuleGroups } from "./managed-rule-groups.ts";
import { type Rate, readRate } from "./rate.ts";
import { only } from "./single-member.ts";
import { readStatement, type Statement } from "./statement.ts";

/** A request that goes no further. */
export interface Blocked {
  /** Of a rule, or none: the web ACL's default. */
  readonly rule: string | undefined;
  /** Where the client sent too many: how many are let through within how many seconds. */
  readonly rate?: { readonly limit: number; readonly windowSeconds: number };
  /** Absent: the gateway answers as it does by itself (WAF_FILTERED). */
  readonly response?: CustomResponse;
}

interface Action {
  readonly kind: "allow" | "block" | "count";
  /** Of a block. */
  readonly response?: CustomResponse;
}

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly action: Action;
  /** Absent: matches nothing. */
  readonly statement?: Statement;
  readonly rate?: Rate;
  readonly units: number;
}

/** docs.aws.amazon.com, limits. */
const MAX_RATE_BASED_RULES = 10;
const MAX_UNITS = 5_000;
/** Of and, or and not, outside of a rate-based statement (terraform-provider-aws, internal/service/wafv2/schemas.go). */
const DEPTH = 3;

/** A web ACL in front of a gateway: its rules, in their order. */
export class WebAcl {
  /** Its capacity, as far as the pages say what each part costs. */
  readonly units: number;
  readonly #id: string;
  readonly #rules: readonly Rule[];
  readonly #otherwise: Action;

  /** @throws UnsupportedArtefact, with the place, for what WAF refuses and for what is not modelled */
  constructor({ id, rules, defaultAction, customResponseBodies }: AwsWebAcl, place: string) {
    this.#id = id;
    const bodies = readCustomBodies(customResponseBodies as Plain | undefined, at(place, "customResponseBodies"));
    this.#otherwise = readAction(defaultAction as Plain, bodies, at(place, "defaultAction"), ["allow", "block"]);
    const read = rules.map((rule, index) => readRule(rule as Plain, bodies, at(at(place, "rules"), index)));
    for (const member of ["name", "priority"] as const) {
      if (new Set(read.map((rule) => rule[member])).size < read.length) {
        throw new UnsupportedArtefact(at(place, "rules"), `two have the same ${member}`);
      }
    }
    const rates = read.filter(({ rate }) => rate !== undefined).length;
    if (rates > MAX_RATE_BASED_RULES) {
      throw new UnsupportedArtefact(
        at(place, "rules"),
        `a web ACL has at most ${MAX_RATE_BASED_RULES} rate-based rules, and these are ${rates}`,
      );
    }
    this.units = read.reduce((sum, { units }) => sum + units, 0);
    if (this.units > MAX_UNITS) {
      throw new UnsupportedArtefact(at(place, "rules"), `take ${this.units} capacity units of at most ${MAX_UNITS}`);
    }
    this.#rules = read.toSorted((a, b) => a.priority - b.priority);
  }

  /** Undefined for a request that may go on. */
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
    if (this.#otherwise.kind !== "block") return undefined;
    const { response } = this.#otherwise;
    return { rule: undefined, ...(response === undefined ? {} : { response }) };
  }
}

const NAME = /^[\w-]{1,128}$/;

function readRule(value: Plain, bodies: CustomBodies, place: string): Rule {
  const rule = object(value, place);
  known(rule, place, ["name", "priority", "action", "overrideAction", "statement", "visibilityConfig"]);
  const name = text(rule.name, at(place, "name"));
  if (!NAME.test(name)) throw new UnsupportedArtefact(at(place, "name"), "must be 1 to 128 letters, digits, _ and -");
  const priority = integer(rule.priority, at(place, "priority"), 0, Number.MAX_SAFE_INTEGER);
  readVisibility(rule.visibilityConfig, at(place, "visibilityConfig"));
  const [kind, inner] = only(rule.statement, at(place, "statement"));
  const here = at(at(place, "statement"), kind);
  if (kind === "managedRuleGroupStatement") {
    return { name, priority, action: overridden(rule, place), units: readManaged(inner, here) };
  }
  if (rule.overrideAction !== undefined) {
    throw new UnsupportedArtefact(at(place, "overrideAction"), "is of rule groups only; write action");
  }
  const action = readAction(rule.action, bodies, at(place, "action"), ["allow", "block", "count"]);
  if (kind !== "rateBasedStatement") {
    const statement = readStatement(rule.statement, at(place, "statement"), DEPTH);
    return { name, priority, action, statement, units: statement.units };
  }
  if (action.kind === "allow") throw new UnsupportedArtefact(at(place, "action"), "a rate-based rule cannot allow");
  const rate = readRate(inner, here);
  return { name, priority, action, rate, units: rate.units };
}

function overridden(rule: PlainObject, place: string): Action {
  const here = at(place, "overrideAction");
  if (rule.action !== undefined) {
    throw new UnsupportedArtefact(at(place, "action"), "a rule group has actions of its own; write overrideAction");
  }
  const [kind, inner] = only(rule.overrideAction, here);
  known({ [kind]: inner }, here, ["none", "count"]);
  known(object(inner, at(here, kind)), at(here, kind), []);
  return { kind: "count" };
}

/** Nothing is known of what a group's rules say, so that overriding single ones, or narrowing it, changes nothing here. */
function readManaged(value: Plain, place: string): number {
  const group = object(value, place);
  known(group, place, ["name", "vendorName", "version", "ruleActionOverrides"]);
  const name = text(group.name, at(place, "name"));
  const units = managedRuleGroups.get(name);
  if (group.vendorName !== "AWS" || units === undefined) {
    throw new UnsupportedArtefact(
      at(place, "name"),
      `there is no managed rule group ${name} of AWS that is known here`,
    );
  }
  return units;
}

function readVisibility(value: Plain | undefined, place: string): void {
  const visibility = object(value, place);
  known(visibility, place, ["cloudwatchMetricsEnabled", "metricName", "sampledRequestsEnabled"]);
  boolean(visibility.cloudwatchMetricsEnabled, at(place, "cloudwatchMetricsEnabled"));
  boolean(visibility.sampledRequestsEnabled, at(place, "sampledRequestsEnabled"));
  const name = text(visibility.metricName, at(place, "metricName"));
  // https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html
  if (!/^[\w#:./-]{1,255}$/.test(name) || name === "All" || name === "Default_Action") {
    throw new UnsupportedArtefact(at(place, "metricName"), `${JSON.stringify(name)} is no name of a metric`);
  }
}

function readAction(
  value: Plain | undefined,
  bodies: CustomBodies,
  place: string,
  kinds: readonly Action["kind"][],
): Action {
  const [kind, inner] = only(value, place);
  known({ [kind]: inner }, place, kinds);
  if (kind === "block") {
    const response = readBlock(inner, bodies, at(place, kind));
    return { kind, ...(response === undefined ? {} : { response }) };
  }
  // Headers that a rule puts into requests would reach the backend.
  known(object(inner, at(place, kind)), at(place, kind), []);
  return { kind: kind as Action["kind"] };
}
