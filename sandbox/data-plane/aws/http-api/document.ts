import {
  at,
  boolean,
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
import { isSignatureScheme, readAuthType } from "../shared/authorization-type.ts";
import { METHODS } from "../shared/methods.ts";
import { parsePath, type Segment } from "../shared/paths.ts";
import { type JwtAuthorizer, readAuthorizer } from "./authorizer.ts";
import { checkDocumentCors } from "./cors.ts";
import { type Integration, readIntegration } from "./integration.ts";
import type { LambdaScope } from "./lambda-integration.ts";
import type { PrivateScope } from "./private-backend.ts";

/** A route of an HTTP API. */
export interface Route {
  /** e.g. `GET /orders/{id}`, `ANY /x`, `$default`. */
  readonly key: string;
  /** `ANY` for all; undefined for the default route. */
  readonly method: string | undefined;
  readonly segments: readonly Segment[];
  /** As the document has it; `$default` for the default route. */
  readonly path: string;
  readonly place: string;
  /** Undefined: open. */
  readonly authorizer: JwtAuthorizer | undefined;
  /** Whether requests must be signed (`AWS_IAM`). */
  readonly signed: boolean;
  /** One of these is needed; empty: none is. */
  readonly scopes: readonly string[];
  readonly integration: Integration;
}

export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The functions that an API's integrations may name, and as whom it calls them; and where VPC links lead. */
export type Targets = Pick<LambdaScope, "executionArn" | "functions"> & Pick<PrivateScope, "network">;

/** docs.aws.amazon.com, http-api-quotas. Whether a shared integration counts once is U, so each use counts. */
const MOST_ROUTES = 300;
const MOST_AUTHORIZERS = 10;
const MOST_SCOPES = 10;

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const INTEGRATIONS = "x-amazon-apigateway-integrations";
const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTH = "x-amazon-apigateway-auth";
const AUTHTYPE = "x-amazon-apigateway-authtype";
const CORS = "x-amazon-apigateway-cors";
const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";
const EXPORT_VERSION = "x-amazon-apigateway-importexport-version";

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

/**
 * Reads an HTTP API's OpenAPI document as an import does.
 * @throws UnsupportedArtefact for what the import refuses, for what the sandbox does not serve, and for every
 *   `x-amazon-*` member that is not known at its place
 */
export function readHttpApi(
  source: string,
  stage: Stage,
  targets: Targets,
  surroundings: Surroundings,
): readonly Route[] {
  return new Reader(parseDocument(source), stage, targets, surroundings).read();
}

class Reader {
  readonly #root: PlainObject;
  readonly #stage: Stage;
  readonly #targets: Targets;
  readonly #surroundings: Surroundings;
  readonly #authorizers = new Map<string, JwtAuthorizer>();
  /** The names of schemes that stand for a signature. */
  readonly #signatures = new Set<string>();
  /** The places of the `x-amazon-*` members that were read. */
  readonly #understood = new Set<string>();

  constructor(root: PlainObject, stage: Stage, targets: Targets, surroundings: Surroundings) {
    this.#root = root;
    this.#stage = stage;
    this.#targets = targets;
    this.#surroundings = surroundings;
  }

  read(): readonly Route[] {
    const root = this.#root;
    if (root.swagger !== undefined) throw new UnsupportedArtefact("swagger", "HTTP APIs import OpenAPI 3.0 only");
    if (!/^3\.0\.\d+$/.test(text(root.openapi, "openapi"))) {
      throw new UnsupportedArtefact("openapi", "HTTP APIs import OpenAPI 3.0 only");
    }
    const info = object(root.info, "info");
    text(info.title, "info.title");
    text(info.version, "info.version");
    if (root.security !== undefined) {
      // REST APIs ignore it; what HTTP APIs do is U. Ignored, it would leave routes open.
      throw new UnsupportedArtefact("security", "must stand on each operation");
    }
    this.#optional(root, "", EXPORT_VERSION, (value, place) => oneOf(value, place, ["1.0"]));
    this.#optional(root, "", CORS, checkDocumentCors);
    this.#readServers();
    known(root, "", ["openapi", "info", "servers", "paths", "components", "tags", "externalDocs"], isForeign);
    const components = root.components === undefined ? {} : object(root.components, "components");
    this.#readSchemes(components);
    if (components[INTEGRATIONS] !== undefined) this.#understood.add(at("components", INTEGRATIONS));

    const routes = Object.entries(object(root.paths, "paths")).flatMap(([path, item]) =>
      path.startsWith("x-") ? [] : this.#readPathItem(path, object(item, at("paths", path))),
    );
    if (routes.length > MOST_ROUTES) {
      throw new UnsupportedArtefact("paths", `${routes.length} routes; an HTTP API has at most ${MOST_ROUTES}`);
    }
    this.#refuseUnknown(root, "");
    return routes;
  }

  #readServers(): void {
    for (const [index, server] of (this.#root.servers === undefined
      ? []
      : list(this.#root.servers, "servers")
    ).entries()) {
      const place = at("servers", index);
      this.#optional(object(server, place), place, ENDPOINT, (value, where) => {
        const endpoint = object(value, where);
        known(endpoint, where, ["disableExecuteApiEndpoint"]);
        boolean(endpoint.disableExecuteApiEndpoint, at(where, "disableExecuteApiEndpoint"));
      });
    }
  }

  #readSchemes(components: PlainObject): void {
    const place = "components.securitySchemes";
    const schemes = components.securitySchemes === undefined ? {} : object(components.securitySchemes, place);
    for (const [name, value] of Object.entries(schemes)) {
      const scheme = object(value, at(place, name));
      if (isSignatureScheme(scheme)) {
        this.#understood.add(at(at(place, name), AUTHTYPE));
        this.#signatures.add(name);
      }
      if (scheme[AUTHORIZER] === undefined) continue;
      this.#understood.add(at(at(place, name), AUTHORIZER));
      this.#authorizers.set(name, readAuthorizer(scheme, at(place, name), this.#surroundings));
    }
    if (this.#authorizers.size > MOST_AUTHORIZERS) {
      throw new UnsupportedArtefact(place, `an HTTP API has at most ${MOST_AUTHORIZERS} authorizers`);
    }
  }

  #readPathItem(path: string, item: PlainObject): readonly Route[] {
    const place = at("paths", path);
    const methods = METHODS.map((method) => method.toLowerCase());
    known(item, place, [...methods, ANY_METHOD, "summary", "description", "servers", "parameters"], isForeign);
    const isDefault = path === "/$default" || path === "$default";
    const segments = isDefault ? [] : parsePath(path, place);
    const routes: Route[] = [];
    for (const [member, value] of Object.entries(item)) {
      const any = member === ANY_METHOD;
      if (!any && !methods.includes(member)) continue;
      const where = at(place, member);
      if (any) this.#understood.add(where);
      const operation = object(value, where);
      known(operation, where, [...OPERATION_MEMBERS, "isDefaultRoute", INTEGRATION, AUTH], isForeign);
      if (isDefault !== (operation.isDefaultRoute === true) || (isDefault && !any)) {
        throw new UnsupportedArtefact(
          where,
          `the default route is the ${ANY_METHOD} of /$default with isDefaultRoute: true`,
        );
      }
      const method = any ? "ANY" : member.toUpperCase();
      const security = this.#readSecurity(operation, where);
      routes.push({
        key: isDefault ? "$default" : `${method} ${path}`,
        method: isDefault ? undefined : method,
        segments,
        path: isDefault ? "$default" : path,
        place: where,
        ...security,
        integration: this.#readIntegration(operation, where, segments, isDefault),
      });
    }
    return routes;
  }

  #readSecurity(operation: PlainObject, place: string): Pick<Route, "authorizer" | "signed" | "scopes"> {
    const open = { authorizer: undefined, signed: false, scopes: [] };
    const where = at(place, "security");
    const requirements = operation.security === undefined ? [] : list(operation.security, where);
    const [requirement] = requirements;
    const type = readAuthType(operation, place, AUTH);
    if (type !== undefined) {
      this.#understood.add(at(place, AUTH));
      // docs.aws.amazon.com, http-api-open-api: an operation is authorized in one way.
      if (requirement !== undefined) throw new UnsupportedArtefact(at(place, AUTH), "cannot stand beside security");
      return { ...open, signed: type === "AWS_IAM" };
    }
    if (requirement === undefined) return open;
    const names = Object.keys(object(requirement, at(where, 0)));
    const [name] = names;
    // An empty requirement would mean that authentication is optional, which no authorizer can be.
    if (requirements.length > 1 || names.length !== 1 || name === undefined) {
      throw new UnsupportedArtefact(
        where,
        "an operation has one security requirement with one scheme, or an empty list",
      );
    }
    const authorizer = this.#authorizers.get(name);
    if (this.#signatures.has(name)) {
      const scopes = texts(object(requirement, at(where, 0))[name], at(at(where, 0), name));
      if (scopes.length > 0) throw new UnsupportedArtefact(at(where, 0), "scopes have no effect with a signature");
      return { ...open, signed: true };
    }
    if (authorizer === undefined) {
      // API Gateway may import it, without a check: the route would be open.
      throw new UnsupportedArtefact(where, `there is no security scheme ${name} with an ${AUTHORIZER}`);
    }
    const scopes = texts(object(requirement, at(where, 0))[name], at(at(where, 0), name));
    if (scopes.length > MOST_SCOPES) {
      throw new UnsupportedArtefact(where, `${scopes.length} scopes; a route has at most ${MOST_SCOPES}`);
    }
    if (scopes.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) {
      throw new UnsupportedArtefact(where, "a scope must be a scope token (RFC 6749, 3.3)");
    }
    return { authorizer, signed: false, scopes };
  }

  #readIntegration(
    operation: PlainObject,
    place: string,
    segments: readonly Segment[],
    isDefault: boolean,
  ): Integration {
    const where = at(place, INTEGRATION);
    if (operation[INTEGRATION] === undefined) throw new UnsupportedArtefact(where, "the route has no integration");
    this.#understood.add(where);
    let integration: Plain = operation[INTEGRATION];
    if (isObject(integration) && integration.$ref !== undefined) {
      known(integration, where, ["$ref"]);
      const reference = text(integration.$ref, at(where, "$ref"));
      if (!reference.startsWith(`#/components/${INTEGRATIONS}/`)) {
        throw new UnsupportedArtefact(at(where, "$ref"), `must be #/components/${INTEGRATIONS}/NAME`);
      }
      integration = resolve(this.#root, reference, at(where, "$ref"));
    }
    const variables = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
    const { name: stage, variables: stageVariables } = this.#stage;
    const scope = { stage, stageVariables, variables, now: this.#surroundings.now, ...this.#targets };
    return readIntegration(integration, where, scope, isDefault);
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
      this.#refuseUnknown(inner, where);
    }
  }
}

/** Extensions of others have no effect on an HTTP API; its own are each read, or refused at the end. */
function isForeign(member: string): boolean {
  return member.startsWith("x-");
}
