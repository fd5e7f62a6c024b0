import type { Reader } from "../../reader.ts";
import { nearest } from "../../suggestion.ts";
import { ANY_METHOD, methods } from "../document.ts";

/** The members of each object of Swagger 2.0 that decides something about routes. */
export const members = {
  root: [
    ...["swagger", "info", "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions"],
    ...["parameters", "responses", "securityDefinitions", "security", "tags", "externalDocs"],
  ],
  path: ["$ref", ...methods, "parameters"],
  operation: [
    ...["tags", "summary", "description", "externalDocs", "operationId", "consumes", "produces", "parameters"],
    ...["responses", "schemes", "deprecated", "security"],
  ],
} as const;

/** The members of a security scheme, by its type. */
const schemeMembers: Readonly<Record<string, readonly string[]>> = {
  basic: ["type", "description"],
  apiKey: ["type", "description", "name", "in"],
  oauth2: ["type", "description", "flow", "authorizationUrl", "tokenUrl", "scopes"],
};

/**
 * Reports what Swagger 2.0 does not have in the objects that decide about routes. Members of OpenAPI 3 have no meaning there, and a
 * misspelt one could be the one that protects a route.
 */
export function checkMembers(root: Reader): void {
  only(root, members.root);
  checkLocation(root);
  checkSchemes(root);
  const paths = root.at("paths");
  for (const path of paths.isObject ? paths.keys() : []) {
    const item = paths.at(path);
    if (!path.startsWith("x-") && item.isObject) checkPath(item, path);
  }
}

function checkPath(item: Reader, path: string): void {
  only(item, members.path);
  for (const method of [...methods, ANY_METHOD]) {
    const declared = item.at(method);
    if (!declared.present) continue;
    const operation = declared.ofRoute(`${method === ANY_METHOD ? "ANY" : method.toUpperCase()} ${path}`);
    if (!operation.isObject) {
      operation.problem("wrong-type", "An operation must be an object.", "Write { ... }, or remove it.");
      continue;
    }
    only(operation, [...members.operation, "$ref"]);
    checkProtocols(operation);
  }
}

/** Reports members that Swagger 2.0 does not have, except extensions. */
function only(reader: Reader, known: readonly string[]): void {
  for (const member of reader.keys()) {
    if (known.includes(member) || member.startsWith("x-")) continue;
    const near = nearest(member, known);
    const remedy = near === undefined ? `Remove it, or call it "x-${member}".` : `Did you mean "${near}"?`;
    reader.at(member).problem("unknown-property", `Swagger 2.0 has no property "${member}" here.`, remedy);
  }
}

/** Checks what the URL of a server is made from. */
function checkLocation(root: Reader): void {
  const [host, basePath] = [root.at("host"), root.at("basePath")];
  if (host.present) host.text();
  if (basePath.present) {
    const text = basePath.text({ empty: true });
    if (text !== undefined && text !== "" && !text.startsWith("/")) {
      basePath.problem("bad-base-path", "A base path must start with a slash.", `Write "/${text}".`);
    }
  }
  for (const name of ["consumes", "produces"]) if (root.at(name).present) root.at(name).list();
  checkProtocols(root);
}

/** Reports a document, or an operation, whose only protocols are those of WebSockets. */
function checkProtocols(owner: Reader): void {
  const schemes = owner.at("schemes");
  const protocols = schemes.present ? schemes.list().map(({ value }) => value) : [];
  if (protocols.length === 0 || !protocols.every((protocol) => protocol === "ws" || protocol === "wss")) return;
  const rule = "A route cannot be a WebSocket.";
  schemes.problem(
    "unsupported-protocol",
    rule,
    'Add "https", if the backend serves HTTP as well. Otherwise remove it.',
  );
}

function checkSchemes(root: Reader): void {
  const schemes = root.at("securityDefinitions");
  for (const name of schemes.present ? schemes.keys() : []) {
    const scheme = schemes.at(name);
    const type = scheme.isObject ? scheme.at("type").oneOf(["basic", "apiKey", "oauth2"]) : undefined;
    if (!scheme.isObject) scheme.problem("wrong-type", "A security scheme must be an object.", "Write { ... }.");
    // What a scheme of OpenAPI 3 has beside its type follows from the type.
    if (type !== undefined) only(scheme, schemeMembers[type] ?? []);
    if (type !== "apiKey") continue;
    scheme.at("name").text();
    scheme.at("in").oneOf(["header", "query"]);
  }
}
