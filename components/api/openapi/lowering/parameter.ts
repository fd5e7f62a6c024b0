import { isHeaderName } from "../../check/headers.ts";
import { isOneLine } from "../../check/list.ts";
import { requiredAnyway } from "../../check/request.ts";
import type { Reader } from "../../reader.ts";
import type { OpenApiOperation } from "../document.ts";
import { definedElsewhere } from "../request.ts";
import type { OpenApiSource } from "../source.ts";
import { type Cause, causeOf } from "./loss.ts";
import { isJson } from "./media-type.ts";
import type { SchemaReader } from "./read-schema.ts";
import { isNothing, type Shape } from "./shape.ts";

/** Reports what is left unchecked at a place. */
export type Lose = (cause: Cause, place: string) => void;

interface Parameter {
  readonly source: OpenApiSource;
  readonly reader: Reader;
  readonly name: string;
  readonly kind: string;
}

const mayBeEmpty = causeOf(
  "whether required parameters are present that may be blank",
  "a gateway refuses a blank one, which the document allows",
);
const spread = causeOf(
  "whether required parameters are present that are objects",
  "a query contains the names of their members",
);
const unnamed = causeOf("whether some required parameters are present", "a gateway cannot name them");
const fixed = causeOf(
  "whether headers are present that belong to the connection or to the auth",
  "the connection and the route's auth decide that",
);
const elsewhere = causeOf("whether required cookies are present", "gateways do not check them");
const wholeQuery = causeOf("query strings that a schema describes as a whole", "gateways do not check them");
const malformed = causeOf("parameters that are not as OpenAPI has them", "what they mean is not known");
const valuesOf = causeOf("the values of parameters", "gateways check only whether a required one is present");

/** The query parameters and headers of an operation that a gateway can require without refusing what the document allows. */
export function requiredNames(
  operation: OpenApiOperation,
  schemas: SchemaReader,
  lose: Lose,
): { readonly query: readonly string[]; readonly headers: readonly string[] } {
  const names = { query: new Set<string>(), headers: new Map<string, string>() };
  for (const parameter of parametersOf(operation, lose)) {
    const place = parameter.source.pointer(parameter.reader.place);
    const { name, kind, reader } = parameter;
    if (reader.at("schema").present || reader.at("content").present) lose(valuesOf, place);
    if (reader.at("required").value !== true || kind === "path") continue;
    if (kind === "header" && definedElsewhere.has(name.toLowerCase())) continue;
    const cause = reasonAgainst(parameter, schemas);
    if (cause !== undefined) lose(cause, place);
    else if (kind === "query") names.query.add(name);
    else if (!names.headers.has(name.toLowerCase())) names.headers.set(name.toLowerCase(), name);
  }
  return { query: [...names.query], headers: [...names.headers.values()] };
}

/** An operation's parameter replaces its path's parameter with the same name and location. */
function parametersOf(operation: OpenApiOperation, lose: Lose): readonly Parameter[] {
  const own = readList(operation.source, operation.operation.at("parameters"), lose);
  const shared = readList(operation.pathSource, operation.sharedParameters, lose).filter(
    ({ name, kind }) => !own.some((other) => other.name === name && other.kind === kind),
  );
  return [...shared, ...own];
}

function readList(source: OpenApiSource, list: Reader, lose: Lose): readonly Parameter[] {
  if (!list.present) return [];
  const items = Array.isArray(list.value) ? list.list() : [];
  if (items.length === 0 && !Array.isArray(list.value)) lose(malformed, source.pointer(list.place));
  return items.flatMap((item): readonly Parameter[] => {
    const found = source.find(item);
    const [name, kind] = [found?.reader.at("name").value, found?.reader.at("in").value];
    if (found !== undefined && typeof name === "string" && typeof kind === "string") return [{ ...found, name, kind }];
    lose(malformed, source.pointer(item.place));
    return [];
  });
}

/** Why a gateway cannot require a parameter, or would refuse requests that the document allows. */
function reasonAgainst({ name, kind, reader, source }: Parameter, schemas: SchemaReader): Cause | undefined {
  if (kind === "cookie") return elsewhere;
  if (kind === "querystring") return wholeQuery;
  if (kind !== "query" && kind !== "header") return malformed;
  if (kind === "header" && requiredAnyway.has(name.toLowerCase())) return fixed;
  if (name === "" || !name.isWellFormed() || !isOneLine(name)) return unnamed;
  if (kind === "header" && !isHeaderName(name)) return unnamed;
  if (reader.at("allowEmptyValue").value === true) return mayBeEmpty;
  const content = reader.at("content");
  if (content.isObject) return content.keys().every((type) => isJson(type)) ? undefined : mayBeEmpty;
  const schema = reader.at("schema");
  if (!schema.present) return mayBeEmpty;
  const { shape } = schemas.of(source, schema);
  if (shape.object !== undefined && kind === "query") return spread;
  return isNeverBlank(shape) ? undefined : mayBeEmpty;
}

/** Long enough for every pattern that describes a text by its length. */
const blanks = ["\t", ...Array.from({ length: 129 }, (_, length) => " ".repeat(length))];

/** Whether the text of each value has a character that is no white space. The text of null, and of an empty list, is not defined. */
function isNeverBlank(shape: Shape): boolean {
  const { isNull, array, object, string, values } = shape;
  if (isNothing(shape) || isNull || array !== undefined || object !== undefined) return false;
  if (string === undefined) return true;
  if (values !== undefined) return values.every((value) => typeof value !== "string" || value.trim() !== "");
  if (string.pattern === undefined) return false;
  const expression = new RegExp(string.pattern, "u");
  return blanks.every((text) => !expression.test(text));
}
