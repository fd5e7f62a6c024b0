import {
  at,
  boolean,
  integer,
  isObject,
  known,
  list,
  object,
  oneOf,
  type Plain,
  type PlainObject,
  parseDocument,
  resolve,
  text,
  texts,
} from "../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsFunction } from "../artefacts/function.ts";
import { readAuthType } from "../shared/authorization-type.ts";
import { METHODS } from "../shared/methods.ts";
import { parsePath, type Segment } from "../shared/paths.ts";
import type { LambdaAuthorizer } from "./authorizing/authorizer.ts";
import { type Requirement, SecuritySchemes } from "./authorizing/security.ts";
import { BodyModels } from "./body-models.ts";
import { GatewayResponses } from "./gateway-responses.ts";
import { HttpIntegration } from "./integration/http-integration.ts";
import { LambdaIntegration } from "./integration/lambda-integration.ts";
import { type DeclaredResponses, MockIntegration } from "./integration/mock-integration.ts";
import { type Parameter, readValidatorName, readValidators, type Validator } from "./request-validator.ts";
import { type CacheKey, readCacheKey } from "./response-cache.ts";
import type { Place } from "./turn.ts";

/** A method of a resource. */
export interface Method {
  /** e.g. `GET /orders/{id}`, `ANY /x`. */
  readonly key: string;
  /** As the API has it, `ANY` among them. */
  readonly name: string;
  /** The path of the resource, e.g. `/orders/{id}`. */
  readonly resource: string;
  readonly segments: readonly Segment[];
  readonly where: string;
  /** Undefined: none. */
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Whether requests must be signed (`AWS_IAM`). */
  readonly signed: boolean;
  readonly apiKeyRequired: boolean;
  /** Those that are checked. */
  readonly required: readonly Parameter[];
  /** What bodies are checked against; undefined: they are not. */
  readonly models: BodyModels | undefined;
  /** What tells its answers apart, where they are kept. */
  readonly cacheKey: CacheKey;
  readonly integration: HttpIntegration | LambdaIntegration | MockIntegration;
}

export interface RestApi {
  readonly methods: readonly Method[];
  readonly responses: GatewayResponses;
}

/** docs.aws.amazon.com, limits: 300 resources, 10 authorizers; both can be raised, so a document with more is refused here. */
const MOST_RESOURCES = 300;

const PREFIX = "x-amazon-apigateway-";
const ANY_METHOD = `${PREFIX}any-method`;
const INTEGRATION = `${PREFIX}integration`;
const AUTH = `${PREFIX}auth`;
const VALIDATOR = `${PREFIX}request-validator`;
const VALIDATORS = `${PREFIX}request-validators`;
const RESPONSES = `${PREFIX}gateway-responses`;
const ENDPOINT = `${PREFIX}endpoint-configuration`;

const OPERATION_MEMBERS = [
  "tags",
  "summary",
  "description",
  "externalDocs",
  "operationId",
  "parameters",
  "requestBody",
  "responses",
  "callbacks",
  "deprecated",
  "security",
  "servers",
];
/** docs.aws.amazon.com, api-gateway-known-issues: what a path part may hold, beside braces. */
const LITERAL = /^[A-Za-z0-9_.,:-]+$/;

/**
 * Reads a REST API's OpenAPI 3.0 document as an import does.
 * @throws UnsupportedArtefact for what the import refuses, for what the sandbox does not serve, for every reference to
 *   nothing, and for every `x-amazon-*` member that is not known at its place
 */
export function readRestApi(
  source: string,
  place: Place,
  functions: Readonly<Record<string, AwsFunction>>,
  surroundings: Surroundings,
): RestApi {
  return new Reader(parseDocument(source), place, functions, surroundings).read();
}

class Reader {
  readonly #root: PlainObject;
  readonly #place: Place;
  readonly #functions: Readonly<Record<string, AwsFunction>>;
  readonly #surroundings: Surroundings;
  /** The places of the `x-amazon-*` members that were read. */
  readonly #understood = new Set<string>();
  #schemes!: SecuritySchemes;
  #responses!: GatewayResponses;
  #validators: ReadonlyMap<string, Validator> = new Map();
  #validates: Validator = { parameters: false, body: false };

  constructor(
    root: PlainObject,
    place: Place,
    functions: Readonly<Record<string, AwsFunction>>,
    surroundings: Surroundings,
  ) {
    this.#root = root;
    this.#place = place;
    this.#functions = functions;
    this.#surroundings = surroundings;
  }

