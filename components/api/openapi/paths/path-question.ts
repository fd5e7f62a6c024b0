import type { AnswerBook } from "../answers/answer-book.ts";
import type { PathAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import type { OpenApiOperation } from "../document.ts";
import { Undecided } from "../security/undecided.ts";

interface Texts {
  readonly code: string;
  readonly rule: (declares: string) => string;
  /** When the answer is right. */
  readonly condition: string;
  readonly example: Omit<PathAnswer, "operations">;
}

const questions: Readonly<Record<"segments" | "trailingSlash" | "pathQuery", Texts>> = {
  segments: {
    code: "partial-segment",
    rule: (declares) => `A parameter of a gateway is a whole segment, but the path mixes it with text: ${declares}.`,
    condition: "If the gateway may match the whole segment and the backend decides about the text",
    example: { kind: "whole", reason: "HOW THE BACKEND TREATS OTHER TEXT" },
  },
  trailingSlash: {
    code: "trailing-slash",
    rule: (declares) => `Gateways do not match a slash at the end of a path alike, but the path has one: ${declares}.`,
    condition: "If the backend serves the path without the slash as well",
    example: { kind: "without", reason: "HOW THE BACKEND TREATS THE PATH WITHOUT THE SLASH" },
  },
  pathQuery: {
    code: "path-query",
    rule: (declares) => `Gateways match paths without the query, but the path contains one: ${declares}.`,
    condition: "If the gateway may match every query and the backend decides about it",
    example: { kind: "without", reason: "HOW THE BACKEND TREATS OTHER QUERIES" },
  },
};

/** A question about the paths of operations, which one answer settles for all operations that it lists. */
export class PathQuestion {
  readonly #name: keyof typeof questions;
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #undecided: Undecided;

  constructor(name: keyof typeof questions, answers: AnswerBook, remedies: Remedies) {
    this.#name = name;
    this.#answers = answers;
    this.#remedies = remedies;
    this.#undecided = new Undecided(questions[name].code);
  }

  /** The answer for an operation that asks the question. Undefined for one that is not decided. */
  answerFor({ key, operation }: OpenApiOperation, declares: string): PathAnswer | undefined {
    const given = this.#answers.path(this.#name, key);
    if (given === undefined) {
      this.#undecided.add(operation, key, declares);
      return undefined;
    }
    return this.#answers.covers(given, key) ? given.answer : undefined;
  }

  /** Reports the operations that are not decided. */
  report(): void {
    const { rule, condition, example } = questions[this.#name];
    const before = this.#answers.extended<PathAnswer>([this.#name])?.operations ?? [];
    const answer = { ...example, operations: [...before, ...this.#undecided.operations] };
    const remedy = `${condition}, ${this.#remedies.atRoot({ answers: { [this.#name]: answer } })}`;
    this.#undecided.report(rule, remedy, { questions: [{ at: ["answers", this.#name], example }] });
  }
}
