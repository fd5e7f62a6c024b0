import { at, object, oneOf, type Plain, type PlainObject, parseDocument, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { readBackend } from "./backend.ts";
import { readProviders } from "./jwt-provider.ts";
import { checkMembers, rejectGoogleMembers } from "./members.ts";
import { type DocumentContext, type GcpOperation, readPath, readSchemes } from "./operation.ts";
import { sortPatterns } from "./pattern-order.ts";
import { readSecurity } from "./security.ts";

const MEMBERS = [
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

/**
 * Reads the document of an API config: OpenAPI 2.0 with `x-google-*` (cloud.google.com/api-gateway/docs/oasv2-extensions).
 *
 * @returns the operations in the order in which the proxy tries them
 * @throws UnsupportedArtefact for a document that Google rejects or that the sandbox does not support
 */
export function readGcpDocument(document: string, managedService: string): readonly GcpOperation[] {
  const root = parseDocument(document);
  checkRoot(root);
  const context = readContext(root, managedService);
  const operations = Object.entries(object(root.paths, "paths")).flatMap(([path, item]) => {
    if (!path.startsWith("x-")) return readPath(path, object(item, at("paths", path)), at("paths", path), context);
    checkMembers({ [path]: item }, "paths", []);
    return [];
  });
  if (operations.length === 0) throw new UnsupportedArtefact("paths", "no operation is declared");
  return sortPatterns(operations);
}

function checkRoot(root: PlainObject): void {
  if (Object.hasOwn(root, "openapi")) {
    const problem = "OpenAPI 3.x with x-google-api-management is not supported by the sandbox; use OpenAPI 2.0";
    throw new UnsupportedArtefact("openapi", `${problem} (swagger: "2.0")`);
  }
  oneOf(root.swagger, "swagger", ["2.0"]);
  checkMembers(root, "", MEMBERS);
  const info = object(root.info, "info");
  text(info.title, "info.title");
  text(info.version, "info.version");
  if (root.host !== undefined && text(root.host, "host").includes(":")) {
    throw new UnsupportedArtefact("host", "a custom port is not supported (openapi-limitations)");
  }
  if (root["x-google-allow"] !== undefined) oneOf(root["x-google-allow"], "x-google-allow", ["configured"]);
  readSchemes(root.schemes, "schemes");
  for (const member of ["info", "definitions", "parameters", "responses", "tags", "externalDocs"]) {
    rejectGoogleMembers(root[member], member);
  }
}

function readContext(root: PlainObject, managedService: string): DocumentContext {
  const { security, "x-google-backend": backend } = root;
  const basePath = readBasePath(root.basePath);
  const providers = readProviders(root.securityDefinitions, managedService);
  return {
    root,
    basePath,
    providers,
    backend: backend === undefined ? undefined : readBackend(backend, "x-google-backend", "top"),
    security: security === undefined ? [] : readSecurity(security, "security", providers),
    ids: new Map(),
  };
}

function readBasePath(value: Plain | undefined): string {
  if (value === undefined) return "";
  const path = text(value, "basePath");
  if (!path.startsWith("/")) throw new UnsupportedArtefact("basePath", "must start with a slash");
  return path.replace(/\/$/, "");
}
