import type { Decision } from "../interpreter.ts";

/** One request that a gateway answered. */
export interface RequestLog {
  /** When it arrived, in milliseconds since the epoch. */
  readonly time: number;
  /** The gateway's name, as a person knows it. */
  readonly gateway: string;
  readonly vendor: string;
  readonly region: string;
  readonly method: string;
  /** As sent, without the query, which may hold a credential. */
  readonly path: string;
  /** Zero when the client went away before there was an answer. */
  readonly status: number;
  readonly decision: Decision;
  /** The route that matched, as the vendor names it. */
  readonly route: string | undefined;
  readonly reason: string;
  /** From arrival to the last byte of the answer, in milliseconds. */
  readonly ms: number;
  /** Whether a backend saw the request, or a part of it. */
  readonly backend: boolean;
}

/** The line for a terminal. Nothing that a client sent can move the cursor or start another line. */
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
