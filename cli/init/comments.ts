import type { Answer } from "./answer-flags.ts";
import type { Choice } from "./answer-forms.ts";
import type { OpenQuestion } from "./open-questions.ts";

/** The comment on an answer: the question, and what the gateway does. */
export function answerComment(
  { kind, name, choices }: Pick<OpenQuestion, "kind" | "name" | "choices">,
  answer: Answer,
): readonly string[] {
  const chosen = choices.find((choice) => typeof answer === "object" && choice.kind === answer.kind);
  return [kind.ask(name), ...(chosen === undefined || chosen.meaning === "" ? [] : [chosen.meaning])];
}

/** The comment on a question that is open: what is wrong, and each answer. */
export function openComment({ kind, name, rules, choices }: OpenQuestion): readonly string[] {
  return [
    `OPEN: ${kind.ask(name)}`,
    ...rules,
    'Replace "kind: unanswered" by one of these:',
    ...choices.map((choice) => `  ${formOf(choice)}${choice.meaning === "" ? "" : `: ${choice.meaning}`}`),
  ];
}

/** The members of an answer, as they are written in YAML. */
function formOf({ kind, fields }: Choice): string {
  const members = fields.map(({ name, kind: type, isRequired }) => {
    const value = type === "text" ? "..." : "[...]";
    return isRequired ? `${name}: ${value}` : `${name}: ${value} (optional)`;
  });
  return [...(kind === undefined ? [] : [`kind: ${kind}`]), ...members].join(", ");
}
