import type { Reader } from "../reader.ts";

/** Reports what is wrong with one item of a list, at its place. */
export type CheckItem = (text: string, item: Reader) => void;

/** Whether a text contains no line break or other control character. */
export function isOneLine(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** A list of strings, each of which is listed once. */
export function distinct(reader: Reader, check: CheckItem): readonly string[] {
  const texts = new Set<string>();
  for (const item of reader.list()) {
    const text = item.text();
    if (text === undefined) continue;
    if (texts.has(text)) item.problem("duplicate", `"${text}" is listed twice.`, "Remove one.");
    else check(text, item);
    texts.add(text);
  }
  return [...texts];
}

/** A list of strings, at least one, each of which is listed once. `harm` says what an empty list would do. */
export function nonEmpty(reader: Reader, what: string, harm: string, check: CheckItem): readonly string[] {
  if (!reader.present || (Array.isArray(reader.value) && reader.value.length === 0)) {
    reader.problem(`empty-${what}`, `An empty list of ${what} ${harm}.`, `List at least one of the ${what}.`);
    return [];
  }
  return distinct(reader, check);
}
