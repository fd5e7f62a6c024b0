/** One parameter of a query. */
export interface QueryPair {
  /** Decoded. */
  readonly name: string;
  /** The name and value as sent. */
  readonly raw: string;
}

/** The parameters of a query, in order. */
export function queryPairs(query: string): readonly QueryPair[] {
  if (query === "") return [];
  return query.split("&").map((raw) => ({ raw, name: decodeQuery(raw.split("=", 1)[0] ?? "") }));
}

/** The decoded value of a parameter; empty when it has none. */
export function queryValue({ raw }: QueryPair): string {
  return decodeQuery(raw.slice(raw.indexOf("=") + 1 || raw.length));
}

/** Decodes a name or a value of a query. Text that is not percent-encoded UTF-8 is returned unchanged. */
export function decodeQuery(value: string): string {
  const spaced = value.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** A parameter with a value, encoded. */
export function encodeQuery(name: string, value: string): string {
  return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`;
}
