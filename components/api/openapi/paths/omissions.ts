import { isDeepStrictEqual } from "node:util";
import { foldCase, isFault, type Pattern, parsePattern, relate } from "../../path/pattern.ts";
import { ROUTES } from "../../problem/causes.ts";
import type { Problem, Question } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { UnservableAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import type { OpenApiOperation } from "../document.ts";

/** The problems of an operation that no gateway can serve as the document declares it. */
const unservable = new Set(["bad-path", "duplicate-route", "case-only"]);

/** A route that is served, and its operation. Routes that only code adds have none. */
export interface ServedRoute {
  readonly key: string;
  readonly operation?: OpenApiOperation;
}

interface Omission {
  readonly operation: OpenApiOperation;
  /** Where it is left out, so that problems are reported there. */
  readonly place: Reader;
  /** Undefined if code removes it. */
  readonly reason: string | undefined;
}

/** What a reviewer needs to know about an operation that is left out. */
export interface OmissionNote {
  readonly key: string;
  readonly note: string;
}

/**
 * The operations that the gateway leaves out, by an answer or by an override. Their requests must not reach a route that requires
 * something else than the document requires of them.
 */
export class Omissions {
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #all: Omission[] = [];
  /** Notes on operations whose methods no route has, so that their requests reach none. */
  readonly #notes: OmissionNote[] = [];

  constructor(answers: AnswerBook, remedies: Remedies) {
    this.#answers = answers;
    this.#remedies = remedies;
  }

  /** Whether an answer lists this operation, which may have a method that no route has. */
  isAnswered(key: string): boolean {
    const given = this.#answers.unservable(key);
    return given?.answer.operations.includes(key) === true && this.#answers.covers(given, key);
  }

  /** Whether an operation is left out. Notes it then. */
  takes(operation: OpenApiOperation, override: Reader): boolean {
    const { key } = operation;
    if (override.value === null) {
      this.#all.push({ operation, place: override, reason: undefined });
      return true;
    }
    if (!this.isAnswered(key)) return false;
    this.#all.push({ operation, place: operation.operation, reason: this.#answers.unservable(key)?.answer.reason });
    return true;
  }

  /** Reports a method that no route can have, unless the operation is left out. One that is skipped could be served by a wider route. */
  refuseMethod(member: Reader, method: string, key: string): void {
    if (this.isAnswered(key)) {
      this.#notes.push({ key, note: noteOf(this.#answers.unservable(key)?.answer.reason ?? "") });
      return;
    }
    const { remedy, questions } = this.#instead("Remove the operation.");
    const rule = `A route cannot have the method ${method}.`;
    member.ofRoute(key).problem("unsupported-method", rule, remedy, { questions });
  }

  /** A problem of an operation, with the question whether the gateway may leave the operation out, if that settles it. */
  asked(problem: Problem): Problem {
    return unservable.has(problem.code) ? { ...problem, ...this.#instead(problem.remedy) } : problem;
  }

  #instead(remedy: string): { readonly remedy: string; readonly questions: readonly Question[] } {
    const example = { kind: "omit", reason: "WHY THE GATEWAY NEED NOT SERVE IT" };
    const before = this.#answers.extended<UnservableAnswer>(["unservable"])?.operations ?? [];
    const unservable = { ...example, operations: [...before, ROUTES] };
    return {
      remedy: `${remedy} Or, if the gateway may leave it out, ${this.#remedies.atRoot({ answers: { unservable } })}`,
      questions: [{ at: ["answers", "unservable"], example }],
    };
  }

  /** Reports the operations whose requests would reach a route that requires something else. Returns notes on the others. */
  checked(served: readonly ServedRoute[]): readonly OmissionNote[] {
    const routes = served.map((route) => ({ ...route, ...parts(route.key) }));
    const notes = this.#all.flatMap(({ operation, place, reason }) => {
      const { key } = operation;
      const omitted = parts(key);
      const takers = routes.filter((route) => takesFrom(route, omitted));
      const different = takers.find((route) => route.operation === undefined || !isSame(operation, route.operation));
      if (different !== undefined) {
        place
          .ofRoute(key)
          .problem(
            "omitted-falls-through",
            `The operation is left out, so its requests would reach "${different.key}", which the document declares other security for.`,
            "Leave out that operation as well, or serve both.",
          );
        return [];
      }
      if (reason === undefined) return [];
      return [{ key, note: noteOf(reason, takers[0]) }];
    });
    return [...this.#notes, ...notes];
  }
}

function noteOf(reason: string, taker?: ServedRoute): string {
  const where = taker === undefined ? "" : `, and its requests reach "${taker.key}"`;
  return `the gateway leaves out the operation${where}: ${reason}`;
}

/** Whether a document requires the same of two operations. */
function isSame(one: OpenApiOperation, other: OpenApiOperation): boolean {
  const [first, second] = [one, other].map(({ security, own, shared }) => [
    security.value,
    ...[own, shared].flatMap((level) => ["auth", "scopes", "open"].map((name) => level.at(name).value)),
  ]);
  return isDeepStrictEqual(first, second);
}

interface Parts {
  readonly method: string;
  readonly pattern: Pattern;
}

/** Whether requests to an operation that is left out may reach a route. */
function takesFrom(route: Parts, { method, pattern }: Parts): boolean {
  const relation = relate(pattern, route.pattern);
  if (route.method === method || route.method === "ANY") return ["equal", "narrower", "crossing"].includes(relation);
  // ANY is every other method of its path.
  return method === "ANY" && ["narrower", "crossing"].includes(relation);
}

function parts(key: string): Parts {
  const [method = "", path = ""] = key.split(" ", 2);
  return { method, pattern: foldCase(widened(path)) };
}

/** The paths of an operation, as some vendors match them. A segment that no route can have is as any other. */
function widened(path: string): Pattern {
  const [sent = ""] = path.split(/[?#]/, 1);
  return sent
    .split("/")
    .filter((part) => part !== "")
    .map((part, index) => {
      const parsed = parsePattern(`/${part}`);
      const [segment] = isFault(parsed) ? [] : parsed;
      return segment?.kind === "literal" ? segment : { kind: segment?.kind ?? "parameter", name: `p${index}` };
    });
}
