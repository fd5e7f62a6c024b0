import {
  allowOnly,
  at,
  boolean,
  integer,
  isObject,
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
import { checkRoot, type RootRules } from "../shared/document-root.ts";
import { Extensions, isExtension } from "../shared/extensions.ts";
import { readAuthType } from "../shared/iam/authorization-type.ts";
import { METHODS } from "../shared/methods.ts";
import { OPERATION_MEMBERS } from "../shared/openapi.ts";
import { parsePath } from "../shared/paths.ts";
import { type Requirement, SecuritySchemes } from "./authorizing/security.ts";
import type { Deployment } from "./deployment.ts";
import { GatewayResponses } from "./gateway-responses.ts";
import type { Method } from "./method.ts";
import { asOpenApi3 } from "./openapi-2.ts";
import { INTEGRATION, type OperationScope, readOperation } from "./operation.ts";
import { readValidatorName, readValidators, type Validator } from "./validation/validator.ts";

/** The methods and gateway responses of a REST API's document. */
export interface RestApiDocument {
  readonly methods: readonly Method[];
  readonly responses: GatewayResponses;
}

/** docs.aws.amazon.com, limits. The quota can be raised, so the sandbox refuses a document with more. */
const MAX_RESOURCES = 300;

const PREFIX = "x-amazon-apigateway-";
const ANY_METHOD = `${PREFIX}any-method`;
const AUTH = `${PREFIX}auth`;
const VALIDATOR = `${PREFIX}request-validator`;
const VALIDATORS = `${PREFIX}request-validators`;
const RESPONSES = `${PREFIX}gateway-responses`;

const rootRules: RootRules = {
  swagger: 'must be "2.0"',
  openapi: "REST APIs import OpenAPI 3.0 (and 2.0) only",
  // API Gateway ignores it (docs.aws.amazon.com, api-gateway-known-issues), which would leave routes open.
  security: "is ignored by API Gateway; it must be declared on each operation",
  endpoint: { disableExecuteApiEndpoint: boolean, vpcEndpointIds: texts },
};

/** The characters of a path part, besides braces (docs.aws.amazon.com, api-gateway-known-issues). */
const LITERAL = /^[A-Za-z0-9_.,:-]+$/;

/**
 * Reads a REST API's document of OpenAPI 2.0 or 3.0 as an import does.
 * @throws UnsupportedArtefact for what the import refuses, for what the sandbox does not serve, for every dangling reference, and
 *   for every `x-amazon-*` member that is unknown at its place
 */
export function readRestApi(
  source: string,
  deployment: Deployment,
  functions: Readonly<Record<string, AwsFunction>>,
  surroundings: Surroundings,
): RestApiDocument {
  return new Reader(asOpenApi3(parseDocument(source))).read(deployment, functions, surroundings);
}

/** The default of a document's operations. */
interface Validation {
  readonly validators: ReadonlyMap<string, Validator>;
  readonly byDefault: Validator;
}

class Reader {
  readonly #root: PlainObject;
  readonly #extensions = new Extensions();

  constructor(root: PlainObject) {
    this.#root = root;
  }

  read(
    deployment: Deployment,
    functions: Readonly<Record<string, AwsFunction>>,
    surroundings: Surroundings,
  ): RestApiDocument {
    const root = this.#root;
    checkRoot(root, this.#extensions, rootRules);
    this.#checkRootExtensions();
    const responses = new GatewayResponses(root[RESPONSES], RESPONSES, deployment);
    const validation = this.#readValidation();
    const components = root.components === undefined ? {} : object(root.components, "components");
    const schemes = new SecuritySchemes(components, this.#extensions, deployment, functions, surroundings);
    checkModelNames(components);
    const scope = { root, deployment, functions, responses, surroundings };
    const methods = Object.entries(object(root.paths, "paths")).flatMap(([path, item]) =>
      path.startsWith("x-")
        ? []
        : this.#readPathItem(path, object(item, at("paths", path)), schemes, validation, scope),
    );
    checkResourceCount(methods);
    this.#extensions.refuseUnread(root);
    checkReferences(root, root, "");
    return { methods, responses };
  }

  /** Checks the extensions whose settings in force are the provider's, which the artefacts contain. */
  #checkRootExtensions(): void {
    const read = (member: string, reader: (value: Plain, where: string) => void) =>
      this.#extensions.read(this.#root, "", member, reader);
    read(`${PREFIX}api-key-source`, (value, where) => oneOf(value, where, ["HEADER", "AUTHORIZER"]));
    read(`${PREFIX}binary-media-types`, texts);
    read(`${PREFIX}documentation`, object);
    read(`${PREFIX}policy`, object);
    read(`${PREFIX}minimum-compression-size`, (value, where) => {
      integer(value, where, 0, 10_485_760);
      throw new UnsupportedArtefact(where, "compression is not served by the sandbox");
    });
    read(RESPONSES, object);
  }

  #readValidation(): Validation {
    const root = this.#root;
    this.#extensions.read(root, "", VALIDATORS, object);
    const validators = readValidators(root[VALIDATORS], VALIDATORS);
    this.#extensions.read(root, "", VALIDATOR, text);
    const byDefault = readValidatorName(root[VALIDATOR], VALIDATOR, validators) ?? { parameters: false, body: false };
    return { validators, byDefault };
  }

  #readPathItem(
    path: string,
    item: PlainObject,
    schemes: SecuritySchemes,
    { validators, byDefault }: Validation,
    scope: OperationScope,
  ): readonly Method[] {
    const place = at("paths", path);
    const methods = METHODS.map((method) => method.toLowerCase());
    allowOnly(item, place, [...methods, ANY_METHOD, "summary", "description", "servers", "parameters"], isExtension);
    if (item.parameters !== undefined && list(item.parameters, at(place, "parameters")).length > 0) {
      // It is not documented whether the import applies them to the operations.
      throw new UnsupportedArtefact(at(place, "parameters"), "must be declared on each operation");
    }
    const segments = parsePath(path, place, LITERAL);
    return Object.entries(item).flatMap(([member, value]) => {
      if (member !== ANY_METHOD && !methods.includes(member)) return [];
      const where = at(place, member);
      if (member === ANY_METHOD) this.#extensions.markRead(where);
      const operation = object(value, where);
      allowOnly(operation, where, [...OPERATION_MEMBERS, INTEGRATION, AUTH, VALIDATOR], isExtension);
      this.#extensions.read(operation, where, VALIDATOR, text);
      const validates = readValidatorName(operation[VALIDATOR], at(where, VALIDATOR), validators) ?? byDefault;
      const requirement = this.#readRequirement(operation, where, schemes);
      this.#extensions.markRead(at(where, INTEGRATION));
      const name = member === ANY_METHOD ? "ANY" : member.toUpperCase();
      return [
        {
          key: `${name} ${path}`,
          name,
          resource: path,
          segments,
          where,
          ...requirement,
          ...readOperation(operation, where, path, segments, validates, scope),
        },
      ];
    });
  }

  #readRequirement(operation: PlainObject, place: string, schemes: SecuritySchemes): Requirement {
    const requirement = schemes.read(operation.security, at(place, "security"));
    const type = readAuthType(operation, place, AUTH);
    if (type === undefined) return requirement;
    this.#extensions.markRead(at(place, AUTH));
    if (operation.security !== undefined) {
      // It is not documented which of the two an import applies.
      throw new UnsupportedArtefact(at(place, AUTH), "cannot be combined with security");
    }
    return { ...requirement, signed: type === "AWS_IAM" };
  }
}

