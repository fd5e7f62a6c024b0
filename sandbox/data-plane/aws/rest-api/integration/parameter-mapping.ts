import { at, object, type Plain, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { headerText } from "../../shared/header-text.ts";
import { encodeQuery } from "../../shared/query.ts";
import type { Read } from "../context-variables.ts";
import type { Place, Turn } from "../turn.ts";
import { type Declared, readExpression } from "./parameter-expression.ts";

interface Mapped {
  readonly name: string;
  readonly read: Read;
}

/** An integration's `requestParameters`. */
export interface ParameterMapping {
  readonly headers: readonly Mapped[];
  readonly query: readonly Mapped[];
  /** By the name in the `uri`. */
  readonly path: ReadonlyMap<string, Read>;
}

/** The gateway answers with a 500 when one of them is mapped, or sets them itself. */
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
  where: Pick<Place, "stageVariables">,
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
    const read = readExpression(text(source, at(place, target)), at(place, target), where, declared);
    if (kind === "path") path.set(name, read);
    else (kind === "header" ? headers : query).push({ name, read });
  }
  return { headers, query, path };
}

/**
 * The headers with the mapped ones in place of those of the same name. Without a value the client's own stays (so
 * the AWS-validated tests of localstack/localstack), which a document must not rely on to keep a client's out.
 * @throws UnmappableValue
 */
export function mapHeaders(
  headers: readonly (readonly [string, string])[],
  mapped: readonly Mapped[],
  turn: Turn,
): readonly (readonly [string, string])[] {
  const added = mapped.flatMap(({ name, read }): readonly (readonly [string, string])[] => {
    const value = read(turn);
    return value === undefined || value === "" ? [] : [[name, headerText(value)]];
  });
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...added];
}

/** The client's query, byte for byte, and the mapped parameters after it, beside the client's of the same name (as above). */
export function mapQuery(query: string, mapped: readonly Mapped[], turn: Turn): string {
  const added = mapped.flatMap(({ name, read }) => {
    const value = read(turn);
    return value === undefined || value === "" ? [] : [encodeQuery(name, value)];
  });
  return [...(query === "" ? [] : [query]), ...added].join("&");
}
