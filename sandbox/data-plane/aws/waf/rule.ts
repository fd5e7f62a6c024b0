import { allowOnly, at, boolean, integer, object, type Plain, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { type CustomBodies, type CustomResponse, readBlock } from "./block.ts";
import { managedRuleGroups } from "./managed-rule-groups.ts";
import { type Rate, readRate } from "./rate.ts";
import { singleMember } from "./single-member.ts";
import { readStatement, type Statement } from "./statement.ts";

/** The action of a rule, or of a web ACL by default. */
export interface Action {
  readonly kind: "allow" | "block" | "count";
  /** The custom response of a block. */
  readonly response?: CustomResponse;
}

/** A rule of a web ACL. */
export interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly action: Action;
  /** A rule with neither statement nor rate matches nothing. */
  readonly statement?: Statement;
  readonly rate?: Rate;
  readonly units: number;
}

/** The nesting of and, or and not outside a rate-based statement (terraform-provider-aws, internal/service/wafv2/schemas.go). */
const DEPTH = 3;

const NAME = /^[\w-]{1,128}$/;

/**
 * Reads a rule.
 * @throws UnsupportedArtefact for rules that WAF refuses or that are not modelled
 */
export function readRule(value: Plain, bodies: CustomBodies, place: string): Rule {
  const rule = object(value, place);
  allowOnly(rule, place, ["name", "priority", "action", "overrideAction", "statement", "visibilityConfig"]);
  const name = text(rule.name, at(place, "name"));
  if (!NAME.test(name)) throw new UnsupportedArtefact(at(place, "name"), "must be 1 to 128 letters, digits, _ and -");
  const priority = integer(rule.priority, at(place, "priority"), 0, Number.MAX_SAFE_INTEGER);
  checkVisibility(rule.visibilityConfig, at(place, "visibilityConfig"));
  const [kind, inner] = singleMember(rule.statement, at(place, "statement"));
  const here = at(at(place, "statement"), kind);
  if (kind === "managedRuleGroupStatement") {
    return { name, priority, action: readOverride(rule, place), units: readManaged(inner, here) };
  }
  if (rule.overrideAction !== undefined) {
    throw new UnsupportedArtefact(at(place, "overrideAction"), "applies to rule groups only; write action");
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

/** The action of a managed rule group. Its rules match nothing here, so it never blocks. */
function readOverride(rule: PlainObject, place: string): Action {
  const here = at(place, "overrideAction");
  if (rule.action !== undefined) {
    throw new UnsupportedArtefact(at(place, "action"), "a rule group has its own actions; write overrideAction");
  }
  const [kind, inner] = singleMember(rule.overrideAction, here);
  allowOnly({ [kind]: inner }, here, ["none", "count"]);
  allowOnly(object(inner, at(here, kind)), at(here, kind), []);
  return { kind: "count" };
}

/** A group's rules are not published. Overriding single ones therefore changes nothing here. */
function readManaged(value: Plain, place: string): number {
  const group = object(value, place);
  allowOnly(group, place, ["name", "vendorName", "version", "ruleActionOverrides"]);
  const name = text(group.name, at(place, "name"));
  const units = managedRuleGroups.get(name);
  if (group.vendorName !== "AWS" || units === undefined) {
    throw new UnsupportedArtefact(
      at(place, "name"),
      `${name} is not a managed rule group of AWS that the sandbox supports`,
    );
  }
  return units;
}

function checkVisibility(value: Plain | undefined, place: string): void {
  const visibility = object(value, place);
  allowOnly(visibility, place, ["cloudwatchMetricsEnabled", "metricName", "sampledRequestsEnabled"]);
  boolean(visibility.cloudwatchMetricsEnabled, at(place, "cloudwatchMetricsEnabled"));
  boolean(visibility.sampledRequestsEnabled, at(place, "sampledRequestsEnabled"));
  const name = text(visibility.metricName, at(place, "metricName"));
  // See https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html.
  if (!/^[\w#:./-]{1,255}$/.test(name) || name === "All" || name === "Default_Action") {
    throw new UnsupportedArtefact(at(place, "metricName"), `${JSON.stringify(name)} is not a valid metric name`);
  }
}

/**
 * Reads an action.
 * @param kinds the actions that are allowed here
 * @throws UnsupportedArtefact for other actions
 */
export function readAction(
  value: Plain | undefined,
  bodies: CustomBodies,
  place: string,
  kinds: readonly Action["kind"][],
): Action {
  const [kind, inner] = singleMember(value, place);
  allowOnly({ [kind]: inner }, place, kinds);
  if (kind === "block") {
    const response = readBlock(inner, bodies, at(place, kind));
    return { kind, ...(response === undefined ? {} : { response }) };
  }
  // Custom request headers are refused, because they would reach the backend.
  allowOnly(object(inner, at(place, kind)), at(place, kind), []);
  return { kind: kind as Action["kind"] };
}