  read(): RestApi {
    const root = this.#root;
    if (root.swagger !== undefined) throw new UnsupportedArtefact("swagger", "the sandbox serves OpenAPI 3.0 only");
    if (!/^3\.0\.\d+$/.test(text(root.openapi, "openapi"))) {
      throw new UnsupportedArtefact("openapi", "REST APIs import OpenAPI 3.0 (and 2.0) only");
    }
    const info = object(root.info, "info");
    text(info.title, "info.title");
    text(info.version, "info.version");
    if (root.security !== undefined) {
      // docs.aws.amazon.com, api-gateway-known-issues: not used by API Gateway. Routes that it was to protect would be open.
      throw new UnsupportedArtefact("security", "is not used by API Gateway; it must stand on each operation");
    }
    this.#readRootExtensions();
    known(root, "", ["openapi", "info", "servers", "paths", "components", "tags", "externalDocs"], isForeign);
    const components = root.components === undefined ? {} : object(root.components, "components");
    this.#schemes = new SecuritySchemes(components, this.#place, this.#functions, this.#surroundings);
    for (const where of this.#schemes.understood) this.#understood.add(where);
    for (const name of Object.keys(
      components.schemas === undefined ? {} : object(components.schemas, "components.schemas"),
    )) {
      if (!/^[A-Za-z0-9]+$/.test(name)) {
        throw new UnsupportedArtefact(at("components.schemas", name), "the name of a model must be alphanumeric");
      }
    }
    const methods = Object.entries(object(root.paths, "paths")).flatMap(([path, item]) =>
      path.startsWith("x-") ? [] : this.#readPathItem(path, object(item, at("paths", path))),
    );
    countResources(methods);
    this.#refuseUnknown(root, "");
    return { methods, responses: this.#responses };
  }

  #readRootExtensions(): void {
    const root = this.#root;
    this.#optional(root, "", `${PREFIX}importexport-version`, (value, where) => oneOf(value, where, ["1.0"]));
    // What is in force is what the provider has set since, see the artefacts.
    this.#optional(root, "", `${PREFIX}api-key-source`, (value, where) =>
      oneOf(value, where, ["HEADER", "AUTHORIZER"]),
    );
    this.#optional(root, "", `${PREFIX}binary-media-types`, texts);
    this.#optional(root, "", `${PREFIX}documentation`, object);
    this.#optional(root, "", `${PREFIX}policy`, object);
    this.#optional(root, "", RESPONSES, object);
    this.#responses = new GatewayResponses(root[RESPONSES], RESPONSES, this.#place);
    this.#optional(root, "", VALIDATORS, object);
    this.#validators = readValidators(root[VALIDATORS], VALIDATORS);
    this.#optional(root, "", VALIDATOR, text);
    this.#validates = readValidatorName(root[VALIDATOR], VALIDATOR, this.#validators) ?? this.#validates;
    this.#optional(root, "", `${PREFIX}minimum-compression-size`, (value, where) => {
      integer(value, where, 0, 10_485_760);
      throw new UnsupportedArtefact(where, "compression is not served by the sandbox");
    });
    for (const [index, server] of (root.servers === undefined ? [] : list(root.servers, "servers")).entries()) {
      const place = at("servers", index);
      this.#optional(object(server, place), place, ENDPOINT, (value, where) => {
        const endpoint = object(value, where);
        known(endpoint, where, ["disableExecuteApiEndpoint", "vpcEndpointIds"]);
        this.#optional(endpoint, where, "disableExecuteApiEndpoint", boolean);
        this.#optional(endpoint, where, "vpcEndpointIds", texts);
      });
    }
  }

  #readPathItem(path: string, item: PlainObject): readonly Method[] {
    const place = at("paths", path);
    const methods = METHODS.map((method) => method.toLowerCase());
    known(item, place, [...methods, ANY_METHOD, "summary", "description", "servers", "parameters"], isForeign);
    if (item.parameters !== undefined && list(item.parameters, at(place, "parameters")).length > 0) {
      // Whether the import takes them over is not documented.
      throw new UnsupportedArtefact(at(place, "parameters"), "must stand on each operation");
    }
    const segments = parsePath(path, place, LITERAL);
    return Object.entries(item).flatMap(([member, value]) => {
      if (member !== ANY_METHOD && !methods.includes(member)) return [];
      const where = at(place, member);
      if (member === ANY_METHOD) this.#understood.add(where);
      const operation = object(value, where);
      known(operation, where, [...OPERATION_MEMBERS, INTEGRATION, AUTH, VALIDATOR], isForeign);
      const name = member === ANY_METHOD ? "ANY" : member.toUpperCase();
      const parameters = this.#readParameters(operation, where, segments);
      this.#optional(operation, where, VALIDATOR, text);
      const validates =
        readValidatorName(operation[VALIDATOR], at(where, VALIDATOR), this.#validators) ?? this.#validates;
      return [
        {
          key: `${name} ${path}`,
          name,
          resource: path,
          segments,
          where,
          ...this.#readSecurity(operation, where),
          required: validates.parameters ? parameters.filter(({ required }) => required) : [],
          models: this.#readModels(operation, where, validates.body),
          integration: this.#readIntegration(operation, where, parameters),
          cacheKey: this.#readCacheKey(operation, at(where, INTEGRATION), path, parameters),
        },
      ];
    });
  }

  /** Of a type beside security, which of the two an import takes is not documented. */
  #readSecurity(operation: PlainObject, place: string): Requirement {
    const requirement = this.#schemes.read(operation.security, at(place, "security"));
    const type = readAuthType(operation, place, AUTH);
    if (type === undefined) return requirement;
    this.#understood.add(at(place, AUTH));
    if (operation.security !== undefined) {
      throw new UnsupportedArtefact(at(place, AUTH), "cannot stand beside security");
    }
    return { ...requirement, signed: type === "AWS_IAM" };
  }

  #readParameters(operation: PlainObject, place: string, segments: readonly Segment[]): readonly Parameter[] {
    const where = at(place, "parameters");
    const variables = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
    const parameters = operation.parameters === undefined ? [] : list(operation.parameters, where);
    return parameters.flatMap((value, index): readonly Parameter[] => {
      const parameter = this.#referred(value, at(where, index));
      const name = text(parameter.name, at(at(where, index), "name"));
      const kind = oneOf(parameter.in, at(at(where, index), "in"), ["header", "query", "path", "cookie"]);
      if (kind === "cookie") return [];
      if (kind === "path" && !variables.includes(name)) {
        throw new UnsupportedArtefact(at(where, index), `the path has no {${name}}`);
      }
      const required =
        parameter.required === undefined ? false : boolean(parameter.required, at(at(where, index), "required"));
      return [{ in: kind === "query" ? "querystring" : kind, name, required }];
    });
  }

  /** A model is read whether or not it is used, since an import takes all of them. */
  #readModels(operation: PlainObject, place: string, used: boolean): BodyModels | undefined {
    const models = new BodyModels(operation.requestBody, at(place, "requestBody"), this.#root);
    return used && operation.requestBody !== undefined ? models : undefined;
  }

  #readIntegration(operation: PlainObject, place: string, parameters: readonly Parameter[]): Method["integration"] {
    const where = at(place, INTEGRATION);
    if (operation[INTEGRATION] === undefined) {
      // It is imported, and then the deployment fails: "No integration defined for method".
      throw new UnsupportedArtefact(where, "the method has no integration");
    }
    this.#understood.add(where);
    const integration = object(operation[INTEGRATION], where);
    const type = typeof integration.type === "string" ? integration.type.toLowerCase() : integration.type;
    switch (type) {
      case "http_proxy": {
        const declared = new Set(parameters.map((each) => `${each.in}.${each.name}`));
        return new HttpIntegration(integration, where, this.#place, declared, this.#responses, this.#surroundings.now);
      }
      case "aws_proxy":
        return new LambdaIntegration(integration, where, this.#place, this.#functions, this.#responses);
      case "mock":
        return new MockIntegration(
          integration,
          where,
          this.#place,
          this.#readResponses(operation, at(place, "responses")),
        );
      default:
        throw new UnsupportedArtefact(
          at(where, "type"),
          "only http_proxy, aws_proxy and mock are served by the sandbox",
        );
    }
  }

  #readCacheKey(operation: PlainObject, where: string, resource: string, parameters: readonly Parameter[]): CacheKey {
    const declared = new Set(parameters.map((each) => `${each.in}.${each.name}`));
    return readCacheKey(object(operation[INTEGRATION], where), where, resource, declared);
  }

  #readResponses(operation: PlainObject, place: string): DeclaredResponses {
    const responses = operation.responses === undefined ? {} : object(operation.responses, place);
    return new Map(
      Object.entries(responses).map(([status, value]) => {
        const response = this.#referred(value ?? null, at(place, status));
        const where = at(at(place, status), "headers");
        return [status, new Set(Object.keys(response.headers === undefined ? {} : object(response.headers, where)))];
      }),
    );
  }

  #referred(value: Plain, place: string): PlainObject {
    const given = object(value, place);
    return given.$ref === undefined
      ? given
      : object(resolve(this.#root, text(given.$ref, at(place, "$ref")), at(place, "$ref")), place);
  }

  #optional(parent: PlainObject, place: string, member: string, read: (value: Plain, place: string) => void): void {
    const value = parent[member];
    if (value === undefined) return;
    const where = at(place, member);
    this.#understood.add(where);
    read(value, where);
  }

  /** Goes through the whole document: an extension that nobody read may be the one that was to protect something. */
  #refuseUnknown(value: Plain | undefined, place: string): void {
    if (typeof value !== "object" || value === null) return;
    for (const [member, inner] of Object.entries(value)) {
      const where = at(place, member);
      if (member.startsWith("x-amazon-") && !this.#understood.has(where)) {
        throw new UnsupportedArtefact(where, "not known here");
      }
      if (member === "$ref" && typeof inner === "string" && isObject(value)) resolve(this.#root, inner, where);
      this.#refuseUnknown(inner, where);
    }
  }
}

/** Each prefix of a path is a resource as well; the root is not counted. */
function countResources(methods: readonly Method[]): void {
  const resources = new Set(
    methods.flatMap(({ resource }) => {
      const parts = resource.split("/");
      return parts
        .slice(2)
        .map((_part, index) => parts.slice(0, index + 2).join("/"))
        .concat(resource === "/" ? [] : resource);
    }),
  );
  if (resources.size > MOST_RESOURCES) {
    throw new UnsupportedArtefact("paths", `${resources.size} resources; a REST API has at most ${MOST_RESOURCES}`);
  }
}

/** Extensions of others have no effect on a REST API; its own are each read, or refused at the end. */
function isForeign(member: string): boolean {
  return member.startsWith("x-");
}
