import {
  allowOnly,
  at,
  boolean,
  isObject,
  object,
  type Plain,
  type PlainObject,
  parseDocument,
  resolve,
  text,
} from "../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import { readingOf } from "../../readings.ts";
import { checkRoot, type RootRules } from "../shared/document-root.ts";
import { Extensions, isExtension } from "../shared/extensions.ts";
import { METHODS } from "../shared/methods.ts";
import { OPERATION_MEMBERS } from "../shared/openapi.ts";
import { parsePath, type Segment } from "../shared/paths.ts";
import { checkDocumentCors } from "./cors.ts";
import { type Integration, readIntegration } from "./integration.ts";
import type { LambdaScope } from "./lambda-integration.ts";
import type { PrivateScope } from "./private-backend.ts";
import { AUTH, type Requirement, SecuritySchemes } from "./security.ts";

/** A route of an HTTP API. */
export interface Route extends Requirement {
  /** e.g. `GET /orders/{id}`, `ANY /x`, `$default`. */
  readonly key: string;
  /** `ANY` for all methods; undefined for the default route. */
  readonly method: string | undefined;
  readonly segments: readonly Segment[];
  /** As in the document; `$default` for the default route. */
  readonly path: string;
  readonly place: string;
  readonly integration: Integration;
}

export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The functions that an API's integrations may invoke, the ARN that they are invoked with, and the network behind VPC links. */
export type Targets = Pick<LambdaScope, "executionArn" | "functions"> & Pick<PrivateScope, "network">;

/** docs.aws.amazon.com, http-api-quotas. Unverified: each use of a shared integration counts. */
const MAX_ROUTES = 300;

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const INTEGRATIONS = "x-amazon-apigateway-integrations";
const CORS = "x-amazon-apigateway-cors";

const rootRules: RootRules = {
  swagger: "HTTP APIs import OpenAPI 3.0 only",
  openapi: "HTTP APIs import OpenAPI 3.0 only",
  // REST APIs ignore it. Unverified: what HTTP APIs do. If they ignored it, routes would be open.
  security: "must be declared on each operation",
  endpoint: { disableExecuteApiEndpoint: boolean },
};

/**
 * Reads an HTTP API's OpenAPI document as an import does.
 * @throws UnsupportedArtefact for what the import refuses, for what the sandbox does not serve, and for every
 *   `x-amazon-*` member that is unknown at its place
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
  readonly #extensions = new Extensions();

  constructor(root: PlainObject, stage: Stage, targets: Targets, surroundings: Surroundings) {
    this.#root = root;
    this.#stage = stage;
    this.#targets = targets;
    this.#surroundings = surroundings;
  }

  read(): readonly Route[] {
    const root = this.#root;
    checkRoot(root, this.#extensions, rootRules);
    this.#extensions.read(root, "", CORS, checkDocumentCors);
    const components = root.components === undefined ? {} : object(root.components, "components");
    const schemes = new SecuritySchemes(components, this.#extensions, this.#surroundings);
    if (components[INTEGRATIONS] !== undefined) this.#extensions.markRead(at("components", INTEGRATIONS));

    const routes = Object.entries(object(root.paths, "paths")).flatMap(([path, item]) =>
      path.startsWith("x-") ? [] : this.#readPathItem(path, object(item, at("paths", path)), schemes),
    );
    if (routes.length > MAX_ROUTES) {
      throw new UnsupportedArtefact(
        "paths",
        `there are ${routes.length} routes; an HTTP API has at most ${MAX_ROUTES}`,
      );
    }
    this.#extensions.refuseUnread(root);
    return routes;
  }

  #readPathItem(path: string, item: PlainObject, schemes: SecuritySchemes): readonly Route[] {
    const place = at("paths", path);
    const methods = METHODS.map((method) => method.toLowerCase());
    allowOnly(item, place, [...methods, ANY_METHOD, "summary", "description", "servers", "parameters"], isExtension);
    const isDefault = path === "/$default" || path === "$default";
    const segments = isDefault ? [] : parsePath(path, place);
    const routes: Route[] = [];
    for (const [member, value] of Object.entries(item)) {
      const any = member === ANY_METHOD;
      if (!any && !methods.includes(member)) continue;
      const where = at(place, member);
      if (any) this.#extensions.markRead(where);
      const operation = object(value, where);
      allowOnly(operation, where, [...OPERATION_MEMBERS, "isDefaultRoute", INTEGRATION, AUTH], isExtension);
      if (isDefault !== (operation.isDefaultRoute === true) || (isDefault && !any)) {
        throw new UnsupportedArtefact(
          where,
          `the default route is the ${ANY_METHOD} of /$default with isDefaultRoute: true`,
        );
      }
      const method = any ? "ANY" : member.toUpperCase();
      routes.push({
        key: isDefault ? "$default" : `${method} ${path}`,
        method: isDefault ? undefined : method,
        segments,
        path: isDefault ? "$default" : path,
        place: where,
        ...schemes.requirement(operation, where),
        integration: this.#readIntegration(operation, where, segments, isDefault),
      });
    }
    return routes;
  }

  #readIntegration(
    operation: PlainObject,
    place: string,
    segments: readonly Segment[],
    isDefault: boolean,
  ): Integration {
    const where = at(place, INTEGRATION);
    if (operation[INTEGRATION] === undefined) throw new UnsupportedArtefact(where, "the route has no integration");
    this.#extensions.markRead(where);
    const integration = this.#resolved(operation[INTEGRATION], where);
    const variables = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
    const { name: stage, variables: stageVariables } = this.#stage;
    const anyPermission = readingOf(this.#surroundings, "aws-any-permission");
    const { now, ways } = this.#surroundings;
    const scope = { stage, stageVariables, variables, anyPermission, now, ways, ...this.#targets };
    return readIntegration(integration, where, scope, isDefault);
  }

  /** Follows a reference to a shared integration. */
  #resolved(integration: Plain, where: string): Plain {
    if (!isObject(integration) || integration.$ref === undefined) return integration;
    allowOnly(integration, where, ["$ref"]);
    const reference = text(integration.$ref, at(where, "$ref"));
    if (!reference.startsWith(`#/components/${INTEGRATIONS}/`)) {
      throw new UnsupportedArtefact(at(where, "$ref"), `must be #/components/${INTEGRATIONS}/NAME`);
    }
    return resolve(this.#root, reference, at(where, "$ref"));
  }
}
