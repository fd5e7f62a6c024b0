import { crc32 } from "node:zlib";
import { isObject, type Properties, type PropertyValue, text, texts } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { merged, type PolicyDocument, parsePolicy, type Statement } from "./policy-merge.ts";

/**
 * The result of `aws.iam.getPolicyDocument` (terraform-provider-aws, internal/service/iam/policy_document_data_source.go). It needs no
 * cloud.
 *
 * @throws VendorError for arguments that the provider refuses
 */
export function policyDocumentResult(args: Properties): Properties {
  const sources = (texts(args.sourcePolicyDocuments) ?? []).map((source, index) =>
    parsePolicy(source, `merging source document ${index}`),
  );
  refuseTwins(sources.flatMap(({ Statement = [] }) => Statement));
  const overrides = (texts(args.overridePolicyDocuments) ?? []).map((override, index) =>
    parsePolicy(override, `merging override document ${index}`),
  );
  const document = merged([...sources, declared(args), ...overrides]);
  const json = rendered(document, 2);
  return { ...args, id: String(crc32(json)), json, minifiedJson: rendered(document, 0), version: versionOf(args) };
}

function versionOf(args: Properties): string {
  const version = text(args, "version") ?? "2012-10-17";
  if (version === "2008-10-17" || version === "2012-10-17") return version;
  throw new VendorError(`expected version to be one of ["2008-10-17" "2012-10-17"], got ${version}`);
}

/** The document that the arguments declare. */
function declared(args: Properties): PolicyDocument {
  const version = versionOf(args);
  const id = text(args, "policyId") ?? "";
  const statements = (Array.isArray(args.statements) ? args.statements : []).filter(isObject);
  const Statement = statements.map((statement) => statementOf(statement, version));
  refuseTwins(Statement);
  return {
    Version: version,
    ...(id === "" ? {} : { Id: id }),
    ...(Statement.length === 0 ? {} : { Statement }),
  };
}

function statementOf(statement: Properties, version: string): Statement {
  const [sid, effect] = [text(statement, "sid") ?? "", text(statement, "effect") ?? "Allow"];
  if (!/^[a-zA-Z0-9]*$/.test(sid))
    throw new VendorError(`invalid value for sid (must only include alphanumeric characters)`);
  if (effect !== "Allow" && effect !== "Deny") {
    throw new VendorError(`expected effect to be one of ["Allow" "Deny"], got ${effect}`);
  }
  const list = (name: string) => texts(statement[name]) ?? [];
  const variables = (values: readonly string[]) => values.map((value) => withVariables(value, version));
  return {
    ...(sid === "" ? {} : { Sid: sid }),
    Effect: effect,
    ...present("Action", list("actions")),
    ...present("NotAction", list("notActions")),
    ...present("Resource", variables(list("resources"))),
    ...present("NotResource", variables(list("notResources"))),
    ...principals("Principal", statement.principals, variables),
    ...principals("NotPrincipal", statement.notPrincipals, variables),
    ...conditions(statement.conditions, variables),
  };
}

/** One value, or the distinct values in reverse order. */
function present(name: string, values: readonly string[]): { readonly [name: string]: PropertyValue } {
  const [only, ...others] = [...new Set(values)].sort().reverse();
  if (only === undefined) return {};
  return { [name]: others.length === 0 ? only : [only, ...others] };
}

/** Unverified: the order of the identifiers of two entries with one type, which the provider keeps in a set. */
function principals(
  name: string,
  value: PropertyValue | undefined,
  variables: (values: readonly string[]) => readonly string[],
): { readonly [name: string]: PropertyValue } {
  const byType = new Map<string, readonly string[]>();
  for (const principal of Array.isArray(value) ? value.filter(isObject) : []) {
    const type = text(principal, "type") ?? "";
    const identifiers = [...new Set(variables(texts(principal.identifiers) ?? []))].sort().reverse();
    byType.set(type, [...(byType.get(type) ?? []), ...identifiers]);
  }
  if (byType.size === 0) return {};
  const everyone = byType.get("*");
  if (byType.size === 1 && everyone?.length === 1 && everyone[0] === "*") return { [name]: "*" };
  return { [name]: sortedObject([...byType].map(([type, values]) => [type, oneOrMany(values)])) };
}

function conditions(
  value: PropertyValue | undefined,
  variables: (values: readonly string[]) => readonly string[],
): { readonly [name: string]: PropertyValue } {
  const byTest = new Map<string, Map<string, readonly string[]>>();
  for (const condition of Array.isArray(value) ? value.filter(isObject) : []) {
    const [test, variable] = [text(condition, "test") ?? "", text(condition, "variable") ?? ""];
    const byVariable = byTest.get(test) ?? new Map<string, readonly string[]>();
    byVariable.set(variable, [...(byVariable.get(variable) ?? []), ...variables(texts(condition.values) ?? [])]);
    byTest.set(test, byVariable);
  }
  if (byTest.size === 0) return {};
  const tests = [...byTest].map(
    ([test, byVariable]) =>
      [test, sortedObject([...byVariable].map(([variable, values]) => [variable, oneOrMany(values)]))] as const,
  );
  return { Condition: sortedObject(tests) };
}

function oneOrMany(values: readonly string[]): PropertyValue {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** Go writes the members of a map in the order of their names. `defineProperty` also sets a member that is called `__proto__`. */
function sortedObject(entries: readonly (readonly [string, PropertyValue])[]): Properties {
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** `&{` is written for `${`, which the provider's own language interpolates. */
function withVariables(value: string, version: string): string {
  if (version === "2008-10-17" && value.includes("&{")) {
    throw new VendorError(`found &{ sequence in (${value}), which is not supported in document version 2008-10-17`);
  }
  return value.replaceAll("&{", "${");
}

function refuseTwins(statements: readonly Statement[]): void {
  const seen = new Set<string>();
  for (const { Sid = "" } of statements) {
    if (Sid !== "" && seen.has(Sid)) {
      throw new VendorError(
        `writing IAM Policy Document: duplicate Sid (${Sid}). Remove the Sid or ensure Sids are unique.`,
      );
    }
    seen.add(Sid);
  }
}

/** Go's JSON, which escapes the characters that HTML gives a meaning. */
function rendered(document: PolicyDocument, indent: number): string {
  return JSON.stringify(document, null, indent).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
