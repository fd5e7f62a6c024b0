import { readFileSync } from "node:fs";
import { parse } from "yaml";

type Json = Readonly<Record<string, unknown>>;

/** The schemes of one alternative of `security`, each with the scopes that it requires. */
export type Alternative = Readonly<Record<string, readonly string[]>>;

/** An operation as a reader of the specification sees it. */
export interface OperationText {
  /** `METHOD /path`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** The alternatives of the operation, or else of the document. Undefined if neither declares any security. */
  readonly security: readonly Alternative[] | undefined;
  /** The name of the backend for a server of the operation or its path. Undefined where the document's applies. */
  readonly backend: string | undefined;
}

/** Whether an operation can be called without what any scheme of it requires. */
export function isUnsecured({ security }: OperationText): boolean {
  return security === undefined || security.length === 0 || security.some((each) => Object.keys(each).length === 0);
}

/** What a scheme of the document is. */
export type SchemeText = "token" | "key" | "other";

/** What an OpenAPI document declares about access. */
export interface DocumentText {
  readonly operations: readonly OperationText[];
  readonly schemes: Readonly<Record<string, SchemeText>>;
  /** The audiences that `x-polygate` has for a scheme. */
  readonly audiences: Readonly<Record<string, readonly string[] | undefined>>;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value itself, or what its reference within the document names. */
function followed(root: Json, value: unknown): Json {
  let current = value;
  for (let hops = 0; isJson(current) && typeof current.$ref === "string"; hops++) {
    const reference = current.$ref;
    if (hops > 20 || !reference.startsWith("#/")) throw new Error(`The oracle does not follow ${reference}.`);
    current = reference
      .slice(2)
      .split("/")
      .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce((owner: unknown, step) => (isJson(owner) ? owner[step] : undefined), root);
  }
  return isJson(current) ? current : {};
}

function schemeOf({ type, scheme, in: place, name }: Json): SchemeText {
  if (type === "oauth2" || type === "openIdConnect") return "token";
  if (type === "http") return String(scheme).toLowerCase() === "bearer" ? "token" : "other";
  return type === "apiKey" && place === "header" && String(name).toLowerCase() === "x-api-key" ? "key" : "other";
}

/** The host and path of the first server in camel case, if the document's first server is another. */
function backendOf(own: unknown, ofDocument: unknown): string | undefined {
  const [server, first] = [own, ofDocument].map(
    (servers) => (servers as readonly { readonly url?: string }[] | undefined)?.[0]?.url,
  );
  const url = server === undefined || server === first ? null : URL.parse(server);
  return url === null
    ? undefined
    : `${url.hostname}${url.pathname}`.replace(/[^A-Za-z0-9]+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

function operationsOf(root: Json): readonly OperationText[] {
  const paths = isJson(root.paths) ? root.paths : {};
  const operations: OperationText[] = [];
  for (const [path, value] of Object.entries(paths)) {
    if (!path.startsWith("/")) continue;
    const item = followed(root, value);
    for (const method of methods) {
      if (item[method] === undefined) continue;
      const operation = followed(root, item[method]);
      const security = operation.security ?? root.security;
      const name = method.toUpperCase();
      operations.push({
        key: `${name} ${path}`,
        method: name,
        path,
        security: security as readonly Alternative[] | undefined,
        backend: backendOf(operation.servers ?? item.servers, root.servers),
      });
    }
  }
  return operations;
}

/** Reads what a document declares about access, of OpenAPI 3 or Swagger 2.0. */
export function readDocument(document: string | Json): DocumentText {
  const text = typeof document === "string" ? readFileSync(document, "utf8").replace(/^\uFEFF/, "") : undefined;
  const root = text === undefined ? (document as Json) : textOf(text);
  const components = isJson(root.components) ? root.components : {};
  const declared = root.securityDefinitions ?? components.securitySchemes ?? {};
  const all = Object.entries(declared as Json).map(([name, value]) => [name, followed(root, value)] as const);
  return {
    operations: operationsOf(root),
    schemes: Object.fromEntries(all.map(([name, scheme]) => [name, schemeOf(scheme)])),
    audiences: Object.fromEntries(
      all.map(([name, { "x-polygate": own }]) => [
        name,
        isJson(own) ? (own.audiences as string[] | undefined) : undefined,
      ]),
    ),
  };
}

function textOf(text: string): Json {
  return (text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text, { merge: true })) as Json;
}
