import type { GatewayRequest } from "../../../interpreter.ts";

/** The signed parts of a request, without its body. */
export type SignedRequest = Pick<GatewayRequest, "method" | "path" | "query" | "headers">;

/** The decoded parameters of a query; undefined when it is not percent-encoded UTF-8. */
export function queryParameters(query: string): readonly (readonly [string, string])[] | undefined {
  try {
    return query
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        const [name, value] = equals === -1 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
        return [decodeURIComponent(name), decodeURIComponent(value)] as const;
      });
  } catch {
    return undefined;
  }
}
