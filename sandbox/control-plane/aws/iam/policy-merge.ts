import { isObject, type Properties, type PropertyValue } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";

/** A policy as the provider writes it: the members in this order, and none that is empty. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement?: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly [name: string]: PropertyValue | undefined;
}

const MEMBERS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

/** Merges documents: a later statement replaces an earlier one with its Sid, and the newest version wins. */
export function merged(documents: readonly PolicyDocument[]): PolicyDocument {
  let [version, id] = ["", ""];
  const statements: Statement[] = [];
  for (const { Version = "", Id = "", Statement = [] } of documents) {
    if (Version > version) version = Version;
    if (Id !== "") id = Id;
    for (const statement of Statement) {
      const twin = statements.findIndex(({ Sid = "" }) => Sid !== "" && Sid === statement.Sid);
      if (twin < 0) statements.push(statement);
      else statements[twin] = statement;
    }
  }
  return {
    ...(version === "" ? {} : { Version: version }),
    ...(id === "" ? {} : { Id: id }),
    ...(statements.length === 0 ? {} : { Statement: statements }),
  };
}

/**
 * Reads a document that a program passes as text.
 *
 * @param doing what the provider does with it, for errors
 * @throws VendorError when it is not a policy in the form that the provider reads: `Statement` must be a list
 */
export function parsePolicy(source: string, doing: string): PolicyDocument {
  const refuse = (problem: string): never => {
    throw new VendorError(`writing IAM Policy Document: ${doing}: ${problem}`);
  };
  let policy: PropertyValue;
  try {
    policy = JSON.parse(source) as PropertyValue;
  } catch (error) {
    return refuse((error as Error).message);
  }
  if (!isObject(policy)) return refuse("the document is not an object");
  const statements = policy.Statement ?? [];
  if (!Array.isArray(statements) || !statements.every(isObject)) return refuse("Statement must be a list of objects");
  return {
    ...(typeof policy.Version === "string" ? { Version: policy.Version } : {}),
    ...(typeof policy.Id === "string" ? { Id: policy.Id } : {}),
    Statement: (statements as readonly Properties[]).map(normalised),
  };
}

/** The members in the order of the provider, with one condition value instead of a list of it. */
function normalised(statement: Properties): Statement {
  const members = MEMBERS.flatMap((name) => {
    const value = statement[name];
    if (value === undefined || value === null || value === "") return [];
    if (name === "Condition") return [[name, conditionsOf(value)] as const];
    return [[name, name.endsWith("Principal") ? principalsOf(value) : value] as const];
  });
  return Object.fromEntries(members);
}

function principalsOf(value: PropertyValue): PropertyValue {
  if (typeof value === "string") return "*";
  return mapped(value, (identifiers) => (isList(identifiers) ? identifiers.toSorted().toReversed() : identifiers));
}

function conditionsOf(value: PropertyValue): PropertyValue {
  return mapped(value, (test) =>
    mapped(test, (values) => {
      if (typeof values === "boolean") return String(values);
      return isList(values) && values.length === 1 ? (values[0] ?? null) : values;
    }),
  );
}

function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** An object with changed members in the order of their names. */
function mapped(value: PropertyValue, change: (member: PropertyValue) => PropertyValue): PropertyValue {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, change(member)]));
}
