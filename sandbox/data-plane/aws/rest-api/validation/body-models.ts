import { Ajv, type ValidateFunction } from "ajv";
import {
  allowOnly,
  at,
  isObject,
  list,
  object,
  type Plain,
  type PlainObject,
  resolve,
  text,
} from "../../../document.ts";
import { headerValues } from "../../../header-values.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { Exchange } from "../exchange.ts";
import { isBinary, mediaType } from "../media-type.ts";

/**
 * The type of a body without a content type (docs.aws.amazon.com, api-gateway-mapping-template-reference, and localstack's
 * AWS-validated tests).
 */
const JSON_TYPE = "application/json";
/** The key of the model for all other types. */
const DEFAULT_TYPE = "$default";

/**
 * The JSON Schema keywords that are validated. An import drops `minItems` and `maxItems`. Annotations are ignored. Every other
 * keyword stops the deployment: the page of known issues lists those that API Gateway does not support (`nullable`,
 * `discriminator`, `exclusiveMinimum`, `readOnly`, numbers of a `format`). Unverified: what it does with them.
 */
const CHECKED = [
  "type",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
] as const;
const DROPPED = ["minItems", "maxItems"];
const ANNOTATIONS = ["$schema", "title", "description", "default"];
const TYPES = ["object", "array", "string", "number", "integer", "boolean"];

/** `ownProperties`: inherited members such as `constructor` are not members of a body. */
const OPTIONS = { strict: false, validateFormats: false, ownProperties: true } as const;

/**
 * The models of one operation's bodies, by content type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class BodyModels {
  readonly #models: ReadonlyMap<string, ValidateFunction>;

  /** @throws UnsupportedArtefact for schemas with keywords that API Gateway is not known to validate */
  constructor(requestBody: Plain | undefined, where: string, root: PlainObject) {
    const models = new Map<string, ValidateFunction>();
    if (requestBody !== undefined) {
      const body = object(requestBody, where);
      allowOnly(body, where, ["description", "required", "content"]);
      const place = at(where, "content");
      for (const [type, media] of Object.entries(body.content === undefined ? {} : object(body.content, place))) {
        const inner = at(place, type);
        const { schema } = object(media ?? null, inner);
        if (schema === undefined) continue;
        const read = readSchema(schema, at(inner, "schema"), root, []);
        // These keywords have the same meaning in draft 4 and in every later draft.
        models.set(type.toLowerCase(), new Ajv(OPTIONS).compile(read));
      }
    }
    this.#models = models;
  }

  /**
   * Why a body is invalid; undefined when it is valid. A body of a type without a model is not validated. Unverified: a body of a
   * binary media type is not validated either.
   */
  fault({ request, deployment }: Exchange, body: Uint8Array): string | undefined {
    const type = headerValues(request.headers, "content-type").at(-1);
    if (isBinary(type, deployment.binaryMediaTypes)) return undefined;
    const model = this.#models.get(mediaType(type) ?? JSON_TYPE) ?? this.#models.get(DEFAULT_TYPE);
    if (model === undefined) return undefined;
    let value: unknown;
    try {
      // Unverified: an empty body counts as an empty object, as in localstack.
      value = body.length === 0 ? {} : JSON.parse(new TextDecoder().decode(body));
    } catch {
      return "the body is not JSON";
    }
    if (model(value)) return undefined;
    const [first] = model.errors ?? [];
    return `the body${first?.instancePath === "" ? "" : ` at ${first?.instancePath}`} ${first?.message}`;
  }
}

function readSchema(
  value: Plain | undefined,
  place: string,
  root: PlainObject,
  within: readonly string[],
): PlainObject {
  const schema = object(value, place);
  if (schema.$ref !== undefined) {
    const reference = text(schema.$ref, at(place, "$ref"));
    allowOnly(schema, place, ["$ref"]);
    if (!/^#\/components\/schemas\/[A-Za-z0-9]+$/.test(reference)) {
      throw new UnsupportedArtefact(at(place, "$ref"), "must refer to a model, #/components/schemas/NAME");
    }
    if (within.includes(reference)) {
      throw new UnsupportedArtefact(at(place, "$ref"), "a recursive model is not served by the sandbox");
    }
    const target = resolve(root, reference, at(place, "$ref"));
    return readSchema(target, reference.slice(2).replaceAll("/", "."), root, [...within, reference]);
  }
  allowOnly(schema, place, [...CHECKED, ...DROPPED, ...ANNOTATIONS]);
  const inner = (member: Plain | undefined, name: string) => readSchema(member, at(place, name), root, within);
  checkKeywords(schema, place);
  return Object.fromEntries(
    CHECKED.flatMap((keyword): readonly (readonly [string, Plain])[] => {
      const value = schema[keyword];
      if (value === undefined) return [];
      if (keyword === "items") return [[keyword, inner(value, keyword)]];
      if (keyword === "additionalProperties" && isObject(value)) return [[keyword, inner(value, keyword)]];
      if (keyword !== "properties") return [[keyword, value]];
      const properties = Object.entries(object(value, at(place, keyword))).map(([name, member]) => [
        name,
        readSchema(member, at(at(place, keyword), name), root, within),
      ]);
      return [[keyword, Object.fromEntries(properties)]];
    }),
  );
}

function checkKeywords(schema: PlainObject, place: string): void {
  if (schema.type !== undefined && !TYPES.includes(text(schema.type, at(place, "type")))) {
    throw new UnsupportedArtefact(at(place, "type"), `must be one of ${TYPES.join(", ")}`);
  }
  for (const keyword of ["required", "enum"] as const) {
    if (schema[keyword] !== undefined && list(schema[keyword], at(place, keyword)).length === 0) {
      throw new UnsupportedArtefact(at(place, keyword), "must have an item (JSON schema draft 4)");
    }
  }
}
