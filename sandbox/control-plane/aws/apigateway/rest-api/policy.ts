import { readResourcePolicy, withFullArns } from "../../../../data-plane/aws/shared/resource-policy.ts";
import { UnsupportedArtefact } from "../../../../data-plane/interpreter.ts";
import { type ApiDocument, member } from "../../../api-document.ts";
import { isObject, type Properties, type PropertyValue, text } from "../../../property-value.ts";
import { VendorError } from "../../../resource-model.ts";

/** docs.aws.amazon.com, limits. */
const MOST_CHARACTERS = 8_192;

/**
 * The policy that is stated for an API, as API Gateway keeps it; undefined for none. To the provider an empty one is as none at all:
 * the argument is computed too, so that neither takes away what the API has.
 *
 * @throws VendorError for what API Gateway refuses, and for what the sandbox would not evaluate
 */
export function apiPolicy(inputs: Properties, executionArn: string, operation: string): string | undefined {
  const given = text(inputs, "policy");
  if (given === undefined || given.trim() === "") return undefined;
  try {
    return kept(given, executionArn, "policy");
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw new VendorError(`${operation}: BadRequestException: Invalid policy document: ${error.message}`);
  }
}

/**
 * The policy that a document states; undefined for none.
 *
 * @throws UnsupportedArtefact for what API Gateway refuses, and for what the sandbox would not evaluate
 */
export function documentPolicy(document: ApiDocument, executionArn: string): string | undefined {
  const name = "x-amazon-apigateway-policy";
  const given = member(document, name);
  return given === undefined ? undefined : kept(JSON.stringify(given), executionArn, name);
}

function kept(policy: string, executionArn: string, place: string): string {
  const whole = withFullArns(policy, executionArn);
  if (whole.length > MOST_CHARACTERS) {
    throw new UnsupportedArtefact(place, `has more than ${MOST_CHARACTERS} characters`);
  }
  readResourcePolicy(whole, executionArn, place);
  return whole;
}

/**
 * Whether two policies say the same, as the provider sees it (github.com/hashicorp/awspolicyequivalence): in any order, and one value
 * of a list or by itself. Short forms of resources are other texts to it than the whole ARNs that API Gateway answers with, which is
 * a difference for ever (terraform-provider-aws#5549).
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
