import { createHash } from "node:crypto";
import type { Api, ApiRoute, BodySchema } from "../../../api/checked-api.ts";
import type { Problem, Vendor } from "../../../api/problem.ts";

const PREFIX = "x-amazon-apigateway";
/** What the one validator of an API is called. */
const VALIDATOR = "request";

const vendor: Vendor = "aws";

/** Whether a route of the API has its bodies checked. */
export function checksBodies({ routes }: Api): boolean {
  return routes.some(({ request }) => request?.body !== undefined);
}

/**
 * Which media types pass as the bytes that they are: all of them, so that functions get their bodies in base64, and mocks ask
 * for text. Without one, API Gateway reads every body as UTF-8 text, and what is none arrives damaged. But whether it checks a
 * body that it takes as bytes is not documented (U), so where bodies are checked there is none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function binaryMediaTypesOf(api: Api): readonly string[] {
  return checksBodies(api) ? [] : ["*/*"];
}

/** The validator, for the document's root; nothing where no route asks for it. */
export function requestValidators({ routes }: Api): object {
  if (routes.every(({ request }) => request === undefined)) return {};
  const checks = { validateRequestBody: true, validateRequestParameters: true };
  return { [`${PREFIX}-request-validators`]: { [VALIDATOR]: checks } };
}

/** The schemas of bodies, by the names of their models. */
export function models({ routes }: Api): Readonly<Record<string, object>> {
  return Object.fromEntries(
    routes.flatMap(({ request }) => (request?.body === undefined ? [] : [model(request.body)])),
  );
}

/** The name of a model has letters and digits only; the same schema is the same model. */
function model(schema: BodySchema): readonly [string, object] {
  const digest = createHash("sha256").update(JSON.stringify(schema)).digest("hex");
  return [`Body${digest.slice(0, 32)}`, schema];
}

/** The parameters that an operation asks for beside those of its path. */
export function requiredParameters({ request }: ApiRoute): readonly object[] {
  if (request === undefined) return [];
  const required = (name: string, where: string) => ({
    name,
    in: where,
    required: true,
    schema: { type: "string" },
  });
  return [
    ...request.query.map((name) => required(name, "query")),
    ...request.headers.map((name) => required(name, "header")),
  ];
}

/**
 * What makes an operation check its requests.
 *
 * A body of a type without a model is not checked at all, so that a client could choose to be unchecked: the model stands for
 * `$default` too, which is every other type. That an import takes `$default` as the name of a type, as the API does, is U.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validation({ request }: ApiRoute): object {
  if (request === undefined) return {};
  const checked = { [`${PREFIX}-request-validator`]: VALIDATOR };
  if (request.body === undefined) return checked;
  const content = { schema: { $ref: `#/components/schemas/${model(request.body)[0]}` } };
  return { requestBody: { required: true, content: { "application/json": content, $default: content } }, ...checked };
}

/** What a mapping calls a parameter: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
const parameterName = /^[A-Za-z0-9._$-]+$/;
/** What an import reads for itself, wherever it stands. */
const variable = "${AWS::";

/** What of the requests that a route asks for has no way to be said in a document. */
export function checkValidation({ key, request }: ApiRoute): readonly Problem[] {
  if (request === undefined) return [];
  const names = [...request.query, ...request.headers]
    .filter((name) => !parameterName.test(name))
    .map((name) => ({
      code: "parameter-characters",
      route: key,
      feature: "request.parameters" as const,
      vendor,
      rule: `a parameter that a REST API asks for has letters, digits and . _ $ - only, unlike ${JSON.stringify(name)}`,
      remedy: "Rename it, or let the backend ask for it.",
    }));
  const texts = (request.body === undefined ? [] : textsOf(request.body)).filter(
    ([text, isName]) => text.includes(variable) || (isName && /^(?:\$|x-)/i.test(text)),
  );
  return [
    ...names,
    ...texts.map(([text]) => ({
      code: "schema-characters",
      route: key,
      feature: "request.body" as const,
      vendor,
      rule: `an import reads ${JSON.stringify(text)} in a schema as something of its own, and has no escape for it`,
      remedy: "Rename it, or leave it to the backend.",
    })),
  ];
}

/** Every text of a schema that a user chose, and whether it is the name of a member. */
function textsOf(schema: BodySchema): readonly (readonly [string, boolean])[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [[name, true] as const, ...textsOf(inner)]),
    ...(schema.required ?? []).map((name) => [name, false] as const),
    ...(schema.enum ?? []).flatMap((value) => (typeof value === "string" ? [[value, false] as const] : [])),
    ...(schema.pattern === undefined ? [] : [[schema.pattern, false] as const]),
    ...(schema.items === undefined ? [] : textsOf(schema.items)),
  ];
}
