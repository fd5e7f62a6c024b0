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
  /** The URL of the first server of the operation or its path. Undefined where the document's own server is the same. */
  readonly server: string | undefined;
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

/** The URL of the first server, with the defaults of its variables. Without servers it is that of the document's own host. */
function serverOf(servers: unknown): string {
  const [first] = (servers ?? []) as readonly { readonly url?: string; readonly variables?: Json }[];
  const url = (first?.url ?? "/").replace(/\{([^}]*)\}/g, (_, name: string) =>
    String((first?.variables?.[name] as Json | undefined)?.default),
  );
  const { origin, pathname } = new URL(url, "https://own.invalid");
  return `${origin}${pathname}`.replace("https://own.invalid", "").replace(/\/+$/, "");
}

/** Documents of Swagger 2.0 have one server. */
function ownServerOf(servers: unknown, ofDocument: unknown): string | undefined {
  if (servers === undefined) return undefined;
  const url = serverOf(servers);
  return url === serverOf(ofDocument) ? undefined : url;
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
        server: ownServerOf(operation.servers ?? item.servers, root.servers),
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
