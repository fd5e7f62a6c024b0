import { PolygateError } from "../problem.ts";
import type { Reader } from "../reader.ts";
import { nearest } from "../suggestion.ts";
import type { Extensions } from "./extensions.ts";
import { nearestMember } from "./levels.ts";
import { BasePaths } from "./servers.ts";
import type { OpenApiSource } from "./source.ts";
import { extensionOf } from "./x-polygate.ts";

/** One operation, with everything that affects it. Problems of its readers name the route. */
export interface OpenApiOperation {
  /** The file that contains it. */
  readonly source: OpenApiSource;
  /** The file that contains its path. */
  readonly pathSource: OpenApiSource;
  /** E.g. `GET /orders/{id}`, with the base path if that belongs to the routes. */
  readonly key: string;
  readonly operation: Reader;
  /** The operation's `x-polygate`. */
  readonly own: Reader;
  /** The path's `x-polygate`. */
  readonly shared: Reader;
  /** The operation's `security`, or else the document's. */
  readonly security: Reader;
  /** The path's `parameters`. */
  readonly sharedParameters: Reader;
  /** The operation's or else the path's `servers`. Without them, the document's apply. */
  readonly servers: Reader | undefined;
  /** What was read in another way than its text. */
  readonly notes: readonly string[];
}

