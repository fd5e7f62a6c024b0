import { UnsupportedArtefact } from "../../../interpreter.ts";
import { type Condition, type ConditionKeys, identityKeys, type PolicyContext, readConditions } from "./condition.ts";
import { record, texts } from "./policy-value.ts";
import { type ArnMatch, matchesWildcard } from "./wildcard.ts";

/** The result of evaluating policies: allowed, not mentioned by any statement, or denied by one. */
export type PolicyVerdict = "allowed" | "implicit deny" | "explicit deny";

interface Statement {
  readonly allows: boolean;
  readonly resources: readonly string[];
  /** Whether the statement covers all resources except these (`NotResource`). */
  readonly inverted: boolean;
  readonly conditions: readonly Condition[];
}

/** The statements about invoking APIs in a policy of an identity or of an API. */
export type InvokePolicy = readonly Statement[];

const INVOKE = "execute-api:invoke";
const MEMBERS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/**
 * Reads a policy document of a user or a role. Statements about other actions are skipped: they do not concern a gateway.
 *
 * @throws UnsupportedArtefact for conditions and policy variables that are not modelled: to ignore them could widen access
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readIdentityPolicy(document: string, place: string): InvokePolicy {
  return readStatements(record(JSON.parse(document), place).Statement, identityKeys, place);
}

/**
 * Reads the statements of a policy of any kind.
 *
 * @throws UnsupportedArtefact as {@link readIdentityPolicy} does
 */
export function readStatements(value: unknown, keys: ConditionKeys, place: string): InvokePolicy {
  return (Array.isArray(value) ? value : [value]).flatMap((each, index) => {
    const where = `${place}.Statement.${index}`;
    const statement = record(each, where);
    return concernsInvoking(statement, where) ? [readStatement(statement, keys, where)] : [];
  });
}

function concernsInvoking({ Action, NotAction }: Readonly<Record<string, unknown>>, place: string): boolean {
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new UnsupportedArtefact(place, "must have either Action or NotAction");
  }
  const actions = texts(Action ?? NotAction, `${place}.Action`);
  const listed = actions.some((action) => matchesWildcard(action.toLowerCase(), INVOKE));
  return listed === (Action !== undefined);
}

function readStatement(statement: Readonly<Record<string, unknown>>, keys: ConditionKeys, place: string): Statement {
  const unknown = Object.keys(statement).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new UnsupportedArtefact(`${place}.${unknown}`, "is not supported by the sandbox");
  const { Effect, Resource, NotResource, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new UnsupportedArtefact(`${place}.Effect`, "must be Allow or Deny");
  }
  if ((Resource === undefined) === (NotResource === undefined)) {
    throw new UnsupportedArtefact(place, "must have either Resource or NotResource");
  }
  const resources = texts(Resource ?? NotResource, `${place}.Resource`);
  if (resources.some((resource) => resource.includes("${"))) {
    throw new UnsupportedArtefact(`${place}.Resource`, "policy variables are not evaluated by the sandbox");
  }
  return {
    allows: Effect === "Allow",
    resources,
    inverted: NotResource !== undefined,
    conditions: Condition === undefined ? [] : readConditions(Condition, keys, `${place}.Condition`),
  };
}

/**
 * Evaluates policies for one request. A statement that denies wins, without a statement the result is an implicit deny, and the
 * boundary must allow the request as well.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  policies: readonly InvokePolicy[],
  boundary: InvokePolicy | undefined,
  arn: string,
  context: PolicyContext,
  matches: ArnMatch,
): PolicyVerdict {
  const applies = (statement: Statement) => isApplicable(statement, arn, context, matches);
  const groups = boundary === undefined ? [policies] : [policies, [boundary]];
  const applicable = groups.map((group) => group.flat().filter(applies));
  if (applicable.flat().some(({ allows }) => !allows)) return "explicit deny";
  const allowed = applicable.every((group) => group.length > 0);
  return allowed ? "allowed" : "implicit deny";
}

/** The service's own message for a denied invocation, as observed; it shows only four digits of the account. */
export function notAuthorized(who: string, arn: string, verdict: PolicyVerdict): string {
  const explicit = verdict === "explicit deny" ? " with an explicit deny" : "";
  return `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${arn.replace(/:\d{8}(\d{4}):/, ":********$1:")}${explicit}`;
}

function isApplicable(
  { resources, inverted, conditions }: Statement,
  arn: string,
  context: PolicyContext,
  matches: ArnMatch,
): boolean {
  return conditions.every((holds) => holds(context)) && inverted !== resources.some((each) => matches(each, arn));
}
