import { UnsupportedArtefact } from "../../interpreter.ts";
import { type InvokePolicy, originKeys, readStatements, record, texts } from "./identity-policy.ts";

const MEMBERS = ["Version", "Id", "Statement"];
const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17"];

/** docs.aws.amazon.com, apigateway-resource-policies-examples: one's own API, without its ARN. */
const OWN = /^execute-api:(?=\/)/;

/**
 * What may be asked of a request, and by which operators.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
const conditions: Readonly<Record<string, readonly string[]>> = {
  "aws:sourceip": ["IpAddress", "NotIpAddress"],
  "aws:sourcevpc": ["StringEquals", "StringNotEquals"],
  "aws:sourcevpce": ["StringEquals", "StringNotEquals"],
  "aws:vpcsourceip": ["IpAddress", "NotIpAddress"],
};

/**
 * Reads the resource policy of a REST API.
 *
 * @throws UnsupportedArtefact for principals other than everybody, and for resources and conditions that are not modelled
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
 */
export function readResourcePolicy(document: string, executionArn: string, place: string): InvokePolicy {
  const policy = record(JSON.parse(withFullArns(document, executionArn)), place);
  const unknown = Object.keys(policy).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new UnsupportedArtefact(`${place}.${unknown}`, "is not known here");
  if (!VERSIONS.includes(policy.Version)) throw new UnsupportedArtefact(`${place}.Version`, "is not one of IAM's");
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

/** The policy as API Gateway keeps it, and shows it from then on: with whole ARNs in place of the short form. */
export function withFullArns(document: string, executionArn: string): string {
  const expand = (resource: unknown) =>
    typeof resource === "string" ? resource.replace(OWN, () => executionArn) : resource;
  return JSON.stringify(JSON.parse(document), (name, value: unknown) => {
    if (name !== "Resource" && name !== "NotResource") return value;
    return Array.isArray(value) ? value.map(expand) : expand(value);
  });
}

/** `"*"`, or that of accounts. */
function checkPrincipal(given: unknown, place: string): void {
  if (given === "*") return;
  const { AWS, ...others } = record(given, place);
  if (Object.keys(others).length > 0 || !texts(AWS, `${place}.AWS`).every((each) => each === "*")) {
    throw new UnsupportedArtefact(place, 'only "*", everybody, is evaluated by the sandbox');
  }
}

function checkResources(given: unknown, place: string): void {
  if (texts(given, place).every((each) => each === "*" || each.startsWith("arn:"))) return;
  throw new UnsupportedArtefact(place, "must be *, execute-api:/STAGE/METHOD/PATH or ARNs");
}

function checkConditions(given: unknown, place: string): void {
  for (const [operator, tests] of Object.entries(record(given, place))) {
    for (const name of Object.keys(record(tests, `${place}.${operator}`))) {
      if (conditions[name.toLowerCase()]?.includes(operator) === true) continue;
      throw new UnsupportedArtefact(
        `${place}.${operator}.${name}`,
        "is a condition that the sandbox does not evaluate",
      );
    }
  }
}
