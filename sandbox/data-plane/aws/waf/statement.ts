import { at, known, list, object, oneOf, type Plain, type PlainObject, text } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import { readPattern } from "./pattern.ts";
import { readComponent } from "./request-component.ts";
import { only } from "./single-member.ts";
import { readTransformations } from "./text-transformation.ts";

/** What matches requests, one by one. */
export interface Statement {
  readonly matches: (request: GatewayRequest) => boolean;
  /** Its cost in capacity units: docs.aws.amazon.com, aws-waf-capacity-units. */
  readonly units: number;
}

type Reader = (inner: PlainObject, place: string, depth: number) => Statement;

/** docs.aws.amazon.com, limits. */
const MAX_SEARCHED = 200;

const READERS: Readonly<Record<string, Reader>> = {
  andStatement: (inner, place, depth) => {
    const all = several(inner, place, depth);
    return { matches: (request) => all.every(({ matches }) => matches(request)), units: unitsOf(all) };
  },
  orStatement: (inner, place, depth) => {
    const any = several(inner, place, depth);
    return { matches: (request) => any.some(({ matches }) => matches(request)), units: unitsOf(any) };
  },
  notStatement: (inner, place, depth) => {
    known(inner, place, ["statement", "statements"]);
    // The provider's schema has a list here, which its bridge shows as one or as a list.
    const [one, ...others] = inner.statements === undefined ? [inner.statement] : list(inner.statements, place);
    if (others.length > 0) throw new UnsupportedArtefact(at(place, "statements"), "must hold one");
    const { matches, units } = readStatement(one, at(place, "statement"), depth - 1);
    return { matches: (request) => !matches(request), units };
  },
  byteMatchStatement: (inner, place) => {
    known(inner, place, ["fieldToMatch", "positionalConstraint", "searchString", "textTransformations"]);
    const searched = text(inner.searchString, at(place, "searchString"));
    if (searched === "" || Buffer.byteLength(searched) > MAX_SEARCHED) {
      throw new UnsupportedArtefact(at(place, "searchString"), `must have 1 to ${MAX_SEARCHED} bytes`);
    }
    const bytes = Buffer.from(searched).toString("latin1");
    const constraint = oneOf(inner.positionalConstraint, at(place, "positionalConstraint"), CONSTRAINTS);
    return inspecting(inner, place, (seen) => POSITIONS[constraint](seen, bytes), constraint === "CONTAINS" ? 10 : 2);
  },
  regexMatchStatement: (inner, place) => {
    known(inner, place, ["fieldToMatch", "regexString", "textTransformations"]);
    const pattern = readPattern(inner.regexString, at(place, "regexString"));
    return inspecting(inner, place, (seen) => pattern.test(seen), 3);
  },
};

const POSITIONS = {
  EXACTLY: (seen, searched) => seen === searched,
  STARTS_WITH: (seen, searched) => seen.startsWith(searched),
  ENDS_WITH: (seen, searched) => seen.endsWith(searched),
  CONTAINS: (seen, searched) => seen.includes(searched),
} as const satisfies Readonly<Record<string, (seen: string, searched: string) => boolean>>;

const CONSTRAINTS = Object.keys(POSITIONS) as (keyof typeof POSITIONS)[];

/**
 * Reads a statement of a rule.
 * @param depth how many levels of and, or and not the provider's schema has here
 * @throws UnsupportedArtefact for statements that are not modelled: one that is ignored would match nothing
 */
export function readStatement(value: Plain | undefined, place: string, depth: number): Statement {
  const [name, inner] = only(value, place);
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) {
    throw new UnsupportedArtefact(
      at(place, name),
      `this kind of statement is not served here; known are ${Object.keys(READERS).join(", ")}`,
    );
  }
  if (depth < 1 && /^(?:and|or|not)Statement$/.test(name)) {
    throw new UnsupportedArtefact(at(place, name), "the provider's schema does not nest and, or and not so deep");
  }
  return reader(object(inner, at(place, name)), at(place, name), depth);
}

function several(inner: PlainObject, place: string, depth: number): readonly Statement[] {
  known(inner, place, ["statements"]);
  const statements = list(inner.statements, at(place, "statements"));
  if (statements.length < 2) throw new UnsupportedArtefact(at(place, "statements"), "must hold at least two");
  return statements.map((each, index) => readStatement(each, at(at(place, "statements"), index), depth - 1));
}

function inspecting(inner: PlainObject, place: string, test: (seen: string) => boolean, units: number): Statement {
  const component = readComponent(inner.fieldToMatch, at(place, "fieldToMatch"));
  const transformations = readTransformations(inner.textTransformations, at(place, "textTransformations"));
  return {
    matches: (request) => test(transformations.apply(component(request))),
    units: units + transformations.units,
  };
}

function unitsOf(statements: readonly Statement[]): number {
  return statements.reduce((sum, { units }) => sum + units, 0);
}
