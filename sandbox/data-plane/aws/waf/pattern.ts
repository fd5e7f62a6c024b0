import { type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * The longest pattern: docs.aws.amazon.com, waf/latest/developerguide/limits (200); the API's reference has 512
 * (API_RegexMatchStatement). Where they differ, the lower one.
 */
const MAX_CHARACTERS = 200;

/** What WAF refuses, or where libpcre and the patterns of JavaScript part; what else differs is refused with them. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/\((?!\?:)/, "groups that capture, look around, or have options are not taken; write (?:…)"],
  [/\\[1-9kg]/, "there are no backreferences"],
  [/\\(?![dDwWsSnrtx0.*+?^${}()|[\]\\/-])/, "the escape is not modelled"],
  [/[*+?}]\+/, "there are no possessive quantifiers"],
  [/\[\[?:|\[\^?\]/, "the class is not modelled"],
];

/**
 * Reads a regular expression: https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html
 * @throws UnsupportedArtefact for what WAF does not take, and for what is not modelled
 */
export function readPattern(value: Plain | undefined, place: string): RegExp {
  const source = text(value, place);
  if (source === "" || source.length > MAX_CHARACTERS) {
    throw new UnsupportedArtefact(place, `must have 1 to ${MAX_CHARACTERS} characters, has ${source.length}`);
  }
  if (/[^\x20-\x7e]/.test(source)) throw new UnsupportedArtefact(place, "only printable ASCII is modelled");
  // A literal backslash is taken out first, so that what follows it is not taken for an escape.
  const plain = source.replaceAll("\\\\", "");
  for (const [form, problem] of REFUSED) if (form.test(plain)) throw new UnsupportedArtefact(place, problem);
  try {
    // What is inspected has a character for each byte; a dot is no line feed, in both.
    return new RegExp(source);
  } catch (error) {
    throw new UnsupportedArtefact(place, `is no pattern: ${(error as Error).message}`);
  }
}
