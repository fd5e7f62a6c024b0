import { hasAlikePattern } from "../../check/body-schema.ts";
import type { Reader } from "../../reader.ts";
import { type Cause, malformedKeyword, uncheckedKeyword } from "./loss.ts";
import {
  type ArrayPart,
  anything,
  type LazyShape,
  type NumberPart,
  type ObjectPart,
  type Parts,
  partsOf,
  partsOfValues,
  type StringPart,
} from "./shape.ts";

/** Where the keywords of one schema are. */
export interface KeywordContext {
  readonly reader: Reader;
  /** Whether the document is OpenAPI 3.0, whose schemas have fewer keywords. */
  readonly isOld: boolean;
  readonly child: (reader: Reader) => LazyShape;
  readonly lose: (cause: Cause, reader: Reader) => void;
}

const types: ReadonlySet<unknown> = new Set(["null", "boolean", "number", "integer", "string", "array", "object"]);

/** The parts that `type` allows. */
export function readType({ reader, lose }: KeywordContext): Parts {
  const member = reader.at("type");
  if (!member.present) return anything;
  const { value } = member;
  const listed = Array.isArray(value) ? value : [value];
  if (listed.length > 0 && listed.every((type) => types.has(type))) return partsOf(new Set(listed as string[]));
  lose(malformedKeyword("type"), member);
  return anything;
}

/** The parts that `enum` or `const` allows; undefined without them. */
export function readValues({ reader, isOld, lose }: KeywordContext): readonly Parts[] {
  const [listed, constant] = [reader.at("enum"), reader.at("const")];
  const found: Parts[] = [];
  if (Array.isArray(listed.value) && listed.value.length > 0) found.push(partsOfValues([...new Set(listed.value)]));
  else if (listed.present) lose(malformedKeyword("enum"), listed);
  if (constant.present && !isOld) found.push(partsOfValues([constant.value]));
  return found.map((parts) => {
    const isText = (value: unknown): boolean => typeof value !== "string" || value.isWellFormed();
    if (parts.values?.every(isText) === true) return parts;
    lose(uncheckedKeyword(listed.present ? "enum" : "const"), listed.present ? listed : constant);
    const { values: _, ...others } = parts;
    return others;
  });
}

/** The numbers that a schema allows. Whether they are integers depends on `type`. */
export function readNumbers(context: KeywordContext, isInteger: boolean): NumberPart {
  const minimum = lowerBound(context, isInteger);
  const maximum = upperBound(context, isInteger);
  return {
    isInteger,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

function lowerBound(context: KeywordContext, isInteger: boolean): number | undefined {
  const inclusive = numberAt(context, "minimum");
  const exclusive = exclusiveAt(context, "exclusiveMinimum", inclusive);
  if (exclusive === undefined) return inclusive;
  const isExact = isInteger && Number.isSafeInteger(exclusive + 1);
  if (!isExact) context.lose(uncheckedKeyword("exclusiveMinimum"), context.reader.at("exclusiveMinimum"));
  return Math.max(isExact ? exclusive + 1 : exclusive, inclusive ?? exclusive);
}

function upperBound(context: KeywordContext, isInteger: boolean): number | undefined {
  const inclusive = numberAt(context, "maximum");
  const exclusive = exclusiveAt(context, "exclusiveMaximum", inclusive);
  if (exclusive === undefined) return inclusive;
  const isExact = isInteger && Number.isSafeInteger(exclusive - 1);
  if (!isExact) context.lose(uncheckedKeyword("exclusiveMaximum"), context.reader.at("exclusiveMaximum"));
  return Math.min(isExact ? exclusive - 1 : exclusive, inclusive ?? exclusive);
}

function numberAt({ reader, lose }: KeywordContext, keyword: string): number | undefined {
  const member = reader.at(keyword);
  const { value } = member;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (member.present) lose(malformedKeyword(keyword), member);
  return undefined;
}

/** An exclusive bound: a number, or in OpenAPI 3.0, `true` beside the inclusive one. */
function exclusiveAt(context: KeywordContext, keyword: string, inclusive: number | undefined): number | undefined {
  const member = context.reader.at(keyword);
  if (!member.present || member.value === false) return undefined;
  if (!context.isOld) return numberAt(context, keyword);
  if (member.value === true) return inclusive;
  context.lose(malformedKeyword(keyword), member);
  return undefined;
}

/** The strings that a schema allows. */
export function readStrings(context: KeywordContext): StringPart {
  const [minLength, maxLength] = [lengthAt(context, "minLength"), lengthAt(context, "maxLength")];
  const pattern = patternAt(context);
  return {
    ...(minLength === undefined || minLength === 0 ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

/** Longer texts are larger than the bodies that gateways accept. */
const longest = 1_000_000_000;

function lengthAt({ reader, lose }: KeywordContext, keyword: string): number | undefined {
  const member = reader.at(keyword);
  if (!member.present) return undefined;
  const { value } = member;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= longest) return value;
  lose(malformedKeyword(keyword), member);
  return undefined;
}

function patternAt({ reader, lose }: KeywordContext): string | undefined {
  const member = reader.at("pattern");
  const { value } = member;
  if (!member.present || value === "") return undefined;
  if (typeof value === "string" && hasAlikePattern(value)) return value;
  lose(uncheckedKeyword("pattern"), member);
  return undefined;
}

/** The arrays that a schema allows. */
export function readArrays({ reader, child, lose }: KeywordContext): ArrayPart {
  const items = reader.at("items");
  if (!items.present || items.value === true) return {};
  // Then `items` is for the other items only.
  if (reader.at("prefixItems").present) return {};
  if (!Array.isArray(items.value)) return { items: child(items) };
  lose(malformedKeyword("items"), items);
  return {};
}

/** The objects that a schema allows. */
export function readObjects(context: KeywordContext): ObjectPart {
  const { reader, child, lose } = context;
  const properties = new Map<string, LazyShape>();
  const declared = reader.at("properties");
  if (declared.present && !declared.isObject) lose(malformedKeyword("properties"), declared);
  const names = declared.isObject ? declared.keys() : [];
  for (const name of names) if (name.isWellFormed()) properties.set(name, child(declared.at(name)));
  if (properties.size < names.length) lose(uncheckedKeyword("properties"), declared);
  const isClosed = refusesOthers(context);
  return {
    properties,
    required: readRequired(context),
    isClosed: isClosed && properties.size === names.length && (declared.isObject || !declared.present),
    madeOf: [],
  };
}

function readRequired({ reader, lose }: KeywordContext): ReadonlySet<string> {
  const member = reader.at("required");
  if (!member.present) return new Set();
  const { value } = member;
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) {
    return new Set(value.filter((name) => name.isWellFormed()));
  }
  lose(malformedKeyword("required"), member);
  return new Set();
}

/** Whether `additionalProperties` is false, and no pattern allows names. */
function refusesOthers({ reader, lose }: KeywordContext): boolean {
  const member = reader.at("additionalProperties");
  if (!member.present || member.value === true) return false;
  const hasPatterns = reader.at("patternProperties").present;
  if (member.value === false && !hasPatterns) return true;
  const isEmpty = member.isObject && member.keys().length === 0;
  if (!isEmpty) lose(uncheckedKeyword("additionalProperties"), member);
  return false;
}
