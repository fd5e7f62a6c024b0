import type { Readings } from "../../readings.ts";

/** @see https://cloud.google.com/run/docs/known-issues, "Reserved URL paths" */
export function isKept(path: string, reading: Readings["run-kept-paths"]): boolean {
  if (path === "/eventlog" || path.startsWith("/_ah/")) return true;
  switch (reading) {
    case "none":
      return false;
    case "healthz":
      return path === "/healthz";
    case "all":
      return path.endsWith("z");
  }
}

const DECODED: Readonly<Record<Readings["run-escapes"], RegExp>> = {
  unreserved: /^[A-Za-z0-9\-._~]$/,
  printable: /^[!-~]$/,
};
const NEVER_DECODED = "%/\\?#";

/**
 * The path that the container receives: "some" escapes are decoded, such as `%41`. Dots are not resolved, and escapes that decoding
 * creates are not decoded again.
 *
 * @see https://cloud.google.com/run/docs/known-issues, "Some encoded URL characters are decoded"
 */
export function deliveredPath(path: string, reading: Readings["run-escapes"]): string {
  if (!path.includes("%")) return path;
  return path.replace(/%([0-9A-Fa-f]{2})/g, (escaped, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return DECODED[reading].test(character) && !NEVER_DECODED.includes(character) ? character : escaped;
  });
}
