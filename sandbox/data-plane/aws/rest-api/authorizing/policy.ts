import { type ArnMatch, matchesWildcard } from "../../shared/iam/wildcard.ts";

/** The verdict of a policy on a method: allowed, not mentioned, or denied by a statement. */
export type PolicyVerdict = "allowed" | "implicit deny" | "explicit deny";

/** An authorizer returned a policy that API Gateway cannot use. */
export class UnusablePolicy extends Error {}

interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** The statements of a policy document. */
export type Policy = readonly Statement[];

const INVOKE = "execute-api:invoke";
/** docs.aws.amazon.com, api-gateway-lambda-authorizer-output. */
const MAX_RESOURCE_CHARACTERS = 512;

/**
 * Reads the `policyDocument` that an authorizer returned.
 * @throws UnusablePolicy for an invalid policy, and for elements that are not modelled (`Condition`, `NotAction`, `NotResource`,
 *   `Principal`): to ignore them could widen access
 */
export function readPolicy(document: unknown): Policy {
  const policy = record(document, "policyDocument");
  refuseOthers(policy, "policyDocument", ["Version", "Id", "Statement"]);
  if (policy.Version !== undefined && policy.Version !== "2012-10-17" && policy.Version !== "2008-10-17") {
    throw new UnusablePolicy("policyDocument.Version is not a version of IAM");
  }
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (statements.length === 0) throw new UnusablePolicy("policyDocument.Statement is empty");
  return statements.map((each, index) => {
    const place = `policyDocument.Statement.${index}`;
    const statement = record(each, place);
    refuseOthers(statement, place, ["Sid", "Effect", "Action", "Resource"]);
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
      throw new UnusablePolicy(`${place}.Effect is neither Allow nor Deny`);
    }
    const resources = texts(statement.Resource, `${place}.Resource`);
    if (resources.some(({ length }) => length > MAX_RESOURCE_CHARACTERS)) {
      throw new UnusablePolicy(`${place}.Resource has more than ${MAX_RESOURCE_CHARACTERS} characters`);
    }
    return { allows: statement.Effect === "Allow", actions: texts(statement.Action, `${place}.Action`), resources };
  });
}

/**
 * Evaluates a policy for an invocation of a method. A statement that denies wins; without a statement the result is an implicit
 * deny.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policy: Policy, methodArn: string, matches: ArnMatch): PolicyVerdict {
  let allowed = false;
  for (const { allows, actions, resources } of policy) {
    if (!actions.some((action) => matchesWildcard(action.toLowerCase(), INVOKE))) continue;
    if (!resources.some((resource) => matches(resource, methodArn))) continue;
    if (!allows) return "explicit deny";
    allowed = true;
  }
  return allowed ? "allowed" : "implicit deny";
}

export function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnusablePolicy(`${place} is not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function refuseOthers(value: Readonly<Record<string, unknown>>, place: string, members: readonly string[]): void {
  const unknown = Object.keys(value).find((member) => !members.includes(member));
  if (unknown !== undefined) throw new UnusablePolicy(`${place}.${unknown} is not supported by the sandbox`);
}

function texts(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((each) => typeof each === "string" && each !== "")) {
    throw new UnusablePolicy(`${place} is not a string or a list of strings`);
  }
  return list as readonly string[];
}
