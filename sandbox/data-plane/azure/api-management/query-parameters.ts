import type { Lookup } from "./lookup.ts";

/** A parameter of a query: its decoded name and value, and its text as sent. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** The percent-decoded text. A text whose escapes are not UTF-8 is returned unchanged. */
export function percentDecoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const decode = (text: string): string => percentDecoded(text.replaceAll("+", " "));

export function queryParameters(query: string): readonly QueryParameter[] {
  return query
    .split("&")
    .filter((text) => text !== "")
    .map((text) => {
      const equals = text.indexOf("=");
      const name = equals < 0 ? text : text.slice(0, equals);
      return { name: decode(name), value: equals < 0 ? "" : decode(text.slice(equals + 1)), text };
    });
}

/** Query parameters by name, compared without case. Unverified: Azure support is reported to say "arguments ... are not case-sensitive". */
export function queryLookup(query: string): Lookup<readonly string[]> {
  const parameters = queryParameters(query);
  return {
    get(name) {
      const values = parameters
        .filter((each) => each.name.toLowerCase() === name.toLowerCase())
        .map((each) => each.value);
      return values.length === 0 ? undefined : values;
    },
  };
}
