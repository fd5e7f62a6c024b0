import type { IncomingMessage } from "node:http";
import type { Forward } from "../interpreter.ts";
import type { Fields } from "./fields.ts";
import { isHopByHop, withoutListed } from "./hop-by-hop.ts";

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
  for (const field of headers) {
    const name = field[0].toLowerCase();
    if (name === "host") host = field[1];
    else if (name !== "content-length" && !isHopByHop(name)) fields.push(field[0], field[1]);
  }
  fields.push("host", host);
  if (length !== undefined && request.headers["content-length"] !== undefined) {
    fields.push("content-length", String(length));
  }
  return fields;
}

/** The headers of a backend's response without those of its connection. */
export function clientFields(raw: readonly (Buffer | string)[]): Fields {
  const fields: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) fields.push([latin1(raw[index]), latin1(raw[index + 1])]);
  return withoutListed(fields).filter((field) => !isHopByHop(field[0].toLowerCase()));
}

function latin1(value: Buffer | string | undefined): string {
  return typeof value === "string" ? value : (value?.toString("latin1") ?? "");
}
