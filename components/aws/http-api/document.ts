import type { Bindings } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, operationKey } from "../../api/checked-api.ts";
import { type Pattern, parametersOf, printPattern } from "../../api/path/pattern.ts";
import { vendorName } from "../../gateway/names.ts";
import { authorizersOf, securitySchemes } from "./authorizers.ts";
import { integrationOf } from "./integration.ts";
import { routePaths } from "./route-key.ts";
import { corsOf, type HttpApiInfo } from "./settings.ts";

const INTEGRATIONS = "x-amazon-apigateway-integrations";

/**
 * The document of an HTTP API: OpenAPI 3.0 with Amazon's extensions, in JSON.
 *
 * Each operation has its own `security`. The root has none, because AWS does not document it for HTTP APIs. There is no `ANY` method, so
 * an undeclared method matches nothing. Equal integrations are shared, under `components`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 *
 * @param replies the ARN of the function for the gateway's own replies
 */
export function httpApiDocument(api: Api, bindings: Bindings, info: HttpApiInfo, replies: string): string {
  const authorizers = authorizersOf(api, bindings);
  const { patternOf } = routePaths(api);
  const integrations = new SharedIntegrations();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of api.routes) {
    const pattern = patternOf(route);
    const template = printPattern(pattern);
    const item = paths[template] ?? {};
    paths[template] = item;
    const integration = integrations.reference(integrationOf(route, pattern, bindings, replies));
    item[route.method.toLowerCase()] = operation(route, pattern, authorizers.get(route.authName)?.name, integration);
  }
  const schemes = securitySchemes(authorizers);
  return text({
    openapi: "3.0.1",
    info: {
      title: info.name,
      version: info.version,
      ...(info.description === "" ? {} : { description: info.description }),
    },
    ...(api.cors === undefined ? {} : { "x-amazon-apigateway-cors": corsOf(api.cors) }),
    paths,
    components: {
      ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
      [INTEGRATIONS]: integrations.all,
    },
  });
}

function text(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The integrations of a document, numbered in the order of their first use. */
class SharedIntegrations {
  readonly #names = new Map<string, string>();
  readonly all: Record<string, object> = {};

  /** Adds an integration, unless an equal one exists, and returns a reference to it. */
  reference(integration: object): object {
    const content = JSON.stringify(integration);
    const name = this.#names.get(content) ?? `integration${this.#names.size + 1}`;
    this.#names.set(content, name);
    this.all[name] = integration;
    return { $ref: `#/components/${INTEGRATIONS}/${name}` };
  }
}

/** The members of an operation that {@link marked} reads. */
interface Operation {
  readonly responses: { readonly default: { description: string } };
}

/** @param pattern the route's path, with the parameters' names on API Gateway */
function operation(route: ApiRoute, pattern: Pattern, authorizer: string | undefined, integration: object): Operation {
  const names = parametersOf(route.pattern);
  const parameters = parametersOf(pattern).map((name, index) => parameter(name, names[index] as string));
  return {
    operationId: vendorName(operationKey(route), { longest: 64, separator: "_" }),
    summary: operationKey(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...authorization(route, authorizer),
    responses: { default: { description: "The backend's answer" } },
    "x-amazon-apigateway-integration": integration,
  } as Operation;
}

function parameter(name: string, description: string): object {
  return { name, description, in: "path", required: true, schema: { type: "string" } };
}

/**
 * The members of an operation that require authentication.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
 *
 * @throws {RangeError} for a route that would let more in by mistake: the capabilities reject every auth without an authorizer, and
 *   scopes that are all required
 */
function authorization({ key, auth, scopes }: ApiRoute, authorizer: string | undefined): object {
  if (auth.kind === "open") return {};
  if (auth.kind === "iam") return { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };
  if (authorizer === undefined) throw new RangeError(`The route "${key}" has no authorizer.`);
  if (scopes.match === "all") throw new RangeError(`One of the scopes of "${key}" would be enough.`);
  return { security: [{ [authorizer]: scopes.names }] };
}

/**
 * The document with a mark, which makes it another document with the same meaning. The mark is in the description of the first response,
 * a text that every import accepts.
 */
export function marked(document: string, mark: string | undefined): string {
  if (mark === undefined) return document;
  const parsed = JSON.parse(document) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const [first] = Object.values(parsed.paths).flatMap((item) => Object.values(item));
  if (first === undefined) throw new RangeError("The document has no operation.");
  first.responses.default.description += ` (import ${mark})`;
  return text(parsed);
}
