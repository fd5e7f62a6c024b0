import { at, object, type Plain, text } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Claims } from "../../verifying/token.ts";
import { headerText } from "../shared/header-text.ts";
import { encodeValue } from "../shared/paths.ts";
import { encodeQuery, queryPairs, queryValue } from "../shared/query.ts";
import { stageVariable } from "../shared/stage-variables.ts";

/**
 * Parameter mapping of requests: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */

/** What a mapping may read of the request under upstream. */
export interface MappingSource {
  readonly request: GatewayRequest;
  /** Decoded, without the stage. */
  readonly path: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly claims: Claims | undefined;
  readonly requestId: string;
  readonly routeKey: string;
  readonly time: number;
}

/** The values of a mapping that are the same for every request. */
export interface MappingScope {
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The route's path variables; a mapping can read no others. */
  readonly variables: readonly string[];
}

type Value = (source: MappingSource) => string | undefined;
/** A part of a value: literal text, or a value of the request. */
type Part = { readonly text: string } | { readonly read: Value };

interface Change {
  readonly verb: "append" | "overwrite" | "remove";
  /** The name of a header, in lower case, or of a query parameter. */
  readonly name: string;
  readonly value: Value;
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
  readonly path: Value | undefined;
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
  let path: Value | undefined;
  for (const [key, mapped] of Object.entries(value === undefined ? {} : object(value, place))) {
    const where = at(place, key);
    const source = text(mapped, where);
    if (key === "overwrite:path") {
      const parts = readParts(source, where, scope);
      path = (request) => {
        const read = parts.map((part) =>
          "text" in part ? part.text : encodeValue((part.read(request) ?? "").toWellFormed()),
        );
        const joined = read.join("");
        return joined.startsWith("/") ? joined : `/${joined}`;
      };
      if (parts.some((part) => "text" in part && /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/.test(part.text))) {
        throw new UnsupportedArtefact(where, "must be a path without a query, percent-encoded");
      }
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
    } else changes.push({ ...change, value: joinParts(readParts(source, where, scope)) });
  }
  return { headers, query, path };
}

function checkHeader(name: string, place: string): void {
  if (!TOKEN.test(name)) throw new UnsupportedArtefact(place, `${JSON.stringify(name)} is not a header name`);
  if (RESERVED.some((pattern) => pattern.test(name))) {
    throw new UnsupportedArtefact(place, `${name} is a reserved header, which API Gateway does not map`);
  }
}

/** Reads a text that contains any number of `${...}`, or a single `$...`. */
function readParts(source: string, place: string, scope: MappingScope): readonly Part[] {
  if (source.startsWith("$") && !source.startsWith("${"))
    return [{ read: readVariable(source.slice(1), place, scope) }];
  const parts: Part[] = [];
  let from = 0;
  for (const found of source.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ text: source.slice(from, found.index) }, { read: readVariable(found[1] ?? "", place, scope) });
    from = found.index + found[0].length;
  }
  parts.push({ text: source.slice(from) });
  for (const part of parts) {
    // Unverified: how API Gateway reads a dollar sign that begins no variable.
    if ("text" in part && part.text.includes("$"))
      throw new UnsupportedArtefact(place, "contains a $ that begins no variable");
    if ("text" in part && /[\u0000-\u001f\u007f]/.test(part.text)) {
      throw new UnsupportedArtefact(place, "contains a control character");
    }
  }
  return parts.filter((part) => !("text" in part) || part.text !== "");
}

/** Unverified: an absent variable has no value by itself, and is empty within a text. */
function joinParts(parts: readonly Part[]): Value {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && "read" in only) return only.read;
  return (source) => parts.map((part) => ("text" in part ? part.text : (part.read(source) ?? ""))).join("");
}

function readVariable(name: string, place: string, scope: MappingScope): Value {
  if (name === "request.path") return ({ path }) => path;
  const [, root, rest] =
    /^(request\.header|request\.querystring|request\.path|stageVariables|context)\.(.+)$/.exec(name) ?? [];
  switch (root) {
    case "request.header": {
      const wanted = (rest as string).toLowerCase();
      return ({ request }) =>
        joined(request.headers.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value));
    }
    case "request.querystring": {
      const wanted = rest as string;
      return ({ request }) =>
        joined(
          queryPairs(request.query)
            .filter((pair) => pair.name === wanted)
            .map(queryValue),
        );
    }
    case "request.path": {
      const wanted = rest as string;
      if (!scope.variables.includes(wanted))
        throw new UnsupportedArtefact(place, `the route has no variable ${wanted}`);
      return ({ variables }) => variables.get(wanted);
    }
    case "stageVariables": {
      const value = stageVariable(rest as string, place, scope);
      return () => value;
    }
    case "context":
      return readContext(rest as string, place, scope);
    default:
      throw new UnsupportedArtefact(place, `$${name} is not supported`);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
function readContext(name: string, place: string, { stage }: MappingScope): Value {
  const claim = /^authorizer\.claims\.(.+)$/.exec(name)?.[1];
  if (claim !== undefined) return ({ claims }) => claimText(claims?.[claim]);
  switch (name) {
    case "requestId":
    case "extendedRequestId":
      return ({ requestId }) => requestId;
    case "httpMethod":
      return ({ request }) => request.method;
    case "path":
      return ({ path }) => (stage === "$default" ? path : `/${stage}${path}`);
    case "routeKey":
      return ({ routeKey }) => routeKey;
    case "stage":
      return () => stage;
    case "protocol":
      return () => "HTTP/1.1";
    case "identity.sourceIp":
      return ({ request }) => request.remoteAddress;
    case "identity.userAgent":
      return ({ request }) => request.header("user-agent");
    case "domainName":
      return ({ request }) => request.header("host");
    case "requestTimeEpoch":
      return ({ time }) => String(Math.floor(time / 1000));
    default:
      throw new UnsupportedArtefact(place, `$context.${name} is not supported by the sandbox`);
  }
}

/** A list claim is written as `[a b]` (measured by floci-io/floci#2011). */
function claimText(claim: unknown): string | undefined {
  if (claim === undefined || claim === null) return undefined;
  if (Array.isArray(claim)) return `[${claim.map(String).join(" ")}]`;
  return typeof claim === "object" ? JSON.stringify(claim) : String(claim);
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(",");
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
    const before = headers.filter(([each]) => each.toLowerCase() === name).map(([, each]) => each);
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
