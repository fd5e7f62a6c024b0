/** What a function wrote. */
export interface FunctionLog {
  readonly functionName: string;
  /** Of the invocation; undefined for what was written outside of any. */
  readonly requestId: string | undefined;
  /** `INFO`, `ERROR` and the like; `OUT` and `ERR` for what went straight to a stream. */
  readonly level: string;
  readonly text: string;
}

/** The lines for a terminal: nothing that a function wrote can move the cursor. */
export function formatFunctionLog({ functionName, requestId, level, text }: FunctionLog): string {
  const about = `[${functionName}${requestId === undefined ? "" : ` ${requestId}`}] ${level}`;
  const safe = text.replace(/\r?\n$/, "").replace(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return safe
    .split("\n")
    .map((line) => `${about} ${line}`)
    .join("\n");
}
