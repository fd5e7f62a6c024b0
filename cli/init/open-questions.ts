import type { Problem, Question } from "../../components/api/problem.ts";
import { type Choice, choicesOf } from "./answer-forms.ts";
import { kindOf, type QuestionKind, questionKinds } from "./question-kinds.ts";

/** A question of the document, with everything that asks it. */
export interface OpenQuestion {
  readonly at: readonly string[];
  readonly kind: QuestionKind;
  /** What it is about, such as the name of a security scheme. Empty if there is only one question of its kind. */
  readonly name: string;
  /** What is wrong without an answer. */
  readonly rules: readonly string[];
  /** The operations that ask it. */
  readonly operations: readonly string[];
  readonly example: Question["example"];
  /** The answers that settle it. */
  readonly choices: readonly Choice[];
  /** Whether the answer for other operations settles it for these as well. */
  readonly isCovering: boolean;
}

/** A string that is the same for the same question. */
export function identity(at: readonly string[]): string {
  return JSON.stringify(at);
}

/** The questions of problems, each once, in the order in which they are asked. */
export function openQuestions(problems: readonly Problem[]): readonly OpenQuestion[] {
  const asked = Map.groupBy(
    problems.flatMap((problem) => (problem.questions ?? []).map((question) => ({ problem, question }))),
    ({ question }) => identity(question.at),
  );
  return [...asked.values()]
    .flatMap((group) => {
      const [first] = group;
      const found = first === undefined ? undefined : kindOf(first.question.at);
      if (first === undefined || found === undefined) return [];
      const { at, example } = first.question;
      const operations = group.flatMap(({ problem }) => routesOf(problem));
      const limited = group.flatMap(({ question }) => (question.kinds === undefined ? [] : [question.kinds]));
      return {
        ...found,
        at,
        example,
        rules: [...new Set(group.map(({ problem }) => problem.rule))],
        isCovering: group.every(({ problem }) => problem.code === "uncovered-operation"),
        operations: [...new Set(operations)],
        choices: choicesOf(at).filter(({ kind }) => limited.every((kinds) => kinds.includes(kind ?? ""))),
      };
    })
    .toSorted((one, other) => questionKinds.indexOf(one.kind) - questionKinds.indexOf(other.kind));
}

/** The questions about the audiences of tokens, which each gateway can bind instead. */
export function audienceQuestions(schemes: ReadonlyMap<string, readonly string[]>): readonly OpenQuestion[] {
  return [...schemes].flatMap(([name, operations]) => {
    const at = ["answers", "schemes", name];
    const found = kindOf(at);
    if (found === undefined) return [];
    const choices = choicesOf(at).filter(({ kind }) => kind === "jwt");
    const rules = [`OpenAPI cannot declare the audiences of the tokens of "${name}".`];
    return { ...found, at, example: { kind: "jwt" }, rules, operations, choices, isCovering: false };
  });
}

/** The question whether one of several scopes is enough, for operations that require all of them otherwise. */
export function scopesQuestions(operations: readonly string[]): readonly OpenQuestion[] {
  const at = ["answers", "scopes"];
  const found = kindOf(at);
  if (found === undefined || operations.length === 0) return [];
  const rules = ["A token must have all of several scopes."];
  return [{ ...found, at, example: { kind: "all" }, rules, operations, choices: choicesOf(at), isCovering: false }];
}

function routesOf({ route, at = [{ ...(route === undefined ? {} : { route }) }] }: Problem): readonly string[] {
  return at.flatMap((each) => each.route ?? []);
}
