import { allowOnly, at, list, object, oneOf, type Plain, type PlainObject, text } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import { readPattern } from "./pattern.ts";
import { readComponent } from "./request-component.ts";
import { singleMember } from "./single-member.ts";
import { readTransformations } from "./text-transformation.ts";

/** A statement that matches single requests. */
export interface Statement {
  readonly matches: (request: GatewayRequest) => boolean;
  /** The cost in capacity units (docs.aws.amazon.com, aws-waf-capacity-units). */
  readonly units: number;
}

type Reader = (inner: PlainObject, place: string, depth: number) => Statement;

/** docs.aws.amazon.com, limits. */
const MAX_SEARCH_BYTES = 200;

const READERS: Readonly<Record<string, Reader>> = {
  andStatement: (inner, place, depth) => {
    const all = readStatements(inner, place, depth);
    return { matches: (request) => all.every(({ matches }) => matches(request)), units: unitsOf(all) };
  },
  orStatement: (inner, place, depth) => {
    const any = readStatements(inner, place, depth);
    return { matches: (request) => any.some(({ matches }) => matches(request)), units: unitsOf(any) };
  },
  notStatement: (inner, place, depth) => {
    allowOnly(inner, place, ["statement", "statements"]);
    // The provider's schema has a list here, which its bridge exposes as a single statement or as a list.
    const [one, ...others] = inner.statements === undefined ? [inner.statement] : list(inner.statements, place);
    if (others.length > 0) throw new UnsupportedArtefact(at(place, "statements"), "must contain one statement");
    const { matches, units } = readStatement(one, at(place, "statement"), depth - 1);
    return { matches: (request) => !matches(request), units };
  },
  byteMatchStatement: (inner, place) => {
    allowOnly(inner, place, ["fieldToMatch", "positionalConstraint", "searchString", "textTransformations"]);
    const searched = text(inner.searchString, at(place, "searchString"));
    if (searched === "" || Buffer.byteLength(searched) > MAX_SEARCH_BYTES) {
      throw new UnsupportedArtefact(at(place, "searchString"), `must have 1 to ${MAX_SEARCH_BYTES} bytes`);
    }
    const bytes = Buffer.from(searched).toString("latin1");
    const constraint = oneOf(inner.positionalConstraint, at(place, "positionalConstraint"), CONSTRAINTS);
    return inspect(inner, place, (seen) => POSITIONS[constraint](seen, bytes), constraint === "CONTAINS" ? 10 : 2);
  },
  regexMatchStatement: (inner, place) => {
    allowOnly(inner, place, ["fieldToMatch", "regexString", "textTransformations"]);
    const pattern = readPattern(inner.regexString, at(place, "regexString"));
    return inspect(inner, place, (seen) => pattern.test(seen), 3);
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
 * @param depth the levels of and, or and not that the provider's schema allows here
 * @throws UnsupportedArtefact for statements that are not modelled: an ignored one would match nothing
 */
export function readStatement(value: Plain | undefined, place: string, depth: number): Statement {
  const [name, inner] = singleMember(value, place);
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) {
    throw new UnsupportedArtefact(
      at(place, name),
      `is not served by the sandbox; it serves ${Object.keys(READERS).join(", ")}`,
    );
  }
  if (depth < 1 && /^(?:and|or|not)Statement$/.test(name)) {
    throw new UnsupportedArtefact(
      at(place, name),
      "and, or and not are nested more deeply than the provider's schema allows",
    );
  }
  return reader(object(inner, at(place, name)), at(place, name), depth);
}

function readStatements(inner: PlainObject, place: string, depth: number): readonly Statement[] {
  allowOnly(inner, place, ["statements"]);
  const statements = list(inner.statements, at(place, "statements"));
  if (statements.length < 2)
    throw new UnsupportedArtefact(at(place, "statements"), "must contain at least two statements");
  return statements.map((each, index) => readStatement(each, at(at(place, "statements"), index), depth - 1));
}

function inspect(inner: PlainObject, place: string, test: (seen: string) => boolean, units: number): Statement {
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
