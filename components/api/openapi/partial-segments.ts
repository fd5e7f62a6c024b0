import { isDeepStrictEqual } from "node:util";
import { foreignParameter } from "../path/dialect.ts";
import { isFault, type Pattern, parsePattern, type Relation, relate } from "../path/pattern.ts";
import type { AnswerBook } from "./answers/answer-book.ts";
import type { SegmentsAnswer } from "./answers/answers.ts";
import type { Remedies } from "./answers/remedies.ts";
import type { OpenApiOperation } from "./document.ts";
import type { Remark } from "./security/alternatives.ts";
import { Undecided } from "./security/undecided.ts";

/** Text and parameters in one segment, such as `{id}.json`. */
const mixed = /^(?=.*\{)(?!\{[^{}]*\}$)(?:[A-Za-z0-9\-._~!$&'()+,;=:@]|\{[A-Za-z_][A-Za-z0-9_.-]{0,63}\})+$/;

/** The key of an operation's route, and what the gateway does not check of its path. */
export interface Placement {
  readonly key: string;
  readonly unchecked: readonly Remark[];
}

/** Places operations whose paths contain parts of segments. Gateways match whole segments, so an answer must allow that. */
export class PartialSegments {
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #undecided = new Undecided("partial-segment");

  constructor(answers: AnswerBook, remedies: Remedies) {
    this.#answers = answers;
    this.#remedies = remedies;
  }

  /** Undefined for an operation that is not decided. */
  placed({ key, operation }: OpenApiOperation): Placement | undefined {
    const [method = "", path = ""] = key.split(" ", 2);
    const parts = path.split("/").filter(isMixed);
    if (parts.length === 0) return { key, unchecked: [] };
    const given = this.#answers.segments(key);
    if (given === undefined) {
      this.#undecided.add(operation, key, parts.map((part) => `"${part}"`).join(" and "));
      return undefined;
    }
    if (!this.#answers.covers(given, key)) return undefined;
    const whole = path.split("/").map((part) => (isMixed(part) ? (/\{[^{}]*\}/.exec(part)?.[0] ?? part) : part));
    const unchecked = parts.map((part) => ({
      what: `the text beside the parameters in "${part}"`,
      reason: given.answer.reason,
    }));
    return { key: `${method} ${whole.join("/")}`, unchecked };
  }

  /** Reports the operations that are not decided. */
  report(): void {
    const before = this.#answers.extended<SegmentsAnswer>(["segments"])?.operations ?? [];
    const operations = [...before, ...this.#undecided.operations];
    const example = { kind: "whole", reason: "HOW THE BACKEND TREATS OTHER TEXT" };
    const answer = { ...example, operations };
    this.#undecided.report(
      (declares) => `A parameter of a gateway is a whole segment, but the path mixes it with text: ${declares}.`,
      `If the gateway may match the whole segment and the backend decides about the text, ${this.#remedies.atRoot({ answers: { segments: answer } })}`,
      { questions: [{ at: ["answers", "segments"], example }] },
    );
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
}

export function keyed(key: string, route: unknown): KeyedRoute {
  const [method = "", path = ""] = key.split(" ", 2);
  const pattern = parsePattern(path);
  return { key, method, pattern: isFault(pattern) ? undefined : pattern, route };
}

/**
 * The key of the route that serves the operation of a whole route: its own, or that of one with the same paths. Reports a whole route that
 * would take paths from a route that does something different.
 */
export function servingKey(
  whole: KeyedRoute,
  { key, operation }: OpenApiOperation,
  others: readonly KeyedRoute[],
): string | undefined {
  const rivals = others.filter((other) => takesPaths(whole, other));
  const different = rivals.find(({ route }) => !isDeepStrictEqual(route, whole.route));
  if (different !== undefined) {
    operation.problem(
      "segment-taken",
      `With a whole segment in its path, "${key}" would take paths from "${different.key}", which does something different.`,
      "Give both the same auth, scopes, limits and backend, or remove one of the two routes.",
    );
    return undefined;
  }
  const same = rivals.find((other) => other.method === whole.method && relationOf(whole, other) === "equal");
  return same?.key ?? whole.key;
}

/** Whether requests to paths that another route would serve reach a whole route. */
function takesPaths(whole: KeyedRoute, other: KeyedRoute): boolean {
  const isMethod = whole.method === other.method || whole.method === "ANY" || other.method === "ANY";
  return isMethod && ["equal", "narrower", "crossing"].includes(relationOf(whole, other));
}

function relationOf({ pattern: one }: KeyedRoute, { pattern: other }: KeyedRoute): Relation {
  return one === undefined || other === undefined ? "disjoint" : relate(one, other);
}
