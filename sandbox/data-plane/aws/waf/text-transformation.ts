import { allowOnly, at, integer, list, object, oneOf, type Plain } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** Changes the inspected text, which has one character for each byte. */
type Transformation = (text: string) => string;

const TRANSFORMATIONS = {
  NONE: (text) => text,
  LOWERCASE: (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  // Decoded once and byte by byte; invalid encodings stay. Unverified: a + stays a plus.
  URL_DECODE: (text) =>
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
} as const satisfies Readonly<Record<string, Transformation>>;

const NAMES = Object.keys(TRANSFORMATIONS) as (keyof typeof TRANSFORMATIONS)[];

/** The capacity units of each transformation except NONE (docs.aws.amazon.com, aws-waf-capacity-units). */
const UNITS = 10;

export interface Transformations {
  readonly apply: Transformation;
  readonly units: number;
}

/**
 * Reads `textTransformations`.
 * @throws UnsupportedArtefact for transformations that are not modelled
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html
 */
export function readTransformations(value: Plain | undefined, place: string): Transformations {
  const read = list(value, place).map((item, index) => {
    const here = at(place, index);
    const entry = object(item, here);
    allowOnly(entry, here, ["priority", "type"]);
    return {
      priority: integer(entry.priority, at(here, "priority"), 0, Number.MAX_SAFE_INTEGER),
      type: oneOf(entry.type, at(here, "type"), NAMES),
    };
  });
  if (read.length === 0) throw new UnsupportedArtefact(place, "must contain at least one transformation, e.g. NONE");
  if (new Set(read.map(({ priority }) => priority)).size < read.length) {
    throw new UnsupportedArtefact(place, "two transformations have the same priority");
  }
  const steps = read.toSorted((a, b) => a.priority - b.priority).map(({ type }) => type);
  return {
    apply: (text) => steps.reduce((changed, type) => TRANSFORMATIONS[type](changed), text),
    units: UNITS * steps.filter((type) => type !== "NONE").length,
  };
}
