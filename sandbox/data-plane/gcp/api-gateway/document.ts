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
} from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { type GcpBackend, readBackend } from "./backend.ts";
import { type JwtProvider, readProviders } from "./jwt-provider.ts";
import { type Pattern, sortPatterns, UrlTemplate } from "./url-template.ts";

/** One operation of the document, as the proxy has it. */
export interface GcpOperation extends Pattern {
  readonly id: string;
  /** A token of any of these; empty for none. */
  readonly providers: readonly JwtProvider[];
  readonly backend: GcpBackend;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
const rootMembers = [
  "swagger",
  "info",
  "host",
  "basePath",
  "schemes",
  "consumes",
  "produces",
  "paths",
  "definitions",
  "parameters",
  "responses",
  "securityDefinitions",
  "security",
  "tags",
  "externalDocs",
  "x-google-backend",
  "x-google-allow",
];
const operationMembers = [
  "tags",
  "summary",
  "description",
  "externalDocs",
  "operationId",
  "consumes",
  "produces",
  "parameters",
  "responses",
  "schemes",
  "deprecated",
  "security",
  "x-google-backend",
];
/** Says more than "not known" about what people will try. */
const notModelled = new Map([
  ["x-google-management", "metrics and quotas are not modelled"],
  ["x-google-quota", "quotas are not modelled"],
  ["x-google-endpoints", "API Gateway does not document it, and allowCors would open OPTIONS of every path"],
  ["x-google-api-name", "several APIs in one service are not modelled"],
]);

/** Extensions of others, which Google ignores. */
function foreign(member: string): boolean {
  return member.startsWith("x-") && !member.startsWith("x-google-");
}

function only(value: PlainObject, place: string, members: readonly string[]): void {
  for (const [member, problem] of notModelled) {
    if (Object.hasOwn(value, member)) throw new UnsupportedArtefact(at(place, member), problem);
  }
  known(value, place, members, foreign);
}

/**
 * Reads an API config's document: OpenAPI 2.0 with `x-google-*` (cloud.google.com/api-gateway/docs/oasv2-extensions).
 *
 * @returns the operations in the order in which the proxy tries them
 * @throws UnsupportedArtefact for what Google refuses, and for what is not modelled
 */
export function readGcpDocument(document: string, managedService: string): readonly GcpOperation[] {
  const root = parseDocument(document);
  if (Object.hasOwn(root, "openapi")) {
    throw new UnsupportedArtefact(
      "openapi",
      "OpenAPI 3.x with x-google-api-management is not modelled; OpenAPI 2.0 (swagger: '2.0') is",
    );
  }
  oneOf(root.swagger, "swagger", ["2.0"]);
  only(root, "", rootMembers);
  const info = object(root.info, "info");
  text(info.title, "info.title");
  text(info.version, "info.version");
  if (root.host !== undefined && text(root.host, "host").includes(":")) {
    throw new UnsupportedArtefact("host", "a custom port is not supported (openapi-limitations)");
  }
  if (root["x-google-allow"] !== undefined) oneOf(root["x-google-allow"], "x-google-allow", ["configured"]);
  readSchemes(root.schemes, "schemes");
  for (const member of ["info", "definitions", "parameters", "responses", "tags", "externalDocs"]) {
    refuseGoogleMembers(root[member], member);
  }
  const context: Context = {
    root,
    basePath: readBasePath(root.basePath),
    providers: readProviders(root.securityDefinitions, managedService),
    backend:
      root["x-google-backend"] === undefined
        ? undefined
        : readBackend(root["x-google-backend"], "x-google-backend", "top"),
    ids: new Map(),
  };
  const security = root.security === undefined ? [] : readSecurity(root.security, "security", context);
  const paths = object(root.paths, "paths");
  const operations = Object.entries(paths).flatMap(([path, item]) => {
    if (path.startsWith("x-")) {
      only({ [path]: item }, "paths", []);
      return [];
    }
    return readPath(path, object(item, at("paths", path)), at("paths", path), security, context);
  });
  if (operations.length === 0) throw new UnsupportedArtefact("paths", "no operation is declared");
  return sortPatterns(operations);
}

interface Context {
  readonly root: PlainObject;
  readonly basePath: string;
  readonly providers: ReadonlyMap<string, JwtProvider>;
  readonly backend: GcpBackend | undefined;
  /** Where each operationId stands. */
  readonly ids: Map<string, string>;
}

function readBasePath(value: Plain | undefined): string {
  if (value === undefined) return "";
  const path = text(value, "basePath");
  if (!path.startsWith("/")) throw new UnsupportedArtefact("basePath", "must start with a slash");
  return path.replace(/\/$/, "");
}

function readSchemes(value: Plain | undefined, place: string): void {
  if (value === undefined) return;
  for (const [index, scheme] of list(value, place).entries()) oneOf(scheme, at(place, index), ["https", "http"]);
}

function readPath(
  path: string,
  item: PlainObject,
  place: string,
  security: readonly JwtProvider[],
  context: Context,
): readonly GcpOperation[] {
  only(item, place, [...methods, "parameters"]);
  const shared = readParameters(item.parameters, at(place, "parameters"), context);
  const full = path === "/" && context.basePath !== "" ? context.basePath : `${context.basePath}${path}`;
  const template = new UrlTemplate(full, place);
  return methods.flatMap((method) => {
    const value = item[method];
    if (value === undefined) return [];
    const here = at(place, method);
    const operation = object(value, here);
    only(operation, here, operationMembers);
    const own = readParameters(operation.parameters, at(here, "parameters"), context);
    for (const name of template.parameters) {
      if (!shared.has(name) && !own.has(name)) {
        throw new UnsupportedArtefact(at(here, "parameters"), `the path parameter "${name}" is not declared`);
      }
    }
    refuseGoogleMembers(object(operation.responses, at(here, "responses")), at(here, "responses"));
    readSchemes(operation.schemes, at(here, "schemes"));
    const backend =
      operation["x-google-backend"] === undefined
        ? context.backend
        : readBackend(operation["x-google-backend"], at(here, "x-google-backend"), "operation");
    if (backend === undefined) {
      throw new UnsupportedArtefact(here, "no x-google-backend, neither here nor at the top");
    }
    const providers =
      operation.security === undefined ? security : readSecurity(operation.security, at(here, "security"), context);
    const id = readId(operation.operationId, here, context);
    return [{ id, method: method.toUpperCase(), template, place: here, providers, backend }];
  });
}

/** Google wants an id, because it becomes the method's name in the service configuration (U: from a Google error text). */
function readId(value: Plain | undefined, place: string, context: Context): string {
  const id = text(value, at(place, "operationId"));
  const twin = context.ids.get(id);
  if (id === "" || twin !== undefined) {
    throw new UnsupportedArtefact(at(place, "operationId"), twin === undefined ? "is empty" : `stands also at ${twin}`);
  }
  context.ids.set(id, place);
  return id;
}

/** The names of the path parameters; the rest of what a parameter says is not enforced by Google. */
function readParameters(value: Plain | undefined, place: string, context: Context): ReadonlySet<string> {
  const names = new Set<string>();
  if (value === undefined) return names;
  for (const [index, entry] of list(value, place).entries()) {
    const here = at(place, index);
    const given = object(entry, here);
    const parameter =
      given.$ref === undefined ? given : object(resolve(context.root, text(given.$ref, here), here), here);
    refuseGoogleMembers(parameter, here);
    const name = text(parameter.name, at(here, "name"));
    const where = oneOf(parameter.in, at(here, "in"), ["path", "query", "header", "body", "formData"]);
    if (where !== "path") continue;
    if (!boolean(parameter.required, at(here, "required"))) {
      throw new UnsupportedArtefact(at(here, "required"), "a path parameter is required");
    }
    names.add(name);
  }
  return names;
}

/**
 * Alternatives, each of one scheme: Google takes "or" among OAuth schemes, but not "and"; and an empty alternative (`{}`)
 * only with API keys (openapi-limitations). Scopes are accepted and never enforced, as Google does.
 */
function readSecurity(value: Plain, place: string, context: Context): readonly JwtProvider[] {
  return list(value, place).map((entry, index) => {
    const here = at(place, index);
    const names = Object.keys(object(entry, here));
    const [name] = names;
    if (name === undefined) throw new UnsupportedArtefact(here, "{} (optional) is not supported for JWT");
    if (names.length > 1) throw new UnsupportedArtefact(here, `${names.join(" and ")} at once is not supported`);
    const provider = context.providers.get(name);
    if (provider === undefined) throw new UnsupportedArtefact(at(here, name), "not in securityDefinitions");
    return provider;
  });
}

/** Google's extensions where nothing reads them: Google would refuse or ignore them, and nobody would see which. */
function refuseGoogleMembers(value: Plain | undefined, place: string): void {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Plain[]).entries()) refuseGoogleMembers(item, at(place, index));
  } else if (isObject(value)) {
    for (const [member, item] of Object.entries(value)) {
      if (member.startsWith("x-google-")) throw new UnsupportedArtefact(at(place, member), "has no meaning here");
      refuseGoogleMembers(item, at(place, member));
    }
  }
}
