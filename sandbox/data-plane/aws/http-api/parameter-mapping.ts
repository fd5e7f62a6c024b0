import { at, object, type Plain, text } from "../../document.ts";
import { headerValues } from "../../header-values.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { headerText } from "../shared/header-text.ts";
import { encodeQuery, queryPairs } from "../shared/query.ts";
import { type MappingScope, type MappingSource, type MappingValue, readPathValue, readValue } from "./mapping-value.ts";

interface Change {
  readonly verb: "append" | "overwrite" | "remove";
  /** The name of a header, in lower case, or of a query parameter. */
  readonly name: string;
  readonly value: MappingValue;
}

/**
 * An integration's parameter mapping of requests.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export interface ParameterMapping {
  readonly headers: readonly Change[];
  readonly query: readonly Change[];
  /** The whole path at the backend, encoded. */
  readonly path: MappingValue | undefined;
}

const RESERVED = [
  /^access-control-/,
  /^apigw-/,
  /^x-amz-/,
  /^x-amzn-/,
  /^(?:authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin)$/,
  /^(?:proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|via)$/,
  /^x-forwarded-(?:for|host|proto)$/,
];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads an integration's `requestParameters`.
 * @throws UnsupportedArtefact for undocumented keys and values, and for reserved headers
 */
export function readParameterMapping(value: Plain | undefined, place: string, scope: MappingScope): ParameterMapping {
  const headers: Change[] = [];
  const query: Change[] = [];
  let path: MappingValue | undefined;
  for (const [key, mapped] of Object.entries(value === undefined ? {} : object(value, place))) {
    const where = at(place, key);
    const source = text(mapped, where);
    if (key === "overwrite:path") {
      path = readPathValue(source, where, scope);
      continue;
    }
    const [, verb, kind, name] = /^(append|overwrite|remove):(header|querystring)\.(.+)$/.exec(key) ?? [];
    if (name === undefined) {
      throw new UnsupportedArtefact(
        where,
        "must be append|overwrite|remove:header.NAME, append|overwrite|remove:querystring.NAME or overwrite:path",
      );
    }
    const changes = kind === "header" ? headers : query;
    const change = { verb: verb as Change["verb"], name: kind === "header" ? name.toLowerCase() : name };
    if (kind === "header") checkHeader(change.name, where);
    if (changes.some((other) => other.name === change.name)) {
      // The order in which API Gateway applies several changes is not documented.
      throw new UnsupportedArtefact(where, `${name} is mapped more than once`);
    }
    if (change.verb === "remove") {
      if (source !== "" && source !== "''") throw new UnsupportedArtefact(where, "the value of remove must be empty");
      changes.push({ ...change, value: () => undefined });
    } else changes.push({ ...change, value: readValue(source, where, scope) });
  }
  return { headers, query, path };
}

function checkHeader(name: string, place: string): void {
  if (!TOKEN.test(name)) throw new UnsupportedArtefact(place, `${JSON.stringify(name)} is not a header name`);
  if (RESERVED.some((pattern) => pattern.test(name))) {
    throw new UnsupportedArtefact(place, `${name} is a reserved header, which API Gateway does not map`);
  }
}

/** Applies the header changes. A header without a value is removed, so that a client's header cannot pass for the gateway's. */
export function mapHeaders(
  headers: readonly (readonly [string, string])[],
  changes: readonly Change[],
  source: MappingSource,
): readonly (readonly [string, string])[] {
  if (changes.length === 0) return headers;
  const changed = new Set(changes.map(({ name }) => name));
  const mapped = headers.filter(([name]) => !changed.has(name.toLowerCase()));
  for (const { verb, name, value } of changes) {
    const before = headerValues(headers, name);
    const added = value(source);
    const values = verb === "append" ? [...before, ...(added === undefined ? [] : [headerText(added)])] : [];
    if (verb === "overwrite" && added !== undefined) values.push(headerText(added));
    if (values.length > 0) mapped.push([name, values.join(",")]);
  }
  return mapped;
}

/** Applies the query changes. Other parameters stay byte for byte. */
export function mapQuery(query: string, changes: readonly Change[], source: MappingSource): string {
  if (changes.length === 0) return query;
  const changed = new Map(changes.map((change) => [change.name, change]));
  const unchanged = queryPairs(query).filter(({ name }) => (changed.get(name)?.verb ?? "append") === "append");
  const pairs = unchanged.map(({ raw }) => raw);
  for (const { verb, name, value } of changes) {
    const added = verb === "remove" ? undefined : value(source);
    if (added !== undefined) pairs.push(encodeQuery(name, added));
  }
  return pairs.join("&");
}
