import { ownMember } from "../../../../own-member.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { originKeys } from "./condition.ts";
import { type InvokePolicy, readStatements } from "./policy.ts";
import { record, texts } from "./policy-value.ts";

const MEMBERS = ["Version", "Id", "Statement"];
const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17"];

/** The short form for the API itself, without its ARN (docs.aws.amazon.com, apigateway-resource-policies-examples). */
const SHORT_FORM = /^execute-api:(?=\/)/;

/**
 * The operators that the sandbox evaluates, by condition key.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
const operators: Readonly<Record<string, readonly string[]>> = {
  "aws:sourceip": ["IpAddress", "NotIpAddress"],
  "aws:sourcevpc": ["StringEquals", "StringNotEquals"],
  "aws:sourcevpce": ["StringEquals", "StringNotEquals"],
  "aws:vpcsourceip": ["IpAddress", "NotIpAddress"],
};

/**
 * Reads the resource policy of a REST API.
 *
 * @throws UnsupportedArtefact for principals other than everybody, and for resources and conditions that are not modelled
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
 */
export function readResourcePolicy(document: string, executionArn: string, place: string): InvokePolicy {
  const policy = record(JSON.parse(withFullArns(document, executionArn)), place);
  const unknown = Object.keys(policy).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new UnsupportedArtefact(`${place}.${unknown}`, "is not supported by the sandbox");
  if (!VERSIONS.includes(policy.Version)) throw new UnsupportedArtefact(`${place}.Version`, "is not a version of IAM");
  const statements: readonly unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  const read = statements.map((each, index) => {
    const where = `${place}.Statement.${index}`;
    const { Principal, ...statement } = record(each, where);
    checkPrincipal(Principal, `${where}.Principal`);
    checkResources(statement.Resource ?? statement.NotResource, `${where}.Resource`);
    if (statement.Condition !== undefined) checkConditions(statement.Condition, `${where}.Condition`);
    return statement;
  });
  if (read.length === 0) throw new UnsupportedArtefact(`${place}.Statement`, "is empty");
  return readStatements(read, originKeys, place);
}

/** The policy as API Gateway stores it and returns it afterwards: full ARNs replace the short form. */
export function withFullArns(document: string, executionArn: string): string {
  const expand = (resource: unknown) =>
    typeof resource === "string" ? resource.replace(SHORT_FORM, () => executionArn) : resource;
  return JSON.stringify(JSON.parse(document), (name, value: unknown) => {
    if (name !== "Resource" && name !== "NotResource") return value;
    return Array.isArray(value) ? value.map(expand) : expand(value);
  });
}

function checkPrincipal(value: unknown, place: string): void {
  if (value === "*") return;
  const { AWS, ...others } = record(value, place);
  if (Object.keys(others).length > 0 || !texts(AWS, `${place}.AWS`).every((each) => each === "*")) {
    throw new UnsupportedArtefact(place, 'must be "*" (everybody); the sandbox evaluates no other principal');
  }
}

function checkResources(value: unknown, place: string): void {
  if (texts(value, place).every((each) => each === "*" || each.startsWith("arn:"))) return;
  throw new UnsupportedArtefact(place, "must be *, execute-api:/STAGE/METHOD/PATH or ARNs");
}

function checkConditions(value: unknown, place: string): void {
  for (const [operator, tests] of Object.entries(record(value, place))) {
    for (const name of Object.keys(record(tests, `${place}.${operator}`))) {
      if (ownMember(operators, name.toLowerCase())?.includes(operator) === true) continue;
      throw new UnsupportedArtefact(
        `${place}.${operator}.${name}`,
        "is a condition that the sandbox does not evaluate",
      );
    }
  }
}
