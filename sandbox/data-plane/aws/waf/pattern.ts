import { type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * The longest pattern. The developer guide's limits say 200, the API reference says 512 (API_RegexMatchStatement); the lower
 * limit applies here.
 */
const MAX_CHARACTERS = 200;

/** Syntax that WAF refuses, or that libpcre and JavaScript read differently. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/\((?!\?:)/, "groups that capture, look around or have options are not supported; write (?:…)"],
  [/\\[1-9kg]/, "backreferences are not supported"],
  [/\\(?![dDwWsSnrtx0.*+?^${}()|[\]\\/-])/, "the escape is not supported by the sandbox"],
  [/[*+?}]\+/, "possessive quantifiers are not supported"],
  [/\[\[?:|\[\^?\]/, "the character class is not supported by the sandbox"],
];

/**
 * Reads a regular expression.
 * @throws UnsupportedArtefact for patterns that WAF refuses or that are not modelled
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html
 */
export function readPattern(value: Plain | undefined, place: string): RegExp {
  const source = text(value, place);
  if (source === "" || source.length > MAX_CHARACTERS) {
    throw new UnsupportedArtefact(place, `must have 1 to ${MAX_CHARACTERS} characters, has ${source.length}`);
  }
  if (/[^\x20-\x7e]/.test(source))
    throw new UnsupportedArtefact(place, "must be printable ASCII; the sandbox supports no other characters");
  // Literal backslashes are removed first, so that the character after one does not look like an escape.
  const plain = source.replaceAll("\\\\", "");
  for (const [form, problem] of REFUSED) if (form.test(plain)) throw new UnsupportedArtefact(place, problem);
  try {
    // The inspected text has one character for each byte. A dot does not match a line feed in either dialect.
    return new RegExp(source);
  } catch (error) {
    throw new UnsupportedArtefact(place, `is not a valid pattern: ${(error as Error).message}`);
  }
}
