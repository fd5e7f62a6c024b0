import type { Reader } from "../../reader.ts";
import type { OpenApiSource } from "../source.ts";
import { Combiner } from "./combine.ts";
import {
  type KeywordContext,
  readArrays,
  readNumbers,
  readObjects,
  readStrings,
  readType,
  readValues,
} from "./keywords.ts";
import { type Cause, type Loss, notSchema, ownDialect, uncheckedKeyword, unknownKeyword } from "./loss.ts";
import { anything, isNothing, LazyShape, lost, nothing, type Parts, type Shape } from "./shape.ts";

/** Keywords that restrict no value. What `discriminator` names is in `oneOf` or `anyOf` as well. */
const annotations = new Set([
  ...["title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml", "writeOnly"],
  ...["discriminator", "$comment", "$defs", "definitions", "$anchor", "$dynamicAnchor", "$schema", "$vocabulary"],
  ...["contentEncoding", "contentMediaType", "contentSchema"],
]);
/** Keywords that are read. */
const read = new Set([
  ...["type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...["minLength", "maxLength", "pattern", "items", "properties", "required", "additionalProperties"],
  ...["allOf", "anyOf", "oneOf", "$ref", "nullable", "readOnly"],
]);
/** Keywords that restrict values and are left unchecked. */
const dropped = new Set([
  "format",
  "multipleOf",
  "uniqueItems",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "not",
]);
/** Those that OpenAPI 3.0 does not have. */
const droppedSince31 = new Set([
  ...["if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies", "propertyNames", "contains"],
  ...["minContains", "maxContains", "prefixItems", "unevaluatedItems", "unevaluatedProperties", "patternProperties"],
  ...["$dynamicRef", "$recursiveRef"],
]);
/** The most references in a row that are taken for their target. */
const mostReferences = 32;
const dialects = new Set([
  "https://json-schema.org/draft/2020-12/schema",
  "https://spec.openapis.org/oas/3.1/dialect/base",
]);

/**
 * Reads the schemas of a document as shapes, each once. A shape never accepts less than its schema, whatever the schema contains: what
 * is not understood accepts anything, and is a loss.
 */
export class SchemaReader {
  readonly #combiner = new Combiner();
  /** By the name of the file and the place in it. */
  readonly #known = new Map<OpenApiSource, Map<string, LazyShape>>();
  readonly #version: string;
  readonly #isOld: boolean;
  /** Whether the document chooses a dialect of JSON Schema that is not read. */
  readonly #isForeign: boolean;

  constructor(document: OpenApiSource) {
    const dialect = document.root.at("jsonSchemaDialect");
    this.#version = String(document.root.at("openapi").value);
    this.#isOld = this.#version.startsWith("3.0");
    this.#isForeign = dialect.present && !isKnownDialect(dialect.value);
  }

  /**
   * The shape of the schema at a place of a file.
   *
   * @param references the number of references that lead to it in a row
   */
  of(source: OpenApiSource, reader: Reader, references = 0): LazyShape {
    const ofSource = this.#known.get(source) ?? new Map<string, LazyShape>();
    this.#known.set(source, ofSource);
    const known = ofSource.get(reader.place);
    if (known !== undefined) return known;
    const shape = this.#ofTarget(source, reader, references) ?? new LazyShape(() => this.#read(source, reader));
    ofSource.set(reader.place, shape);
    return shape;
  }

  /** The shape of what a schema refers to that is nothing but a reference. So one that contains itself is recognised. */
  #ofTarget(source: OpenApiSource, reader: Reader, references: number): LazyShape | undefined {
    if (!reader.at("$ref").present || references > mostReferences || this.#isForeign) return undefined;
    if (reader.keys().some((name) => name !== "$ref" && name !== "description" && name !== "summary")) return undefined;
    const found = source.referenced(reader);
    return found && this.of(found.source, found.reader, references + 1);
  }

  /** What at least one of the schemas accepts. */
  either(one: LazyShape, other: LazyShape, place: string): LazyShape {
    return new LazyShape(() => this.#combiner.either(one.shape, other.shape, place));
  }

  #read(source: OpenApiSource, reader: Reader): Shape {
    const losses: Loss[] = [];
    const lose = (cause: Cause, at: Reader): void => {
      losses.push({ cause, place: source.pointer(at.place) });
    };
    const place = source.pointer(reader.place);
    if (reader.value === true) return anything;
    if (reader.value === false) return nothing;
    if (!reader.isObject) return lost({ cause: notSchema, place });
    const hasOwnDialect = reader.at("$schema").present && !isKnownDialect(reader.at("$schema").value);
    // `$id` changes what references mean.
    if (this.#isForeign || reader.at("$id").present || hasOwnDialect) return lost({ cause: ownDialect, place });
    for (const keyword of reader.keys()) {
      const cause = this.#leftOut(keyword, reader.at(keyword).value);
      if (cause !== undefined) lose(cause, reader.at(keyword));
    }
    const child = (at: Reader): LazyShape => this.of(source, at);
    const reference = reader.at("$ref");
    const isReference = this.#isOld && reference.present;
    const own = isReference ? anything : this.#own({ reader, isOld: this.#isOld, child, lose }, place);
    const parts = [
      { ...own, losses },
      ...(reference.present ? [this.#target(source, reader)] : []),
      ...(isReference ? [] : this.#composed(source, reader, lose)),
    ];
    const shape = parts.reduce((all, next) => this.#combiner.both(all, next, place));
    const isReadOnly = shape.isReadOnly || reader.at("readOnly").value === true;
    const complete = reader.at("nullable").value === true ? orNull(shape) : shape;
    return { ...complete, isReadOnly, place };
  }

  /** Why a member is not read that restricts values, or may be meant to. */
  #leftOut(keyword: string, value: unknown): Cause | undefined {
    if (keyword.startsWith("x-") || annotations.has(keyword)) return undefined;
    const isNew = droppedSince31.has(keyword) || keyword === "const";
    if (this.#isOld && isNew) return unknownKeyword(keyword, this.#version);
    if (read.has(keyword) || (keyword === "uniqueItems" && value === false)) return undefined;
    if (dropped.has(keyword) || isNew) return uncheckedKeyword(keyword);
    return unknownKeyword(keyword, this.#version);
  }

  /** What the keywords allow that are not made of other schemas. */
  #own(context: KeywordContext, place: string): Shape {
    const types = readType(context);
    const parts: Parts = {
      isNull: types.isNull,
      isBoolean: types.isBoolean,
      ...(types.number === undefined ? {} : { number: readNumbers(context, types.number.isInteger) }),
      ...(types.string === undefined ? {} : { string: readStrings(context) }),
      ...(types.array === undefined ? {} : { array: readArrays(context) }),
      ...(types.object === undefined ? {} : { object: readObjects(context) }),
    };
    const all = [parts, ...readValues(context)].map((each): Shape => ({ ...each, isReadOnly: false, losses: [] }));
    return all.reduce((one, next) => this.#combiner.both(one, next, place));
  }

  #target(source: OpenApiSource, reader: Reader): Shape {
    const found = source.referenced(reader);
    if (found !== undefined) return this.of(found.source, found.reader).shape;
    const at = reader.at("$ref");
    return lost({ cause: uncheckedKeyword("$ref"), place: source.pointer(at.place) });
  }

  /** The shapes that `allOf`, `anyOf` and `oneOf` require beside the others. */
  #composed(source: OpenApiSource, reader: Reader, lose: KeywordContext["lose"]): readonly Shape[] {
    return ["allOf", "anyOf", "oneOf"].flatMap((keyword) => {
      const list = reader.at(keyword);
      if (!list.present) return [];
      const schemas = Array.isArray(list.value) ? list.list() : [];
      if (schemas.length === 0) lose(uncheckedKeyword(keyword), list);
      const shapes = schemas.map((item) => this.of(source, item).shape);
      const [first, ...others] = shapes;
      if (keyword === "allOf" || first === undefined) return shapes;
      if (!isExact(shapes)) lose(uncheckedKeyword(keyword), list);
      const place = source.pointer(list.place);
      return [others.reduce((all, next) => this.#combiner.either(all, next, place), first)];
    });
  }
}

function isKnownDialect(value: unknown): boolean {
  return typeof value === "string" && dialects.has(value.replace(/#$/, ""));
}

/** The text of OpenAPI 3.0 lets `nullable` count only beside `type`, but it is meant in other places too. */
function orNull(shape: Shape): Shape {
  if (shape.isNull) return shape;
  return { ...shape, isNull: true, ...(shape.values === undefined ? {} : { values: [...shape.values, null] }) };
}

/** Whether alternatives accept exactly what a shape of all of them accepts, and no value matches two of them. */
function isExact(shapes: readonly Shape[]): boolean {
  const alternatives = shapes.filter((shape) => !isNothing(shape));
  const values = alternatives.flatMap((shape) => shape.values ?? []);
  if (alternatives.every((shape) => shape.values !== undefined)) return new Set(values).size === values.length;
  if (values.length > 0) return alternatives.length === 1;
  const types = alternatives.flatMap(typesOf);
  return new Set(types).size === types.length;
}

function typesOf({ isNull, isBoolean, number, string, array, object }: Parts): readonly string[] {
  return [
    ...(isNull ? ["null"] : []),
    ...(isBoolean ? ["boolean"] : []),
    ...Object.entries({ number, string, array, object }).flatMap(([type, part]) => (part === undefined ? [] : [type])),
  ];
}
