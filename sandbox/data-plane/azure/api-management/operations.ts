import { isObject, list, object, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import type { Operation } from "./context.ts";
import { type Parameter, readParameters } from "./parameters.ts";
import { UrlTemplate, UrlTemplateError } from "./url-template.ts";

/** An operation that the import created. */
export interface ApimOperation extends Operation {
  readonly template: UrlTemplate;
}

export interface ImportedApi {
  readonly operations: readonly ApimOperation[];
  /** The first HTTPS URL of `servers`. It is the service URL of an API that sets none. */
  readonly serverUrl: string | undefined;
}

/** The methods that the import reads. `trace` is documented as not supported. */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
const PATH_ITEM_FIELDS = new Set([...METHODS, "trace", "summary", "description", "parameters", "servers"]);
const NAME_LIMIT = 76;
const DUPLICATES = 999;
const DISPLAY_NAME_LIMIT = 300;
const URL_TEMPLATE_LIMIT = 1000;

/**
 * The resource name for an operation id.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#normalization-rules-for-operationid
 */
export function normalizedOperationId(id: string): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, NAME_LIMIT);
}

function uniqueName(base: string, taken: ReadonlySet<string>, place: string): string {
  if (!taken.has(base)) return base;
  for (let i = 1; i <= DUPLICATES; i++) {
    if (!taken.has(`${base}-${i}`)) return `${base}-${i}`;
  }
  throw new UnsupportedArtefact(place, `more than ${DUPLICATES} operations are named ${JSON.stringify(base)}`);
}

/** Rejects references to other files anywhere in the document. */
function refuseExternalReferences(document: PlainObject, root: string): void {
  const pending: { readonly value: unknown; readonly place: string }[] = [{ value: document, place: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    for (const [key, value] of Object.entries(next.value)) {
      const place = `${next.place}.${key}`;
      if (key === "$ref" && typeof value === "string" && !value.startsWith("#")) {
        throw new UnsupportedArtefact(place, "references to other files are not supported by the import");
      }
      pending.push({ value, place });
    }
  }
}

function readVersion(document: PlainObject, root: string): "2" | "3" {
  if (document.swagger === "2.0") return "2";
  const version = document.openapi;
  // https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#openapi-specifications
  if (typeof version === "string" && /^3\.[01]\.\d+$/.test(version)) return "3";
  throw new UnsupportedArtefact(`${root}.openapi`, "only OpenAPI 2.0, 3.0.x and 3.1.x are imported");
}

function serverUrl(document: PlainObject, version: "2" | "3", root: string): string | undefined {
  if (version === "2") {
    const schemes = Array.isArray(document.schemes) ? document.schemes : [];
    if (typeof document.host !== "string" || !schemes.includes("https")) return undefined;
    return `https://${document.host}${typeof document.basePath === "string" ? document.basePath : ""}`;
  }
  const servers = document.servers === undefined ? [] : list(document.servers, `${root}.servers`);
  for (const [i, server] of servers.entries()) {
    const url = text(object(server, `${root}.servers[${i}]`).url, `${root}.servers[${i}].url`);
    if (!/^https:/i.test(url)) continue;
    if (/[{}]/.test(url))
      throw new UnsupportedArtefact(`${root}.servers[${i}]`, "server variables are not supported by the import");
    return url;
  }
  return undefined;
}

/**
 * Imports the operations of an OpenAPI document, with their resource names and URL templates. Security, components other than schemas, and
 * custom extensions are ignored, as documented.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 * @throws UnsupportedArtefact for a document that the service rejects or that the sandbox does not support
 */
export function importOperations(document: PlainObject, root: string): ImportedApi {
  const version = readVersion(document, root);
  refuseExternalReferences(document, root);
  if (!isObject(document.info) || typeof document.info.title !== "string" || document.info.title === "") {
    throw new UnsupportedArtefact(`${root}.info.title`, "the document must have a title");
  }
  if (document["x-ms-paths"] !== undefined)
    throw new UnsupportedArtefact(`${root}.x-ms-paths`, "is not supported by the sandbox");
  const paths = object(document.paths ?? {}, `${root}.paths`);
  const names = new Set<string>();
  const shapes = new Map<string, string>();
  const operations: ApimOperation[] = [];
  for (const [path, value] of Object.entries(paths)) {
    if (path.startsWith("x-")) continue;
    const place = `${root}.paths.${path}`;
    const item = object(value, place);
    const unknown = Object.keys(item).find((key) => !PATH_ITEM_FIELDS.has(key) && !key.startsWith("x-"));
    if (unknown !== undefined)
      throw new UnsupportedArtefact(`${place}.${unknown}`, "the sandbox does not model this member of a path item");
    const shared = readParameters(item.parameters, `${place}.parameters`);
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const operation = importOperation(
        path,
        method,
        object(item[method], `${place}.${method}`),
        shared,
        `${place}.${method}`,
        names,
      );
      const shape = `${operation.method} ${operation.template.shape}`;
      const other = shapes.get(shape);
      if (other !== undefined) {
        throw new UnsupportedArtefact(`${place}.${method}`, `has the same method and URL template as ${other}`);
      }
      shapes.set(shape, `${path}.${method}`);
      names.add(operation.id);
      operations.push(operation);
    }
  }
  return { operations, serverUrl: serverUrl(document, version, root) };
}

