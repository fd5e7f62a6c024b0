import type { Lookup } from "./lookup.ts";

/** One parameter of a query: its decoded name and value, and the text as sent. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** A text without its percent-escapes, or as it is where they are not UTF-8. */
export function percentDecoded(text: string): string {
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

/** Query parameters by name, without case: "arguments ... are not case-sensitive" (Azure support, by report). */
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
