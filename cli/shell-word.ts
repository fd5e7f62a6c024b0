import { printable } from "../components/api/problem.ts";

/**
 * Quotes a text as one word of a shell. It is one line without control characters, which a terminal would obey.
 *
 * A text with such characters needs `$'…'`, which POSIX.1-2024 defines.
 */
export function quoted(text: string): string {
  if (printable(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [...text].map((character) => {
    if (character === "'" || character === "\\") return `\\${character}`;
    return printable(character) === character ? character : octal(character);
  });
  return `$'${parts.join("")}'`;
}

/** The bytes of a character. Octal numbers have three digits, so that no digit after them becomes a part of them. */
function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** Quotes a text as one word of a shell, if it needs quotes. */
export function shellWord(text: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}
