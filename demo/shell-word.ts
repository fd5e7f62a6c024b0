import { printable } from "../components/api/problem.ts";

/** Quotes a text as one word of a POSIX shell, if it needs quotes. Control characters are escaped, which a terminal would obey. */
export function shellWord(text: string): string {
  const line = printable(text);
  return /^[\w@%+:,./-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`;
}
