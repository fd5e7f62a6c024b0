import { matchesArn, matchesWildcard } from "../../shared/wildcard.ts";

/** What a policy says of one method: allowed, not mentioned, or forbidden by name. */
export type PolicyVerdict = "allowed" | "implicit deny" | "explicit deny";

/** An authorizer returned a policy that API Gateway cannot use. */
export class UnusablePolicy extends Error {}

interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A policy document, read. */
export type Policy = readonly Statement[];

const INVOKE = "execute-api:invoke";
/** docs.aws.amazon.com, api-gateway-lambda-authorizer-output. */
const MOST_RESOURCE_CHARACTERS = 512;

/**
 * Reads the `policyDocument` of an authorizer's answer.
 * @throws UnusablePolicy for what is no policy, and for elements that are not modelled (`Condition`, `NotAction`,
 *   `NotResource`, `Principal`): ignored, they could widen what is allowed
 */
export function readPolicy(document: unknown): Policy {
  const policy = record(document, "policyDocument");
  only(policy, "policyDocument", ["Version", "Id", "Statement"]);
  if (policy.Version !== undefined && policy.Version !== "2012-10-17" && policy.Version !== "2008-10-17") {
    throw new UnusablePolicy("policyDocument.Version is not one of IAM's");
  }
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (statements.length === 0) throw new UnusablePolicy("policyDocument.Statement is empty");
  return statements.map((each, index) => {
    const place = `policyDocument.Statement.${index}`;
    const statement = record(each, place);
    only(statement, place, ["Sid", "Effect", "Action", "Resource"]);
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
      throw new UnusablePolicy(`${place}.Effect is neither Allow nor Deny`);
    }
    const resources = texts(statement.Resource, `${place}.Resource`);
    if (resources.some(({ length }) => length > MOST_RESOURCE_CHARACTERS)) {
      throw new UnusablePolicy(`${place}.Resource has more than ${MOST_RESOURCE_CHARACTERS} characters`);
    }
    return { allows: statement.Effect === "Allow", actions: texts(statement.Action, `${place}.Action`), resources };
  });
}

/**
 * Evaluates a policy for an invocation of a method (docs.aws.amazon.com, reference_policies_evaluation-logic): a statement that
 * denies wins, nothing said is a denial.
 *
 * Whether a `*` in a resource reaches over a colon is U: here it does not where it would allow, and does where it denies.
 */
export function evaluate(policy: Policy, methodArn: string): PolicyVerdict {
  let allowed = false;
  for (const { allows, actions, resources } of policy) {
    if (!actions.some((action) => matchesWildcard(action.toLowerCase(), INVOKE))) continue;
    if (!allows && resources.some((resource) => matchesWildcard(resource, methodArn))) return "explicit deny";
    allowed ||= allows && resources.some((resource) => resource === "*" || matchesArn(resource, methodArn));
  }
  return allowed ? "allowed" : "implicit deny";
}

export function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnusablePolicy(`${place} is not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function only(value: Readonly<Record<string, unknown>>, place: string, members: readonly string[]): void {
  const unknown = Object.keys(value).find((member) => !members.includes(member));
  if (unknown !== undefined) throw new UnusablePolicy(`${place}.${unknown} is not known here`);
}

function texts(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((each) => typeof each === "string" && each !== "")) {
    throw new UnusablePolicy(`${place} is not a text or a list of texts`);
  }
  return list as readonly string[];
}
