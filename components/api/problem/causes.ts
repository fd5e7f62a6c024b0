import { distinct } from "../distinct.ts";
import { type Problem, type ProblemPlace, printable } from "./problem-list.ts";

/** A string in JSON that a remedy contains: the routes of all problems with the same cause. {@link byCause} fills it in. */
export const ROUTES = "<routes>";

/** One problem for each cause: those with the same code, texts and vendor become one, which lists every route and place. */
export function byCause(problems: readonly Problem[]): readonly Problem[] {
  const causes = Map.groupBy(problems, ({ code, rule, remedy, vendor, feature }) =>
    JSON.stringify([code, rule, remedy, vendor, feature]),
  );
  return [...causes.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    // A part of a document that several routes refer to has its problems once.
    const places = distinct([first, ...more].flatMap(({ at, route, place }) => at ?? [placeOf({ route, place })]));
    const remedy = filled(first.remedy, [...new Set(places.flatMap(({ route }) => route ?? []))]);
    return { ...first, remedy, ...(places.length === 1 ? {} : { count: places.length, at: places }) };
  });
}

/** The number of places that a text lists before it counts the rest. */
const listed = 3;
/** The number of lines that a list of problems has at most in a text. */
export const mostLines = 25;

/**
 * The lines of problems as text, each problem a line for what is wrong and a line for its remedy. Those that do not fit are counted.
 *
 * @param problems one for each cause
 * @param most the number of lines, at least three
 */
export function causeLines(problems: readonly Problem[], most = mostLines): readonly string[] {
  const fit = problems.length * 2 <= most ? problems.length : Math.floor((most - 1) / 2);
  const more = problems.length - fit;
  return [
    ...problems.slice(0, fit).flatMap(linesOf),
    ...(more === 0 ? [] : [`  and ${more} more ${more === 1 ? "cause" : "causes"} of problems`]),
  ];
}

function linesOf({
  route,
  place,
  vendor,
  at = [placeOf({ route, place })],
  count = at.length,
  code,
  rule,
  remedy,
  linters = [],
}: Problem): readonly string[] {
  const places = at
    .slice(0, listed)
    .map((each) => [each.route, each.place].filter((part) => part !== undefined).join(", "));
  const where = [
    `${places.filter((each) => each !== "").join("; ")}${count > listed ? ` and ${count - listed} more` : ""}`,
    vendor ?? "",
  ].filter((part) => part !== "");
  return [
    `  - ${printable(`${where.length === 0 ? "" : `${where.join(", ")}: `}${rule}`)}`,
    `    ${printable(remedy)}${linters.length === 0 ? "" : ` (linters: ${linters.join(", ")})`} [${code}]`,
  ];
}

function placeOf({
  route,
  place,
}: {
  readonly route: string | undefined;
  readonly place: string | undefined;
}): ProblemPlace {
  return { ...(route === undefined ? {} : { route }), ...(place === undefined ? {} : { place }) };
}

function filled(remedy: string, routes: readonly string[]): string {
  return remedy.replaceAll(JSON.stringify(ROUTES), () => routes.map((route) => JSON.stringify(route)).join(", "));
}
