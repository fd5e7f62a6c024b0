/** Text that a function wrote. */
export interface FunctionLog {
  readonly functionName: string;
  /** Undefined for text that was written outside of an invocation. */
  readonly requestId: string | undefined;
  /** A level such as `INFO` or `ERROR`; `OUT` and `ERR` for text that was written to a stream directly. */
  readonly level: string;
  readonly text: string;
}

/** Formats lines for a terminal. Control characters are escaped, so that a function cannot move the cursor. */
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
