import type { Decision } from "../interpreter.ts";

/** One request to a gateway. */
export interface RequestLog {
  /** The time of arrival, in milliseconds since the epoch. */
  readonly time: number;
  /** The name of the gateway's resource. */
  readonly gateway: string;
  readonly vendor: string;
  readonly region: string;
  readonly method: string;
  /** The path as sent, without the query, which may contain a credential. */
  readonly path: string;
  /** Zero when the client closed the connection before the response. */
  readonly status: number;
  readonly decision: Decision;
  /** The matched route, as the vendor names it. */
  readonly route: string | undefined;
  readonly reason: string;
  /** From arrival to the last byte of the response, in milliseconds. */
  readonly ms: number;
  /** Whether a backend received the request, or a part of it. */
  readonly backend: boolean;
}

/** Formats a line for a terminal. Control characters are escaped, so that a client cannot move the cursor or start another line. */
export function formatRequestLog(line: RequestLog): string {
  const clock = new Date(line.time).toISOString().slice(11, 23);
  const route = line.route === undefined ? "" : ` [${line.route}]`;
  const backend = line.backend ? "" : ", backend not touched";
  const text =
    `${clock} ${line.gateway} (${line.vendor} ${line.region}) ${line.method} ${line.path} ${line.status} ` +
    `${line.decision}${route}: ${line.reason} (${line.ms.toFixed(1)} ms${backend})`;
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