function checkModelNames({ schemas }: PlainObject): void {
  for (const name of Object.keys(schemas === undefined ? {} : object(schemas, "components.schemas"))) {
    if (!/^[A-Za-z0-9]+$/.test(name)) {
      throw new UnsupportedArtefact(at("components.schemas", name), "the name of a model must be alphanumeric");
    }
  }
}

/** Every prefix of a path is a resource as well. The root is not counted. */
function checkResourceCount(methods: readonly Method[]): void {
  const resources = new Set(
    methods.flatMap(({ resource }) => {
      const parts = resource.split("/");
      return parts
        .slice(2)
        .map((_part, index) => parts.slice(0, index + 2).join("/"))
        .concat(resource === "/" ? [] : resource);
    }),
  );
  if (resources.size > MAX_RESOURCES) {
    throw new UnsupportedArtefact(
      "paths",
      `there are ${resources.size} resources; a REST API has at most ${MAX_RESOURCES}`,
    );
  }
}

/** An import refuses a reference to nothing anywhere in the document. */
function checkReferences(root: PlainObject, value: Plain | undefined, place: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [member, inner] of Object.entries(value)) {
    const where = at(place, member);
    if (member === "$ref" && typeof inner === "string" && isObject(value)) resolve(root, inner, where);
    checkReferences(root, inner, where);
  }
}
