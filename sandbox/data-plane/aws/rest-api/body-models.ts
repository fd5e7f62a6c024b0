import { Ajv, type ValidateFunction } from "ajv";
import { at, isObject, known, list, object, type Plain, type PlainObject, resolve, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { isBinary, mediaType } from "./media-type.ts";
import { headerValues, type Turn } from "./turn.ts";

/** The type of a body that says none: docs.aws.amazon.com, api-gateway-mapping-template-reference, and localstack's AWS-validated tests. */
const JSON_TYPE = "application/json";
/** Stands for every type that no model is of. */
const DEFAULT_TYPE = "$default";

/**
 * What of JSON Schema is checked. `minItems` and `maxItems` are lost in an import; what says nothing of a value is not looked
 * at. All else stops the deployment: the page of known issues names what API Gateway does not support (`nullable`,
 * `discriminator`, `exclusiveMinimum`, `readOnly`, numbers of a `format`), and what it then does is U.
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
const LOST = ["minItems", "maxItems"];
const SILENT = ["$schema", "title", "description", "default"];
const TYPES = ["object", "array", "string", "number", "integer", "boolean"];

/** A member is one that was sent: `constructor` is no member of every object. */
const OPTIONS = { strict: false, validateFormats: false, ownProperties: true } as const;

/**
 * The models of one operation's bodies, by content type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class BodyModels {
  readonly #models: ReadonlyMap<string, ValidateFunction>;

  /** @throws UnsupportedArtefact for schemas that hold what is not known to be checked */
  constructor(requestBody: Plain | undefined, where: string, root: PlainObject) {
    const models = new Map<string, ValidateFunction>();
    if (requestBody !== undefined) {
      const body = object(requestBody, where);
      known(body, where, ["description", "required", "content"]);
      const place = at(where, "content");
      for (const [type, media] of Object.entries(body.content === undefined ? {} : object(body.content, place))) {
        const inner = at(place, type);
        const { schema } = object(media ?? null, inner);
        if (schema === undefined) continue;
        const read = readSchema(schema, at(inner, "schema"), root, []);
        // Draft 4's meaning of these keywords is that of every later draft.
        models.set(type.toLowerCase(), new Ajv(OPTIONS).compile(read));
      }
    }
    this.#models = models;
  }

  /**
   * What is wrong with a body; undefined when it may pass. A body of a type without a model is not looked at, and neither is
   * one that the API takes as bytes: whether that is so on the service is U, and here nothing may rest on the contrary.
   */
  fault({ request, place }: Turn, body: Uint8Array): string | undefined {
    const type = headerValues(request, "content-type").at(-1);
    if (isBinary(type, place.binaryMediaTypes)) return undefined;
    const model = this.#models.get(mediaType(type) ?? JSON_TYPE) ?? this.#models.get(DEFAULT_TYPE);
    if (model === undefined) return undefined;
    let value: unknown;
    try {
      // That an empty body is an empty object is localstack's reading (U).
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
    known(schema, place, ["$ref"]);
    if (!/^#\/components\/schemas\/[A-Za-z0-9]+$/.test(reference)) {
      throw new UnsupportedArtefact(at(place, "$ref"), "must name a model, #/components/schemas/NAME");
    }
    if (within.includes(reference)) {
      throw new UnsupportedArtefact(at(place, "$ref"), "a model that contains itself is not served by the sandbox");
    }
    const target = resolve(root, reference, at(place, "$ref"));
    return readSchema(target, reference.slice(2).replaceAll("/", "."), root, [...within, reference]);
  }
  known(schema, place, [...CHECKED, ...LOST, ...SILENT]);
  const inner = (member: Plain | undefined, name: string) => readSchema(member, at(place, name), root, within);
  checkKeywords(schema, place);
  return Object.fromEntries(
    CHECKED.flatMap((keyword): readonly (readonly [string, Plain])[] => {
      const given = schema[keyword];
      if (given === undefined) return [];
      if (keyword === "items") return [[keyword, inner(given, keyword)]];
      if (keyword === "additionalProperties" && isObject(given)) return [[keyword, inner(given, keyword)]];
      if (keyword !== "properties") return [[keyword, given]];
      const properties = Object.entries(object(given, at(place, keyword))).map(([name, member]) => [
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