/**
 * The operations of an API that are resources of their own.
 *
 * @throws UnsupportedArtefact for two with the same method and template
 */
export function declaredOperations(declared: readonly Operation[], root: string): readonly ApimOperation[] {
  const shapes = new Map<string, string>();
  return declared.map((operation) => {
    const place = `${root}.${operation.id}`;
    const template = readTemplate(operation.urlTemplate, [], place);
    const shape = `${operation.method} ${template.shape}`;
    const other = shapes.get(shape);
    if (other !== undefined)
      throw new UnsupportedArtefact(place, `has the same method and URL template as the operation ${other}`);
    shapes.set(shape, operation.id);
    return { ...operation, template };
  });
}

function importOperation(
  path: string,
  method: string,
  value: PlainObject,
  shared: readonly Parameter[],
  place: string,
  names: ReadonlySet<string>,
): ApimOperation {
  const declaredHere = readParameters(value.parameters, `${place}.parameters`);
  const isOverridden = (parameter: Parameter) =>
    declaredHere.some((each) => each.name === parameter.name && each.in === parameter.in);
  const parameters = [...shared.filter((parameter) => !isOverridden(parameter)), ...declaredHere];
  const query = parameters.filter((each) => each.in === "query" && each.required).map((each) => each.name);
  const template = readTemplate(path, query, place);
  const declared = parameters.filter((each) => each.in === "path").map((each) => each.name);
  const stray = declared.find((name) => !template.pathParameters.includes(name));
  if (stray !== undefined)
    throw new UnsupportedArtefact(place, `the path parameter ${JSON.stringify(stray)} is not in the URL template`);
  const undeclared = template.pathParameters.find((name) => !declared.includes(name));
  if (undeclared !== undefined)
    throw new UnsupportedArtefact(place, `{${undeclared}} is not declared as a path parameter`);
  const id = text(value.operationId ?? "", `${place}.operationId`);
  const base = normalizedOperationId(id === "" ? `${method}-${template.text}` : id);
  if (base === "")
    throw new UnsupportedArtefact(
      `${place}.operationId`,
      `${JSON.stringify(id)} has no character that a resource name can contain`,
    );
  const summary = typeof value.summary === "string" && value.summary !== "" ? value.summary : id;
  if (summary.length > DISPLAY_NAME_LIMIT) {
    throw new UnsupportedArtefact(
      `${place}.summary`,
      `the display name is longer than ${DISPLAY_NAME_LIMIT} characters`,
    );
  }
  return {
    id: uniqueName(base, names, place),
    name: summary,
    method: method.toUpperCase(),
    urlTemplate: template.text,
    template,
  };
}

function readTemplate(path: string, query: readonly string[], place: string): UrlTemplate {
  try {
    const template = new UrlTemplate(path, query);
    if (template.text.length > URL_TEMPLATE_LIMIT) {
      throw new UrlTemplateError(`the URL template is longer than ${URL_TEMPLATE_LIMIT} characters`);
    }
    return template;
  } catch (error) {
    if (!(error instanceof UrlTemplateError)) throw error;
    throw new UnsupportedArtefact(place, error.message);
  }
}
