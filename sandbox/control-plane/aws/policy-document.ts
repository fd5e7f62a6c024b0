import { sameDocument } from "../api-document.ts";
import {
  containsUnknown,
  isObject,
  isUnknown,
  type Properties,
  type PropertyValue,
  text,
  UNKNOWN,
} from "../property-value.ts";
import { VendorError } from "../resource-model.ts";
import type { Fail } from "./argument-check.ts";

/** Writes a policy that the program passes as an object as text, which is what the provider sends and stores. */
export function withPolicyText(inputs: Properties, property: string): Properties {
  const policy = inputs[property];
  if (!isObject(policy)) return inputs;
  return { ...inputs, [property]: containsUnknown(policy) ? UNKNOWN : JSON.stringify(policy) };
}

/** `verify.ValidIAMPolicyJSON` of the provider. */
export function checkPolicy(inputs: Properties, property: string, fail: Fail): void {
  const policy = inputs[property];
  if (typeof policy !== "string" || isUnknown(policy)) return;
  try {
    if (isObject(JSON.parse(policy))) return;
    fail(
      property,
      `"${property}" contains an invalid JSON policy: contains a JSON-encoded string, not a JSON-encoded object`,
    );
  } catch (error) {
    fail(property, `"${property}" contains an invalid JSON policy: ${(error as Error).message}`);
  }
}

export interface Statement {
  readonly [member: string]: PropertyValue;
}

/**
 * The statements of a policy.
 *
 * @param kind A role's trust policy names principals and no resource; an identity's policy names resources and no principal.
 * @throws VendorError for a policy that IAM refuses
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function statementsOf(policy: string, kind: "trust" | "identity", operation: string): readonly Statement[] {
  const refuse = (reason: string): never => {
    throw new VendorError(`${operation}: MalformedPolicyDocument: ${reason}`);
  };
  const { Statement = [] } = JSON.parse(policy) as Properties;
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject);
  if (statements.length === 0) refuse("Syntax errors in policy.");
  for (const statement of statements) {
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
      refuse(`Syntax error in policy: Effect must be Allow or Deny, is ${JSON.stringify(statement.Effect ?? null)}`);
    }
    if (statement.Action === undefined && statement.NotAction === undefined) {
      refuse("Policy statement must contain actions.");
    }
    const principal = statement.Principal ?? statement.NotPrincipal;
    const resource = statement.Resource ?? statement.NotResource;
    if (kind === "trust" && resource !== undefined) refuse("Has prohibited field Resource");
    if (kind === "trust" && principal === undefined) refuse("AssumeRole policy must contain principals");
    if (kind === "identity" && principal !== undefined) refuse("Policy document should not specify a principal.");
    if (kind === "identity" && resource === undefined) refuse("Policy statement must contain resources.");
  }
  return statements;
}

/** Whether a role's trust policy lets a service assume the role. */
export function trusts(assumeRolePolicy: string, service: string): boolean {
  return statementsOf(assumeRolePolicy, "trust", "reading the role").some(({ Effect, Action, Principal }) => {
    const services = isObject(Principal) ? Principal.Service : Principal;
    const [actions, names] = [Action, services].map((value) => (Array.isArray(value) ? value : [value]));
    return (
      Effect === "Allow" &&
      (actions ?? []).some((action) => action === "sts:AssumeRole" || action === "sts:*" || action === "*") &&
      (names ?? []).includes(service)
    );
  });
}

/** Whether two policies are the same JSON. */
export function samePolicy(left: PropertyValue, right: PropertyValue): boolean {
  return typeof left === "string" && typeof right === "string" && sameDocument(left, right);
}

/** The text of a policy argument. */
export function policyText(inputs: Properties, property: string): string {
  return text(inputs, property) ?? "";
}