const rootMembers = [
  "openapi",
  "info",
  "jsonSchemaDialect",
  "servers",
  "paths",
  "webhooks",
  "components",
  "security",
  "tags",
  "externalDocs",
];
export const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
/** How the documents of AWS API Gateway declare every other method of a path. */
export const ANY_METHOD = "x-amazon-apigateway-any-method";
const pathMembers = ["$ref", "summary", "description", "servers", "parameters", ...methods, "trace"];
/** Members of a path that only OpenAPI 3.2 has. */
const newMethods = ["query", "additionalOperations"];
const operationMembers = [
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

/** Reports members that OpenAPI does not have, except extensions. A misspelt one could be the one that protects a route. */
export function onlyOpenApi(reader: Reader, known: readonly string[]): void {
  for (const member of reader.keys()) {
    if (known.includes(member) || member === "x-polygate") continue;
    const isExtension = member.startsWith("x-");
    const near = nearest(member, isExtension ? ["x-polygate"] : known);
    if (isExtension && near === undefined) continue;
    reader
      .at(member)
      .problem(
        "unknown-property",
        `OpenAPI has no property "${member}" here.`,
        near === undefined ? `Remove it, or call it "x-${member}".` : `Did you mean "${near}"?`,
      );
  }
}

/** Whether a document is OpenAPI 3.2, which is read as 3.1. */
function isNewest(source: OpenApiSource): boolean {
  return String(source.root.at("openapi").value).startsWith("3.2.");
}

/**
 * Checks that a document is OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0.
 *
 * @throws {PolygateError} for other versions, whose members have other meanings
 */
export function checkVersion(source: OpenApiSource): void {
  const { root } = source;
  const fail = (reader: Reader, code: string, rule: string, remedy: string): never => {
    reader.problem(code, rule, remedy);
    throw new PolygateError(source.name ?? "The OpenAPI object", source.problems());
  };
  if (!root.isObject) {
    const remedy = "Name an OpenAPI 3.0, 3.1 or 3.2 document, or a Swagger 2.0 document.";
    fail(root, "malformed", "An OpenAPI document must be an object.", remedy);
  }
  const [swagger, openapi] = [root.at("swagger"), root.at("openapi")];
  if (swagger.present && openapi.present) {
    const rule = "The document is of two versions: Swagger and OpenAPI.";
    fail(swagger, "unknown-version", rule, 'Remove "swagger" or "openapi".');
  }
  if (swagger.value === "2.0") return;
  if (swagger.present) {
    const rule = `Of Swagger, only 2.0 is supported, as a string, but the version is ${JSON.stringify(swagger.value).slice(0, 40)}.`;
    fail(swagger, "unknown-version", rule, 'Write swagger: "2.0" in a document of that version.');
  }
  const version = openapi.value;
  if (typeof version === "number") {
    const rule = "The version must be a string of three numbers, but it is a number.";
    fail(openapi, "unknown-version", rule, `Write it in quotes: openapi: ${JSON.stringify(completed(version))}.`);
  }
  if (typeof version !== "string" || !/^3\.[012]\.\d+$/.test(version)) {
    const found = version === undefined ? "missing" : JSON.stringify(version).slice(0, 40);
    const rule = `Only OpenAPI 3.0, 3.1 and 3.2 are supported, as a string of three numbers, but the version is ${found}.`;
    const remedy = `Write openapi: ${JSON.stringify(completed(version))} in a document of that version.`;
    fail(openapi, "unknown-version", rule, remedy);
  }
}

/** A version of three numbers, as near as possible to what the document has. */
function completed(version: unknown): string {
  const text = typeof version === "number" ? version.toFixed(1) : String(version);
  return /^3\.[012]$/.test(text) ? `${text}.0` : "3.1.0";
}

/** Is told of an operation with a method that no route can have. */
type OnUnsupported = (member: Reader, method: string, key: string) => void;

/** The operations of a document whose version has been checked. Reports malformed ones. */
export function readOperations(
  source: OpenApiSource,
  extensions: Extensions,
  onUnsupported: OnUnsupported,
): readonly OpenApiOperation[] {
  const { root } = source;
  const components = root.at("components");
  for (const owner of [root, root.at("info"), root.at("paths"), components]) extensions.check(owner);
  checkParts(extensions, root.at("servers"), components.at("parameters"));
  onlyOpenApi(root, isNewest(source) ? [...rootMembers, "$self"] : rootMembers);
  onlyOpenApi(root.at("info"), ["title", "summary", "description", "termsOfService", "contact", "license", "version"]);
  root.at("info").at("title").text();
  const bases = new BasePaths(root);
  // Reports mistakes, whether or not an operation has these servers.
  bases.of(root.at("servers"));
  const paths = root.at("paths");
  const before = source.problems().length;
  const operations = paths.present
    ? paths.keys().flatMap((path) => readPath(source, path, bases, { extensions, onUnsupported }))
    : [];
  // Operations that cannot be read are reported already.
  const isBroken = operations.length === 0 && source.problems().length > before;
  if (operations.length === 0 && !isBroken) {
    paths.problem(
      "no-routes",
      `The document has no operation${others(root)}.`,
      "Declare at least one path with a method.",
    );
  }
  return operations;
}

/** What a document without operations has instead. */
function others(root: Reader): string {
  if (root.at("webhooks").present) return ": webhooks are requests that the API sends, not routes";
  return root.at("paths").present ? "" : ': it has no "paths"';
}

/** Checks the extensions of the servers and parameters of an object. */
function checkParts(extensions: Extensions, ...owners: readonly Reader[]): void {
  for (const owner of owners) {
    if (Array.isArray(owner.value)) for (const item of owner.list()) extensions.check(item);
    else if (owner.isObject) for (const name of owner.keys()) extensions.check(owner.at(name));
  }
}

function readPath(
  source: OpenApiSource,
  path: string,
  bases: BasePaths,
  { extensions, onUnsupported }: { readonly extensions: Extensions; readonly onUnsupported: OnUnsupported },
): readonly OpenApiOperation[] {
  if (path.startsWith("x-")) return [];
  const entry = source.root.at("paths").at(path);
  if (!path.startsWith("/")) {
    entry.problem("bad-path", "A path must start with a slash.", `Write "/${path}".`);
    return [];
  }
  const target = source.follow(entry);
  if (target === undefined) return [];
  const item = target.reader;
  onlyOpenApi(item, isNewest(source) ? [...pathMembers, ...newMethods] : pathMembers);
  extensions.check(item, [ANY_METHOD]);
  checkParts(extensions, item.at("servers"), item.at("parameters"));
  const shared = extensionOf(item, "path", target.source);
  const at = (servers: Reader): string => {
    const base = bases.of(servers);
    return base !== "" && path === "/" ? base : `${base}${path}`;
  };
  const ofDocument = source.root.at("servers");
  for (const [method, member] of unsupportedMethods(item, isNewest(source))) {
    onUnsupported(member, method, `${method} ${at(ofDocument)}`);
  }
  return [...methods, ANY_METHOD].flatMap((method) => {
    const verb = method === ANY_METHOD ? "ANY" : method.toUpperCase();
    const declared = item.at(method).ofRoute(`${verb} ${at(ofDocument)}`);
    if (!declared.present) return [];
    const found = target.source.follow(declared);
    if (found === undefined) return [];
    const servers = nearestMember([found.reader, item], "servers");
    const key = `${verb} ${at(servers ?? ofDocument)}`;
    const operation = found.reader.ofRoute(key);
    onlyOpenApi(operation, operationMembers);
    extensions.see(operation);
    const { root } = source;
    const security = operation.at("security");
    return {
      source: found.source,
      pathSource: target.source,
      key,
      operation,
      own: extensionOf(operation, "operation", found.source),
      shared: shared.ofRoute(key),
      security: security.present ? security : root.at("security").ofRoute(key),
      sharedParameters: item.at("parameters").ofRoute(key),
      servers: servers?.ofRoute(key),
      notes: found.reader === declared ? [] : ['the operation is behind a "$ref", which OpenAPI does not allow there'],
    };
  });
}

/** The operations of a path with methods that no route can have. */
function unsupportedMethods(item: Reader, isNewest: boolean): readonly (readonly [method: string, member: Reader])[] {
  const more = item.at("additionalOperations");
  const all = [
    ["TRACE", item.at("trace")] as const,
    ...(isNewest ? [["QUERY", item.at("query")] as const] : []),
    ...(isNewest && more.present ? more.keys().map((method) => [method, more.at(method)] as const) : []),
  ];
  return all.filter(([, member]) => member.present);
}

/** Checks the extensions of an operation that is served. */
export function checkExtensions({ operation }: OpenApiOperation, extensions: Extensions): void {
  extensions.check(operation);
  checkParts(extensions, operation.at("servers"), operation.at("parameters"));
}
