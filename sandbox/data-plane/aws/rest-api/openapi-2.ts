import { at, list, object, type Plain, type PlainObject, resolve, text, texts } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** The members of the root that have another place in OpenAPI 3.0, or no effect on an import. */
const REPLACED = [
  "swagger",
  "host",
  "basePath",
  "schemes",
  "consumes",
  "produces",
  "definitions",
  "parameters",
  "responses",
  "securityDefinitions",
];

/** Where an import finds what a reference of OpenAPI 2.0 names. */
const MOVED: readonly (readonly [RegExp, string])[] = [
  [/^#\/definitions\//, "#/components/schemas/"],
  [/^#\/parameters\//, "#/components/parameters/"],
  [/^#\/responses\//, "#/components/responses/"],
];

/**
 * A document of OpenAPI 2.0 in the form of OpenAPI 3.0, as far as an import reads it. Another document stays as it is.
 *
 * `host` and `schemes` have no effect. `basePath` has an effect only with an import parameter, and the sandbox refuses that parameter
 * (docs.aws.amazon.com, api-gateway-import-api-basePath).
 *
 * @throws UnsupportedArtefact for what the sandbox does not import: form parameters, and several bodies of one operation
 */
export function asOpenApi3(root: PlainObject): PlainObject {
  if (root.swagger !== "2.0") return root;
  const rest = Object.fromEntries(Object.entries(root).filter(([member]) => !REPLACED.includes(member)));
  const components = {
    schemas: root.definitions,
    parameters: root.parameters,
    responses: root.responses,
    securitySchemes: root.securityDefinitions,
  };
  const present = Object.entries(components).filter(([, value]) => value !== undefined);
  const paths = Object.entries(object(root.paths, "paths")).map(([path, item]) => [
    path,
    path.startsWith("x-") ? item : pathItem(object(item, at("paths", path)), at("paths", path), root),
  ]);
  return moved({
    openapi: "3.0.1",
    ...rest,
    paths: Object.fromEntries(paths),
    ...(present.length === 0 ? {} : { components: Object.fromEntries(present) }),
  }) as PlainObject;
}

function pathItem(item: PlainObject, place: string, root: PlainObject): PlainObject {
  return Object.fromEntries(
    Object.entries(item).map(([member, value]) => {
      const isOperation = /^(?:get|put|post|delete|options|head|patch|x-amazon-apigateway-any-method)$/.test(member);
      return [member, isOperation ? operation(object(value, at(place, member)), at(place, member), root) : value];
    }),
  );
}

function operation(value: PlainObject, place: string, root: PlainObject): PlainObject {
  const { consumes = root.consumes, produces: _produces, schemes: _schemes, parameters, ...rest } = value;
  if (parameters === undefined) return rest;
  const where = at(place, "parameters");
  const declared = list(parameters, where).map((each, index) => ({
    each,
    target: target(each, at(where, index), root),
  }));
  const form = declared.findIndex(({ target: { in: kind } }) => kind === "formData");
  if (form >= 0) throw new UnsupportedArtefact(at(where, form), "the sandbox does not import form parameters");
  const bodies = declared.filter(({ target: { in: kind } }) => kind === "body");
  const [body] = bodies;
  if (bodies.length > 1) throw new UnsupportedArtefact(where, "an operation has at most one body");
  const others = { ...rest, parameters: declared.filter((each) => each !== body).map(({ each }) => each) };
  if (body === undefined) return others;
  // Unverified: a body whose type is not declared is one of JSON.
  const types = consumes === undefined ? ["application/json"] : texts(consumes, at(place, "consumes"));
  const schema = body.target.schema === undefined ? {} : { schema: body.target.schema };
  return { ...others, requestBody: { content: Object.fromEntries(types.map((type) => [type, schema])) } };
}

/** A parameter, or what it refers to. */
function target(value: Plain, place: string, root: PlainObject): PlainObject {
  const parameter = object(value, place);
  if (parameter.$ref === undefined) return parameter;
  const where = at(place, "$ref");
  return object(resolve(root, text(parameter.$ref, where), where), place);
}

/** A value with its references moved. */
function moved(value: Plain | undefined): Plain | undefined {
  if (Array.isArray(value)) return value.map((entry) => moved(entry) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => {
      if (member !== "$ref" || typeof inner !== "string") return [member, moved(inner)];
      const [from, to] = MOVED.find(([before]) => before.test(inner)) ?? [];
      return [member, from === undefined || to === undefined ? inner : inner.replace(from, to)];
    }),
  );
}
