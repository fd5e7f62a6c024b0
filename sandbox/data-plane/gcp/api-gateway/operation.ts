import { at, boolean, list, object, oneOf, type Plain, type PlainObject, resolve, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { type GcpBackend, readBackend } from "./backend.ts";
import type { JwtProvider } from "./jwt-provider.ts";
import { checkMembers, rejectGoogleMembers } from "./members.ts";
import type { Pattern } from "./pattern-order.ts";
import { readSecurity } from "./security.ts";
import { UrlTemplate } from "./url-template.ts";

/** An operation of the document. */
export interface GcpOperation extends Pattern {
  readonly id: string;
  /** The operation requires a token of one of these. Without providers it is open. */
  readonly providers: readonly JwtProvider[];
  readonly backend: GcpBackend;
}

/** The parts of the document that all operations share. */
export interface DocumentContext {
  readonly root: PlainObject;
  readonly basePath: string;
  readonly providers: ReadonlyMap<string, JwtProvider>;
  /** The providers of an operation without `security`. */
  readonly security: readonly JwtProvider[];
  /** The backend of an operation without `x-google-backend`. */
  readonly backend: GcpBackend | undefined;
  /** The place of each operationId. */
  readonly ids: Map<string, string>;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
const MEMBERS = [
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

/** Reads the operations of a path. */
export function readPath(
  path: string,
  item: PlainObject,
  place: string,
  context: DocumentContext,
): readonly GcpOperation[] {
  checkMembers(item, place, [...METHODS, "parameters"]);
  const shared = readParameters(item.parameters, at(place, "parameters"), context);
  const fullPath = path === "/" && context.basePath !== "" ? context.basePath : `${context.basePath}${path}`;
  const template = new UrlTemplate(fullPath, place);
  return METHODS.flatMap((method) => {
    const value = item[method];
    if (value === undefined) return [];
    const here = at(place, method);
    const operation = readOperation(object(value, here), here, template, shared, context);
    return [{ ...operation, method: method.toUpperCase(), template, place: here }];
  });
}

function readOperation(
  operation: PlainObject,
  place: string,
  template: UrlTemplate,
  shared: ReadonlySet<string>,
  context: DocumentContext,
): Pick<GcpOperation, "id" | "providers" | "backend"> {
  checkMembers(operation, place, MEMBERS);
  const declared = readParameters(operation.parameters, at(place, "parameters"), context).union(shared);
  for (const name of template.parameters) {
    if (declared.has(name)) continue;
    throw new UnsupportedArtefact(at(place, "parameters"), `the path parameter "${name}" is not declared`);
  }
  rejectGoogleMembers(object(operation.responses, at(place, "responses")), at(place, "responses"));
  readSchemes(operation.schemes, at(place, "schemes"));
  const { security, "x-google-backend": value } = operation;
  const backend =
    value === undefined ? context.backend : readBackend(value, at(place, "x-google-backend"), "operation");
  if (backend === undefined) {
    throw new UnsupportedArtefact(place, "x-google-backend is missing, both here and at the top of the document");
  }
  const providers =
    security === undefined ? context.security : readSecurity(security, at(place, "security"), context.providers);
  return { id: readId(operation.operationId, place, context.ids), providers, backend };
}

/** Google requires an id, which becomes the name of a method. Unverified: known only from an error message of Google. */
function readId(value: Plain | undefined, operation: string, ids: Map<string, string>): string {
  const place = at(operation, "operationId");
  const id = text(value, place);
  if (id === "") throw new UnsupportedArtefact(place, "must not be empty");
  const other = ids.get(id);
  if (other !== undefined) throw new UnsupportedArtefact(place, `is also the operationId of ${other}`);
  ids.set(id, operation);
  return id;
}

/** The names of the path parameters. Google does not enforce anything else in a parameter. */
function readParameters(value: Plain | undefined, place: string, context: DocumentContext): Set<string> {
  const names = new Set<string>();
  if (value === undefined) return names;
  for (const [index, entry] of list(value, place).entries()) {
    const here = at(place, index);
    const item = object(entry, here);
    const parameter = item.$ref === undefined ? item : object(resolve(context.root, text(item.$ref, here), here), here);
    rejectGoogleMembers(parameter, here);
    const name = text(parameter.name, at(here, "name"));
    const location = oneOf(parameter.in, at(here, "in"), ["path", "query", "header", "body", "formData"]);
    if (location !== "path") continue;
    if (!boolean(parameter.required, at(here, "required"))) {
      throw new UnsupportedArtefact(at(here, "required"), "a path parameter must be required");
    }
    names.add(name);
  }
  return names;
}

export function readSchemes(value: Plain | undefined, place: string): void {
  if (value === undefined) return;
  for (const [index, scheme] of list(value, place).entries()) oneOf(scheme, at(place, index), ["https", "http"]);
}
