import type { IncomingMessage } from "node:http";
import type { Forward } from "../interpreter.ts";
import { isHopByHop } from "./hop-by-hop.ts";

/** Header names and values in wire order. */
export type Fields = readonly (readonly [string, string])[];

/**
 * The headers of a request to a backend: `headers` without those of a connection. The request's own `Connection` does not apply to them: the
 * gateway may have set a header that it lists.
 *
 * @param authority the value of `Host`, unless `headers` contain one
 * @param length the length of the body, when it is known
 */
export function backendFields(
  headers: Forward["headers"],
  request: IncomingMessage,
  authority: string,
  length: number | undefined,
): string[] {
  const fields: string[] = [];
  let host = authority;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "host") host = value;
    else if (lower !== "content-length" && !isHopByHop(lower, undefined)) fields.push(name, value);
  }
  fields.push("host", host);
  if (length !== undefined && request.headers["content-length"] !== undefined) {
    fields.push("content-length", String(length));
  }
  return fields;
}

/** The headers of a backend's response without those of its connection. */
export function clientFields(raw: readonly (Buffer | string)[]): Fields {
  const all: [string, string][] = [];
  let connection: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = latin1(raw[index]);
    const value = latin1(raw[index + 1]);
    if (name.length === 10 && name.toLowerCase() === "connection") connection = value;
    all.push([name, value]);
  }
  return all.filter(([name]) => !isHopByHop(name.toLowerCase(), connection));
}

function latin1(value: Buffer | string | undefined): string {
  return typeof value === "string" ? value : (value?.toString("latin1") ?? "");
}
