import { ownMember } from "../../../own-member.ts";
import { headerValues } from "../../header-values.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import type { Claims } from "../../verifying/token.ts";
import { hostOf } from "../shared/host.ts";
import { encodeValue } from "../shared/paths.ts";
import { queryPairs, queryValue } from "../shared/query.ts";
import { stageVariable } from "../shared/stage-variables.ts";
import { clientPath } from "./client-path.ts";

/** The values of a request that a mapping can read. */
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

/** Reads a mapped value of a request; undefined when it has none. */
export type MappingValue = (source: MappingSource) => string | undefined;
/** A part of a value: literal text, or a value of the request. */
type Part = { readonly text: string } | { readonly read: MappingValue };

/**
 * Reads a value of a mapping. Unverified: an absent variable has no value by itself, and is empty within a text.
 * @throws UnsupportedArtefact for unknown variables and undocumented syntax
 */
export function readValue(source: string, place: string, scope: MappingScope): MappingValue {
  const parts = readParts(source, place, scope);
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && "read" in only) return only.read;
  return (request) => parts.map((part) => ("text" in part ? part.text : (part.read(request) ?? ""))).join("");
}

/**
 * Reads the value of `overwrite:path`.
 * @throws UnsupportedArtefact for unknown variables, and for a text that is not a percent-encoded path
 */
export function readPathValue(source: string, place: string, scope: MappingScope): MappingValue {
  const parts = readParts(source, place, scope);
  if (parts.some((part) => "text" in part && /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/.test(part.text))) {
    throw new UnsupportedArtefact(place, "must be a path without a query, percent-encoded");
  }
  return (request) => {
    let path = "";
    for (const part of parts)
      path += "text" in part ? part.text : encodeValue((part.read(request) ?? "").toWellFormed());
    return path.startsWith("/") ? path : `/${path}`;
  };
}

/** Reads the parts of a value: a text that contains any number of `${...}`, or a single `$...`. */
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

/** Reads a variable, by its name without the dollar sign. */
function readVariable(name: string, place: string, scope: MappingScope): MappingValue {
  if (name === "request.path") return ({ path }) => path;
  const [, root, rest] =
    /^(request\.header|request\.querystring|request\.path|stageVariables|context)\.(.+)$/.exec(name) ?? [];
  switch (root) {
    case "request.header": {
      const wanted = (rest as string).toLowerCase();
      return ({ request }) => joined(headerValues(request.headers, wanted));
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

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
function readContext(name: string, place: string, { stage }: MappingScope): MappingValue {
  const claim = /^authorizer\.claims\.(.+)$/.exec(name)?.[1];
  if (claim !== undefined) return ({ claims }) => claimText(ownMember(claims, claim));
  switch (name) {
    case "requestId":
    case "extendedRequestId":
      return ({ requestId }) => requestId;
    case "httpMethod":
      return ({ request }) => request.method;
    case "path":
      return (source) => clientPath(source, stage);
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
      return ({ request }) => request.domain?.name ?? hostOf(request);
    case "requestTimeEpoch":
      // Unverified: AWS documents no unit here. The event of a function contains milliseconds.
      return ({ time }) => String(time);
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
