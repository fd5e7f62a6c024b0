import type { Api, ApiRoute, BodySchema } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { PREFIX } from "./extension.ts";
import { canNameParameter, type OperationParameter, operationParameter } from "./parameter.ts";
import { modelBytes, modelName, reservedTexts } from "./schema.ts";

/** The name of an API's only validator. */
const VALIDATOR = "request";

/** Whether a route of the API has its bodies validated. */
export function checksBodies({ routes }: Api): boolean {
  return routes.some(({ request }) => request?.body !== undefined);
}

/**
 * Returns the media types whose bodies pass unchanged.
 *
 * These are all types, so functions get their bodies in base64, and mocks request a conversion to text. Without any such type, API
 * Gateway treats every body as UTF-8 text and corrupts binary bodies. An API that validates bodies has no such type nevertheless.
 *
 * Unverified: AWS does not document whether API Gateway validates bodies of a binary media type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function binaryMediaTypesOf(api: Api): readonly string[] {
  return checksBodies(api) ? [] : ["*/*"];
}

/** Returns the validator for the root of the document; empty if no route requires validation. */
export function requestValidators({ routes }: Api): object {
  if (routes.every(({ request }) => request === undefined)) return {};
  const validator = { validateRequestBody: true, validateRequestParameters: true };
  return { [`${PREFIX}-request-validators`]: { [VALIDATOR]: validator } };
}

/** Returns the schemas of request bodies, by the name of their model. */
export function models({ routes }: Api): Readonly<Record<string, object>> {
  return Object.fromEntries(
    routes.flatMap(({ request }) => (request?.body === undefined ? [] : [[modelName(request.body), request.body]])),
  );
}

/** Returns the parameters that an operation requires in addition to those of its path. */
export function requiredParameters({ request }: ApiRoute): readonly OperationParameter[] {
  if (request === undefined) return [];
  return [
    ...request.query.map((name) => operationParameter(name, "query", true)),
    ...request.headers.map((name) => operationParameter(name, "header", true)),
  ];
}

/** The media types of a model that validates bodies of every type. */
const everyType = ["application/json", "$default"];

/**
 * Returns the members of an operation that validate its requests.
 *
 * API Gateway does not validate a body whose media type has no model, so a client could avoid validation. Unless the description lists the media
 * types, the model therefore also applies to `$default`, which means every other type.
 *
 * Unverified: an import accepts `$default` as a media type, as the API does.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validation({ request }: ApiRoute): object {
  if (request === undefined) return {};
  const validator = { [`${PREFIX}-request-validator`]: VALIDATOR };
  if (request.body === undefined) return validator;
  const media = { schema: { $ref: `#/components/schemas/${modelName(request.body)}` } };
  const content = Object.fromEntries((request.bodyTypes ?? everyType).map((type) => [type, media]));
  return { requestBody: { required: true, content }, ...validator };
}

/** Checks that a document can contain what a route requires of its requests. */
export function checkValidation(problems: ProblemList, { request }: ApiRoute): void {
  if (request === undefined) return;
  for (const name of [...request.query, ...request.headers].filter((each) => !canNameParameter(each))) {
    problems.refuse(
      "parameter-characters",
      `The name of a parameter that a REST API requires may contain only letters, digits and . _ $ -. This does not hold for ${JSON.stringify(name)}.`,
      "Rename the parameter, or let the backend check it.",
      { feature: "request.parameters" },
    );
  }
  if (request.body !== undefined) checkModelSize(problems, request.body);
  for (const text of request.body === undefined ? [] : reservedTexts(request.body)) {
    problems.refuse(
      "schema-characters",
      `The schema contains ${JSON.stringify(text)}, which has a meaning of its own in an import and cannot be escaped.`,
      "Rename it, or let the backend check it.",
      { feature: "request.body" },
    );
  }
}

function checkModelSize(problems: ProblemList, schema: BodySchema): void {
  const { value, unit } = awsRestApi.limits.modelBytes;
  const bytes = modelBytes(schema);
  if (bytes <= value) return;
  problems.refuse(
    "schema-too-large",
    `The schema of the body has ${bytes} bytes. API Gateway allows ${value} ${unit}.`,
    "Let the backend check a part of it.",
    { feature: "request.body" },
  );
}
