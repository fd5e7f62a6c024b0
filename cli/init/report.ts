import { causeLines } from "../../components/api/problem/causes.ts";
import { type Problem, printable } from "../../components/api/problem.ts";
import type { CheckReport } from "../check-report.ts";
import { counted, descriptionLines, joined } from "../check-text.ts";
import { shellWord } from "../shell-word.ts";
import type { OpenQuestion } from "./open-questions.ts";
import type { StackPlan } from "./stack.ts";
import { supportLines } from "./support.ts";

/** What a run has done. */
export interface InitReport {
  readonly file: string;
  readonly overlay: string;
  /** What became of the overlay: nothing was to be answered, nothing is new, or it was written. */
  readonly result: "none" | "unchanged" | "written";
  /** What was changed or removed of the answers that the overlay had, and options that answer nothing. */
  readonly changes: readonly string[];
  readonly open: readonly OpenQuestion[];
  /** The problems that no answer settles. */
  readonly problems: readonly Problem[];
  /** What `check` reports. Undefined while there are problems. */
  readonly check: CheckReport | undefined;
  readonly stack: StackPlan | undefined;
  /** Why no stack was written, if the user wanted one. */
  readonly stackProblem: string | undefined;
}

/** Whether nothing is left to do before a deployment. */
export function isComplete({ open, problems, check, stackProblem }: InitReport): boolean {
  const isCarried = check?.vendors.some(({ carried }) => carried) === true;
  return open.length === 0 && problems.length === 0 && isCarried && stackProblem === undefined;
}

/** For programs. */
export function reportJson(report: InitReport): object {
  const { file, overlay, result, changes, open, problems, check, stack, stackProblem } = report;
  return {
    file,
    overlay,
    result,
    complete: isComplete(report),
    changes,
    questions: open.map(({ at, kind, name, rules, operations, example, choices }) => ({
      at,
      question: kind.ask(name),
      option: kind.flag,
      security: kind.isSecurity,
      rules,
      operations,
      example,
      choices,
    })),
    problems,
    ...(check === undefined ? {} : { check }),
    ...(stack === undefined ? {} : { stack: { folder: stack.folder, next: stack.next } }),
    ...(stackProblem === undefined ? {} : { stackProblem }),
  };
}

/** For people. */
export function reportText(report: InitReport): string {
  const { file, overlay, result, changes, open, problems, check, stack, stackProblem } = report;
  const results = {
    none:
      problems.length > 0 ? `${file} asks no question.` : `${file} leaves nothing open, so there is no file to write.`,
    unchanged: `${overlay} answers everything already.`,
    written: `${overlay} is written.`,
  };
  const isLeft = open.length > 0 && result === "unchanged";
  return [
    "",
    ...(isLeft ? [`${overlay} is unchanged.`] : [printable(results[result])]),
    ...changes.map((change) => printable(`  ${change}`)),
    ...openLines(open, overlay),
    ...(problems.length === 0 ? [] : ["", "No answer settles this:", ...causeLines(problems)]),
    ...(check === undefined ? [] : ["", ...descriptionLines(check), ...supportLines(check.vendors)]),
    ...(stackProblem === undefined ? [] : ["", printable(stackProblem)]),
    ...nextLines(report, stack),
  ].join("\n");
}

function openLines(open: readonly OpenQuestion[], overlay: string): readonly string[] {
  if (open.length === 0) return [];
  const count = open.length === 1 ? "1 question is" : `${open.length} questions are`;
  return [
    "",
    printable(`${count} open. Answer in ${overlay}, or with these options:`),
    ...open.flatMap(({ kind, name, rules, operations, choices, example }) => {
      const where = operations.length === 0 ? "" : ` ${counted(operations.length, "operation")}: ${joined(operations)}`;
      const answers = choices.flatMap((choice) => choice.kind ?? []);
      const option = kind.isNamed ? `${kind.flag} ${shellWord(name)}=` : `${kind.flag} `;
      const value = answers.length > 1 ? `(${answers.join("|")})` : (answers[0] ?? exampleText(example));
      const lines = [`  - ${kind.ask(name)}${where}`, ...rules.slice(0, 2).map((rule) => `    ${rule}`)];
      return [...lines, `    ${option}${value}`].map(printable);
    }),
  ];
}

/** An example as the value of an option. */
function exampleText(example: OpenQuestion["example"]): string {
  if (typeof example === "string") return "REASON";
  const { order } = example as { readonly order?: readonly (string | readonly string[])[] };
  if (order === undefined) return Object.keys(example).join(" ");
  return shellWord(order.map((entry) => (typeof entry === "string" ? entry : entry.join("+"))).join(","));
}

function nextLines({ file, overlay, result, check }: InitReport, stack: StackPlan | undefined): readonly string[] {
  if (stack !== undefined) return ["", "Next:", ...stack.next.map((command) => `  ${printable(command)}`)];
  if (check === undefined) return [];
  const option = result === "none" ? "" : ` --overlay ${shellWord(overlay)}`;
  return ["", "Next:", `  npx polygate check ${shellWord(file)}${option}`];
}
