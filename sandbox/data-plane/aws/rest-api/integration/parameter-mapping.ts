import { at, object, type Plain, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { headerText } from "../../shared/header-text.ts";
import { encodeQuery } from "../../shared/query.ts";
import type { StageScope } from "../../shared/stage-variables.ts";
import type { Read } from "../context-variables.ts";
import type { Exchange } from "../exchange.ts";
import { type Declared, readExpression } from "./parameter-expression.ts";

interface Mapped {
  readonly name: string;
  readonly read: Read;
}

/** An integration's `requestParameters`. */
export interface ParameterMapping {
  readonly headers: readonly Mapped[];
  readonly query: readonly Mapped[];
  /** By the name of the parameter in the `uri`. */
  readonly path: ReadonlyMap<string, Read>;
}

/** Headers that the gateway sets itself, or whose mapping results in a 500. */
const RESERVED = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amzn-apigateway-api-id",
  "x-amzn-trace-id",
]);
const TARGET = /^integration\.request\.(header|querystring|path)\.([!#$%&'*+\-.^_`|~0-9A-Za-z:]+)$/;

/**
 * Reads an integration's `requestParameters`.
 * @throws UnsupportedArtefact for targets and sources that the import refuses, and for headers that cannot be mapped
 */
export function readParameterMapping(
  value: Plain | undefined,
  place: string,
  scope: StageScope,
  declared: Declared,
): ParameterMapping {
  const headers: Mapped[] = [];
  const query: Mapped[] = [];
  const path = new Map<string, Read>();
  for (const [target, source] of Object.entries(value === undefined ? {} : object(value, place))) {
    const [, kind, name] = TARGET.exec(target) ?? [];
    if (name === undefined) {
      throw new UnsupportedArtefact(
        at(place, target),
        "Invalid mapping expression specified: must be integration.request.header.NAME, .querystring.NAME or .path.NAME",
      );
    }
    if (kind === "header" && RESERVED.has(name.toLowerCase())) {
      throw new UnsupportedArtefact(at(place, target), `the header ${name} cannot be mapped`);
    }
    if (kind === "header" && headers.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
      throw new UnsupportedArtefact(at(place, target), `the header ${name} is mapped twice`);
    }
    const read = readExpression(text(source, at(place, target)), at(place, target), scope, declared);
    if (kind === "path") path.set(name, read);
    else (kind === "header" ? headers : query).push({ name, read });
  }
  return { headers, query, path };
}

/**
 * Replaces headers by the mapped ones of the same name. A mapping without a value leaves the client's header in place (as in the
 * AWS-validated tests of localstack/localstack), so it is no protection against that header.
 * @throws UnmappableValue
 */
export function mapHeaders(
  headers: readonly (readonly [string, string])[],
  mapped: readonly Mapped[],
  exchange: Exchange,
): readonly (readonly [string, string])[] {
  const added = mapped.flatMap(({ name, read }): readonly (readonly [string, string])[] => {
    const value = read(exchange);
    return value === undefined || value === "" ? [] : [[name, headerText(value)]];
  });
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...added];
}

/** Appends the mapped parameters to the client's query. The query stays byte for byte, including parameters of the same name. */
export function mapQuery(query: string, mapped: readonly Mapped[], exchange: Exchange): string {
  const added = mapped.flatMap(({ name, read }) => {
    const value = read(exchange);
    return value === undefined || value === "" ? [] : [encodeQuery(name, value)];
  });
  return [...(query === "" ? [] : [query]), ...added].join("&");
}
