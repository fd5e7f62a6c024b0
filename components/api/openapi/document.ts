import { nearest, type Reader } from "../check/reader.ts";
import { PolygateError } from "../problem.ts";
import type { OpenApiSource } from "./source.ts";
import { extensionOf } from "./x-polygate.ts";

/** One operation, with all that bears on it. */
export interface OpenApiOperation {
  /** The file that it stands in. */
  readonly source: OpenApiSource;
  /** e.g. `GET /orders/{id}`, below the base path where that belongs to the routes. */
  readonly key: string;
  /** Problems found by these readers name the route. */
  readonly operation: Reader;
  /** Its `x-polygate`, and its path's. */
  readonly own: Reader;
  readonly shared: Reader;
  /** The nearest `security`: its own, or the document's. */
  readonly security: Reader;
  /** Parameters of its path. */
  readonly sharedParameters: Reader;
  /** Its own `servers`, or its path's, when they are others than the document's. */
  readonly servers: Reader | undefined;
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
const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
const pathMembers = ["$ref", "summary", "description", "servers", "parameters", ...methods, "trace"];
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

/** Reports members that OpenAPI does not have, other than extensions; a misspelt one could be the one that protects. */
export function onlyOpenApi(reader: Reader, known: readonly string[]): void {
  for (const member of reader.keys()) {
    if (known.includes(member) || member === "x-polygate") continue;
    const extension = member.startsWith("x-");
    const near = nearest(member, extension ? ["x-polygate"] : known);
    if (extension && near === undefined) continue;
    reader
      .at(member)
      .problem(
        "unknown-property",
        `OpenAPI has no property "${member}" here`,
        near === undefined ? `Remove it, or call it "x-${member}".` : `Did you mean "${near}"?`,
      );
  }
}

/**
 * Checks that a document is OpenAPI 3.0 or 3.1.
 *
 * @throws {PolygateError} for other versions, whose members mean other things.
 */
export function checkVersion(source: OpenApiSource): void {
  const { root } = source;
  const fail = (member: string, rule: string, remedy: string): never => {
    root.at(member).problem("unknown-version", rule, remedy);
    throw new PolygateError(source.name ?? "The OpenAPI object", source.problems());
  };
  if (typeof root.value !== "object" || root.value === null || Array.isArray(root.value)) {
    root.problem("malformed", "an OpenAPI document is an object", "Name an OpenAPI 3.0 or 3.1 document.");
    throw new PolygateError(source.name ?? "The OpenAPI object", source.problems());
  }
  if (root.at("swagger").present) {
    fail("swagger", "this is Swagger 2.0; OpenAPI 3.0 and 3.1 are read", "Convert it once, e.g. with swagger2openapi.");
  }
  const version = root.at("openapi").value;
  if (typeof version === "number") {
    fail("openapi", "a version is a string, this is a number", 'Write it in quotes: openapi: "3.1.0".');
  }
  if (typeof version !== "string" || !/^3\.[01]\.\d+$/.test(version)) {
    const found = version === undefined ? "there is no version" : `this is ${JSON.stringify(version).slice(0, 40)}`;
    fail("openapi", `OpenAPI 3.0 and 3.1 are read; ${found}`, 'Write openapi: "3.1.0" in a document of that version.');
  }
}

/** The operations of a checked document, with what is malformed reported. */
export function readOperations(source: OpenApiSource): readonly OpenApiOperation[] {
  const { root } = source;
  onlyOpenApi(root, rootMembers);
  onlyOpenApi(root.at("info"), ["title", "summary", "description", "termsOfService", "contact", "license", "version"]);
  root.at("info").at("title").text();
  const prefix = basePath(root);
  const paths = root.at("paths");
  const operations = paths.present ? paths.keys().flatMap((path) => readPath(source, path, prefix)) : [];
  if (operations.length === 0) {
    paths.problem("no-routes", "the document has no operation", "Declare at least one path with a method.");
  }
  return operations;
}

function readPath(source: OpenApiSource, path: string, prefix: string): readonly OpenApiOperation[] {
  if (path.startsWith("x-")) return [];
  if (!path.startsWith("/")) {
    const remedy = `Write "/${path}".`;
    source.root.at("paths").at(path).problem("bad-path", "a path starts with a slash", remedy);
    return [];
  }
  const target = source.follow(source.root.at("paths").at(path));
  if (target === undefined) return [];
  const item = target.reader;
  onlyOpenApi(item, pathMembers);
  const shared = extensionOf(item, "path", target.source);
  const full = prefix !== "" && path === "/" ? prefix : `${prefix}${path}`;
  if (item.at("trace").present) {
    item
      .at("trace")
      .ofRoute(`TRACE ${full}`)
      .problem("unsupported-method", "a route cannot have the method TRACE", "Remove the operation.");
  }
  return methods.flatMap((method) => {
    const key = `${method.toUpperCase()} ${full}`;
    const operation = item.at(method).ofRoute(key);
    if (!operation.present) return [];
    onlyOpenApi(operation, operationMembers);
    const root = source.root;
    const servers = [operation, item].map((level) => level.at("servers")).find((level) => level.present);
    const same = JSON.stringify(servers?.value) === JSON.stringify(root.at("servers").value);
    return {
      source: target.source,
      key,
      operation,
      own: extensionOf(operation, "operation", target.source),
      shared: shared.ofRoute(key),
      security: operation.at("security").present ? operation.at("security") : root.at("security").ofRoute(key),
      sharedParameters: item.at("parameters").ofRoute(key),
      servers: same ? undefined : servers?.ofRoute(key),
    };
  });
}

/** What stands before every path, where the base path of the servers belongs to the routes. */
function basePath(root: Reader): string {
  const where = root.at("x-polygate").at("basePath");
  if (!where.present || where.oneOf(["backend", "route"]) !== "route") return "";
  const servers = root.at("servers");
  const bases = new Set((servers.present ? servers.list() : []).map(pathOfServer));
  if (bases.size > 1) {
    servers.problem(
      "several-base-paths",
      `the servers have several base paths: ${[...bases].join(", ")}`,
      "Leave basePath to the backend, or give all servers the same.",
    );
  }
  return [...bases][0] ?? "";
}

function pathOfServer(server: Reader): string {
  const url = server.at("url").text() ?? "";
  const filled = url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const fallback = server.at("variables").at(name).at("default").value;
    return typeof fallback === "string" ? fallback : "";
  });
  // Servers may be relative; then only the path is of interest, and any origin does.
  const parsed = URL.parse(filled, "https://relative.invalid");
  if (parsed === null) server.at("url").problem("bad-url", `"${url}" is no URL`, "Correct the server's URL.");
  return parsed?.pathname.replace(/\/+$/, "") ?? "";
}
