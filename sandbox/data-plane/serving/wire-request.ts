import type { IncomingMessage } from "node:http";
import type { GatewayRequest } from "../interpreter.ts";
import { fieldPairs } from "./fields.ts";
import { withoutListed } from "./hop-by-hop.ts";

/** A request as it was received. Its headers are collected only when they are first used. */
export class WireRequest implements GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #message: IncomingMessage;
  #headers: readonly (readonly [string, string])[] | undefined;

  /** @param target the path and query, see `originForm` */
  constructor(message: IncomingMessage, target: string) {
    this.#message = message;
    this.method = message.method ?? "";
    const mark = target.indexOf("?");
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? "" : target.slice(mark + 1);
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? "";
  }

  get headers(): readonly (readonly [string, string])[] {
    // The fields that the client lists are dropped here, before the gateway adds its own, which may have the same names.
    this.#headers ??= withoutListed(fieldPairs(this.#message.rawHeaders));
    return this.#headers;
  }

  header(name: string): string | undefined {
    const { rawHeaders } = this.#message;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const each = rawHeaders[index] as string;
      if (each.length === name.length && each.toLowerCase() === name) return rawHeaders[index + 1];
    }
    return undefined;
  }
}

/**
 * The path and query of a request target, exactly as sent. The absolute form (RFC 9112, 3.2.2) loses its scheme and authority. Undefined
 * for every form but these two.
 */
export function originForm(target: string): string | undefined {
  if (target.startsWith("/")) return target;
  const authority = /^https?:\/\/[^/?#]*/i.exec(target);
  if (authority === null) return undefined;
  const rest = target.slice(authority[0].length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}
