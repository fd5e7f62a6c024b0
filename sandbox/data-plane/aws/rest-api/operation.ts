import { at, boolean, list, object, oneOf, type Plain, type PlainObject, resolve, text } from "../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsFunction } from "../artefacts/function.ts";
import type { Segment } from "../shared/paths.ts";
import type { Deployment } from "./deployment.ts";
import type { GatewayResponses } from "./gateway-responses.ts";
import { HttpIntegration } from "./integration/http-integration.ts";
import { LambdaIntegration } from "./integration/lambda-integration.ts";
import { MockIntegration } from "./integration/mock-integration.ts";
import type { DeclaredResponses } from "./integration/mock-response.ts";
import type { Declared } from "./integration/parameter-expression.ts";
import type { Method } from "./method.ts";
import { readCacheKey } from "./response-cache.ts";
import { BodyModels } from "./validation/body-models.ts";
import type { Parameter, Validator } from "./validation/validator.ts";

/** The values that all operations of a document share. */
export interface OperationScope {
  /** The document. */
  readonly root: PlainObject;
  readonly deployment: Deployment;
  readonly functions: Readonly<Record<string, AwsFunction>>;
  readonly responses: GatewayResponses;
  readonly surroundings: Surroundings;
}

/** The member of an operation that declares its integration. */
export const INTEGRATION = "x-amazon-apigateway-integration";

type OperationParts = Pick<Method, "required" | "models" | "integration" | "cacheKey">;

/**
 * Reads the parameters, models and integration of an operation.
 * @throws UnsupportedArtefact for what the import refuses and for what the sandbox does not serve
 */
export function readOperation(
  operation: PlainObject,
  place: string,
  resource: string,
  segments: readonly Segment[],
  validates: Validator,
  scope: OperationScope,
): OperationParts {
  const parameters = readParameters(operation, place, segments, scope);
  const declared: Declared = new Set(parameters.map((each) => `${each.in}.${each.name}`));
  const integration = readIntegration(operation, place, declared, scope);
  const where = at(place, INTEGRATION);
  return {
    required: validates.parameters ? parameters.filter(({ required }) => required) : [],
    models: readModels(operation, place, validates.body, scope),
    integration,
    cacheKey: readCacheKey(object(operation[INTEGRATION], where), where, resource, declared),
  };
}

function readParameters(
  operation: PlainObject,
  place: string,
  segments: readonly Segment[],
  scope: OperationScope,
): readonly Parameter[] {
  const where = at(place, "parameters");
  const variables = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  const parameters = operation.parameters === undefined ? [] : list(operation.parameters, where);
  return parameters.flatMap((value, index): readonly Parameter[] => {
    const here = at(where, index);
    const parameter = resolved(value, here, scope);
    const name = text(parameter.name, at(here, "name"));
    const kind = oneOf(parameter.in, at(here, "in"), ["header", "query", "path", "cookie"]);
    if (kind === "cookie") return [];
    if (kind === "path" && !variables.includes(name)) throw new UnsupportedArtefact(here, `the path has no {${name}}`);
    const required = parameter.required === undefined ? false : boolean(parameter.required, at(here, "required"));
    return [{ in: kind === "query" ? "querystring" : kind, name, required }];
  });
}

/** Reads the models even when bodies are not validated, because an import reads all of them. */
function readModels(
  operation: PlainObject,
  place: string,
  validates: boolean,
  scope: OperationScope,
): BodyModels | undefined {
  const models = new BodyModels(operation.requestBody, at(place, "requestBody"), scope.root);
  return validates && operation.requestBody !== undefined ? models : undefined;
}

function readIntegration(
  operation: PlainObject,
  place: string,
  declared: Declared,
  scope: OperationScope,
): Method["integration"] {
  const where = at(place, INTEGRATION);
  const { deployment, functions, responses, surroundings } = scope;
  if (operation[INTEGRATION] === undefined) {
    // The import accepts it, and the deployment then fails: "No integration defined for method".
    throw new UnsupportedArtefact(where, "the method has no integration");
  }
  const integration = object(operation[INTEGRATION], where);
  switch (typeof integration.type === "string" ? integration.type.toLowerCase() : integration.type) {
    case "http_proxy":
      return new HttpIntegration(integration, where, deployment, declared, responses, surroundings);
    case "aws_proxy":
      return new LambdaIntegration(integration, where, deployment, functions, responses);
    case "mock":
      return new MockIntegration(
        integration,
        where,
        deployment,
        readResponses(operation, at(place, "responses"), scope),
      );
    default:
      throw new UnsupportedArtefact(
        at(where, "type"),
        "must be http_proxy, aws_proxy or mock; the sandbox serves no other integrations",
      );
  }
}

function readResponses(operation: PlainObject, place: string, scope: OperationScope): DeclaredResponses {
  const responses = operation.responses === undefined ? {} : object(operation.responses, place);
  return new Map(
    Object.entries(responses).map(([status, value]) => {
      const response = resolved(value ?? null, at(place, status), scope);
      const where = at(at(place, status), "headers");
      return [status, new Set(Object.keys(response.headers === undefined ? {} : object(response.headers, where)))];
    }),
  );
}

/** Follows a reference. */
function resolved(value: Plain, place: string, { root }: OperationScope): PlainObject {
  const member = object(value, place);
  if (member.$ref === undefined) return member;
  const where = at(place, "$ref");
  return object(resolve(root, text(member.$ref, where), where), place);
}
