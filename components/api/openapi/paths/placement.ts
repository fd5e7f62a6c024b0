import { isDeepStrictEqual } from "node:util";
import { foreignParameter } from "../../path/dialect.ts";
import { isFault, type Pattern, parsePattern, type Relation, relate } from "../../path/pattern.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { Remedies } from "../answers/remedies.ts";
import type { OpenApiOperation } from "../document.ts";
import type { Remark } from "../security/alternatives.ts";
import { PathQuestion } from "./path-question.ts";

/** Text and parameters in one segment, such as `{id}.json`. */
const mixed = /^(?=.*\{)(?!\{[^{}]*\}$)(?:[A-Za-z0-9\-._~!$&'()+,;=:@]|\{[A-Za-z_][A-Za-z0-9_.-]{0,63}\})+$/;

/** The key of an operation's route, and what a reviewer needs to know about its path. */
export interface Placement {
  readonly key: string;
  readonly unchecked: readonly Remark[];
  readonly notes: readonly string[];
  /** Whether parameters match text beside them, so that the backend must receive the path as it was sent. */
  readonly isWhole: boolean;
  /** Whether the operation's path has a slash at its end, and the route's has not. */
  readonly isSlashed: boolean;
}

/** Places operations whose paths no gateway matches as they are: an answer must allow another path. */
export class Placements {
  readonly #segments: PathQuestion;
  readonly #slashes: PathQuestion;
  readonly #queries: PathQuestion;

  constructor(answers: AnswerBook, remedies: Remedies) {
    this.#segments = new PathQuestion("segments", answers, remedies);
    this.#slashes = new PathQuestion("trailingSlash", answers, remedies);
    this.#queries = new PathQuestion("pathQuery", answers, remedies);
  }

  /** Undefined for an operation that is not decided. */
  of(operation: OpenApiOperation): Placement | undefined {
    const { key } = operation;
    const [method = "", declared = ""] = key.split(" ", 2);
    const [, path = declared, written] = /^([^?#]+)\?([^#]*)$/.exec(declared) ?? [];
    const query = written === undefined ? undefined : this.#queries.answerFor(operation, `"${declared}"`);
    const isSlashed = /[^/]\/$/.test(path);
    const slash = isSlashed ? this.#slashes.answerFor(operation, `"${path}"`) : undefined;
    const steps = (isSlashed ? path.slice(0, -1) : path).split("/");
    const parts = steps.filter(isMixed);
    const isWhole = parts.length > 0;
    const declares = parts.map((part) => `"${part}"`).join(" and ");
    const segments = isWhole ? this.#segments.answerFor(operation, declares) : undefined;
    const isUndecided = (isSlashed && !slash) || (isWhole && !segments) || (written !== undefined && !query);
    if (isUndecided) return undefined;
    const placed = steps.map((part) => (isMixed(part) ? (/\{[^{}]*\}/.exec(part)?.[0] ?? part) : part)).join("/");
    const texts = parts.map((part) => `the text beside the parameters in "${part}"`);
    return {
      key: `${method} ${placed}`,
      unchecked: [
        ...texts.map((what) => ({ what, reason: segments?.reason ?? "" })),
        ...(query === undefined ? [] : [{ what: `the query "${written}" in the path`, reason: query.reason }]),
      ],
      notes: slash === undefined ? [] : [`clients must send the path without the slash at its end: ${slash.reason}`],
      isWhole,
      isSlashed,
    };
  }

  /** Reports the operations that are not decided. */
  report(): void {
    this.#segments.report();
    this.#slashes.report();
    this.#queries.report();
  }
}

function isMixed(part: string): boolean {
  return mixed.test(part) && foreignParameter(part, true) === undefined;
}

/** A route and its key, with what is compared of the key. */
export interface KeyedRoute {
  readonly key: string;
  readonly method: string;
  /** Undefined for a malformed path, which is reported elsewhere. */
  readonly pattern: Pattern | undefined;
  readonly route: unknown;
  /** Whether the path of its operation has a slash at the end. */
  readonly isSlashed: boolean;
}

export function keyed(key: string, route: unknown, isSlashed = false): KeyedRoute {
  const [method = "", path = ""] = key.split(" ", 2);
  const pattern = parsePattern(path);
  return { key, method, pattern: isFault(pattern) ? undefined : pattern, route, isSlashed };
}

/**
 * The key of the route that serves an operation whose path differs from the route's: its own, or that of one with the same paths. Reports a
 * route that would take paths from one that does something different.
 */
export function servingKey(
  placed: KeyedRoute,
  { key, operation }: OpenApiOperation,
  others: readonly KeyedRoute[],
): string | undefined {
  const rivals = others.filter((other) => takesPaths(placed, other));
  const different = rivals.find(({ route }) => !isDeepStrictEqual(route, placed.route));
  if (different !== undefined) {
    const { what, code } = changeOf(placed, key);
    operation.problem(
      code,
      `${what}, "${key}" would take paths from "${different.key}", which does something different.`,
      "Give both the same auth, scopes, limits and backend, or remove one of the two routes.",
    );
    return undefined;
  }
  const same = rivals.find((other) => other.method === placed.method && relationOf(placed, other) === "equal");
  return same?.key ?? placed.key;
}

/** How the path of a placed route differs from its operation's. */
function changeOf({ isSlashed }: KeyedRoute, operation: string): { readonly what: string; readonly code: string } {
  if (operation.includes("?")) return { what: "Without the query in its path", code: "query-taken" };
  return isSlashed
    ? { what: "Without the slash at the end of its path", code: "slash-taken" }
    : { what: "With a whole segment in its path", code: "segment-taken" };
}

/** Whether requests to paths that another route would serve may reach a placed route, or the reverse. */
function takesPaths(placed: KeyedRoute, other: KeyedRoute): boolean {
  const isMethod = placed.method === other.method || placed.method === "ANY" || other.method === "ANY";
  if (!isMethod) return false;
  const relation = relationOf(placed, other);
  // Of a narrower route, gateways also take paths with a slash at the end, which only the placed route has in the document.
  if (placed.isSlashed && !other.isSlashed) return relation !== "disjoint";
  if (placed.isSlashed && other.isSlashed) return relation === "equal";
  return ["equal", "narrower", "crossing"].includes(relation);
}

function relationOf({ pattern: one }: KeyedRoute, { pattern: other }: KeyedRoute): Relation {
  return one === undefined || other === undefined ? "disjoint" : relate(one, other);
}
