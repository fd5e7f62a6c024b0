import type { PolicyContext } from "../../context.ts";
import type { PolicyReader, Value } from "../../policy-reader.ts";
import { queryLookup } from "../../query-parameters.ts";

/** Returns the token of a request; undefined without a token, and null when the required scheme does not match. */
export type TokenSource = (context: PolicyContext) => string | null | undefined;

/** Reads which header, query parameter or expression contains the token. */
export function readTokenSource(reader: PolicyReader): TokenSource {
  const header = reader.optionalText("header-name");
  const query = reader.optionalText("query-parameter-name");
  const token = reader.optionalText("token-value");
  const scheme = reader.optionalText("require-scheme");
  if ([header, query, token].filter((source) => source !== undefined).length !== 1) {
    reader.refuse("must have exactly one of header-name, query-parameter-name and token-value");
  }
  if (token !== undefined) return (context) => token.get(context) || undefined;
  if (query !== undefined) {
    return (context) => queryLookup(context.request.originalUrl.query).get(query.get(context))?.[0] || undefined;
  }
  return (context) => headerToken(context, header?.get(context) ?? "", scheme);
}

function headerToken(
  context: PolicyContext,
  name: string,
  scheme: Value<string> | undefined,
): string | null | undefined {
  const value = context.request.headers.get(name)?.join(",").trim();
  if (value === undefined || value === "") return undefined;
  // A required scheme applies to the Authorization header only. Any other header contains the token alone.
  if (name.toLowerCase() !== "authorization") return value;
  const [, word = "", rest] = /^(\S+)(?: +(.*))?$/s.exec(value) ?? [];
  if (scheme !== undefined) return word.toLowerCase() === scheme.get(context).toLowerCase() ? (rest ?? "") : null;
  return rest === undefined ? word : rest;
}
