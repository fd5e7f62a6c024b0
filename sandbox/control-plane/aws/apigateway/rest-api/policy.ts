import { readResourcePolicy, withFullArns } from "../../../../data-plane/aws/shared/iam/resource-policy.ts";
import { UnsupportedArtefact } from "../../../../data-plane/interpreter.ts";
import { type ApiDocument, member } from "../../../api-document.ts";
import { isObject, type Properties, type PropertyValue, text } from "../../../property-value.ts";
import { VendorError } from "../../../resource-model.ts";

/** docs.aws.amazon.com, limits. */
const MAX_CHARACTERS = 8_192;

/**
 * The policy in an API's arguments, as API Gateway stores it; undefined without one. The provider treats an empty policy as omitted:
 * it computes the argument, so that neither removes the API's policy.
 *
 * @throws VendorError for a policy that API Gateway refuses, or that the sandbox does not evaluate
 */
export function apiPolicy(inputs: Properties, executionArn: string, operation: string): string | undefined {
  const policy = text(inputs, "policy");
  if (policy === undefined || policy.trim() === "") return undefined;
  try {
    return normalised(policy, executionArn, "policy");
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw new VendorError(`${operation}: BadRequestException: Invalid policy document: ${error.message}`);
  }
}

/**
 * The policy in a document; undefined without one.
 *
 * @throws UnsupportedArtefact for a policy that API Gateway refuses, or that the sandbox does not evaluate
 */
export function documentPolicy(document: ApiDocument, executionArn: string): string | undefined {
  const name = "x-amazon-apigateway-policy";
  const policy = member(document, name);
  return policy === undefined ? undefined : normalised(JSON.stringify(policy), executionArn, name);
}

/** A checked policy, in which every resource is a whole ARN. */
function normalised(policy: string, executionArn: string, place: string): string {
  const whole = withFullArns(policy, executionArn);
  if (whole.length > MAX_CHARACTERS) {
    throw new UnsupportedArtefact(place, `has more than ${MAX_CHARACTERS} characters`);
  }
  readResourcePolicy(whole, executionArn, place);
  return whole;
}

/**
 * Whether two policies are equivalent to the provider (github.com/hashicorp/awspolicyequivalence): the order does not matter, and one
 * value equals a list of that value. The short form of a resource differs from the whole ARN that API Gateway returns, so that a
 * program with short forms has a difference at every update (terraform-provider-aws#5549).
 */
export function equivalentPolicies(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (typeof left !== "string" || typeof right !== "string" || left === "" || right === "") return left === right;
  try {
    return canonical(JSON.parse(left)) === canonical(JSON.parse(right));
  } catch {
    return false;
  }
}

function canonical(value: PropertyValue): string {
  const values = Array.isArray(value) ? value : [value];
  return JSON.stringify(values.map((each) => (isObject(each) ? members(each) : JSON.stringify(each))).toSorted());
}

function members(value: Properties): string {
  return JSON.stringify(
    Object.entries(value)
      .map(([name, inner]) => `${name}: ${inner === undefined ? "" : canonical(inner)}`)
      .toSorted(),
  );
}
