/** Why a part of a schema, or of a request, is left unchecked. */
export interface Cause {
  /** What is left unchecked, one line. */
  readonly what: string;
  /** Why, one line. */
  readonly reason: string;
}

/** A place whose check would be less than the document requires. */
export interface Loss {
  readonly cause: Cause;
  /** The place in the document, as reports show it. */
  readonly place: string;
}

const notAlike = "gateways do not check it alike";

/** The reasons for which keywords are left unchecked, where there is a better one than that gateways differ. */
const reasons: Readonly<Record<string, string>> = {
  minItems: "some gateways do not check it",
  maxItems: "some gateways do not check it",
  exclusiveMinimum: "some gateways do not support it; the number itself is accepted too",
  exclusiveMaximum: "some gateways do not support it; the number itself is accepted too",
  additionalProperties: "gateways do not check a schema there alike; the values of other members are not checked",
  format: "gateways and validators do not agree on formats",
  anyOf: "gateways do not check alternatives alike; only what all of them require is checked",
  oneOf: "gateways do not check alternatives alike; only what all of them require is checked",
  enum: "gateways check only strings, numbers, true and false alike",
  const: "gateways check only strings, numbers, true and false alike",
  pattern: "gateways do not read the expression alike",
  $ref: "it leads to nothing that can be read",
};

const causes = new Map<string, Cause>();

/** The same object for the same texts. */
export function causeOf(what: string, reason: string): Cause {
  const key = JSON.stringify([what, reason]);
  const known = causes.get(key);
  if (known !== undefined) return known;
  const cause = { what, reason };
  causes.set(key, cause);
  return cause;
}

/** A keyword that restricts values and is left unchecked. */
export function uncheckedKeyword(keyword: string): Cause {
  const reason = Object.hasOwn(reasons, keyword) ? reasons[keyword] : undefined;
  return causeOf(`the keyword "${keyword}" of bodies`, reason ?? notAlike);
}

/** A keyword whose value JSON Schema does not allow, so that it is not clear what it means. */
export function malformedKeyword(keyword: string): Cause {
  return causeOf(`the keyword "${keyword}" of bodies`, "its value is not one that the keyword can have");
}

/** A member of a schema that the version of OpenAPI does not have, so that validators ignore it. */
export function unknownKeyword(keyword: string, version: string): Cause {
  return causeOf(`the member "${keyword}" of schemas`, `OpenAPI ${version} has no such keyword`);
}

export const severalTypes = causeOf("the type of values in bodies", "several are allowed, and gateways check only one");
export const nullType = causeOf(
  "the type of values in bodies that may be null",
  "gateways do not check null beside another type alike",
);
export const nothingAllowed = causeOf(
  "values of bodies that the document does not allow at all",
  "the parts of their schema contradict each other, or it is false",
);
export const twoPatterns = causeOf("patterns of bodies beside a first one", "gateways check one for each value");
export const closedParts = causeOf(
  "members of bodies that one part of a schema refuses and another names",
  "a gateway accepts the members that all parts name",
);
export const ownRecursion = causeOf(
  "the inner levels of schemas that contain themselves",
  "gateways need a schema written out",
);
export const ownDialect = causeOf("schemas in a dialect of their own", "what their keywords mean is not known");
export const notSchema = causeOf("schemas that are no object", "what they mean is not known");
export const readOnlyRequired = causeOf(
  "whether members that are required and readOnly are present",
  "a response must have them, but a request should not",
);

export const innerLevels = causeOf("the inner levels of large bodies", "gateways limit the size of a schema");
