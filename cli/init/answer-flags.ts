import { Option } from "commander";
import { printable } from "../../components/api/problem.ts";
import { suggest } from "../../components/api/suggestion.ts";
import { CommandError } from "../command-error.ts";
import { type Choice, choicesOf, type Field } from "./answer-forms.ts";
import { identity } from "./open-questions.ts";
import { type QuestionKind, questionKinds } from "./question-kinds.ts";

/** An answer, without the operations that it is given for. A text where the answer is only a reason. */
export type Answer = Readonly<Record<string, unknown>> | string;

/** An answer that an option of the command gives. */
export interface FlagAnswer {
  readonly at: readonly string[];
  readonly answer: Answer;
  /** The option as it was written. */
  readonly flag: string;
}

/** The names that answers may contain. */
export interface AnswerNames {
  readonly schemes: readonly string[];
  /** Schemes and auths that a gateway requires. */
  readonly auths: readonly string[];
}

interface Written {
  readonly kind: QuestionKind;
  readonly value: string;
  reason?: string;
}

/** The options of the command that answer questions. `--reason` belongs to the option before it. */
export class AnswerFlags {
  readonly #written: Written[] = [];

  options(): readonly Option[] {
    const reason = new Option("--reason <text>", "the reason of the answer before it").argParser((text) => {
      const last = this.#written.at(-1);
      if (last === undefined) throw new CommandError("--reason belongs to the answer before it; write it after one");
      last.reason = text;
      return text;
    });
    const answers = questionKinds.map((kind) =>
      new Option(`${kind.flag} <answer>`, kind.help).argParser((value) => {
        this.#written.push({ kind, value });
        return value;
      }),
    );
    return [...answers, reason].map((option) => option.helpGroup("Answers:"));
  }

  /**
   * The answers, the last one to each question.
   *
   * @throws {CommandError} for an answer that its question cannot have, and for a name that the document does not have
   */
  answers(names: AnswerNames): ReadonlyMap<string, FlagAnswer> {
    return new Map(
      this.#written.map((written) => {
        const answer = read(written, names);
        return [identity(answer.at), answer];
      }),
    );
  }
}

function read({ kind, value, reason }: Written, names: AnswerNames): FlagAnswer {
  const [name, text] = kind.isNamed ? named(kind, value, names.schemes) : ["", value];
  const at = kind.isNamed ? [...kind.at, name] : kind.at;
  const flag = `${kind.flag} ${value}`;
  const choices = choicesOf(at);
  // Without kinds of answers, the only answer is the recommended one, under a name that the user chooses.
  if (choices.length === 0) return { at, flag, answer: Object.fromEntries([[text, {}]]) };
  const choice = choices.find(
    (each) => each.kind === undefined || text === each.kind || text.startsWith(`${each.kind}:`),
  );
  if (choice === undefined) {
    const kinds = choices.map((each) => each.kind).join(", ");
    throw new CommandError(`${flag}: no such answer; write one of ${kinds}${kind.isNamed ? `, after ${name}=` : ""}`);
  }
  const entered = choice.kind === undefined ? text : text.slice(choice.kind.length + 1);
  const fields = fieldsOf(choice, { entered, reason, flag });
  checkNames(fields, names, flag);
  const { reason: only } = fields;
  if (choice.kind === undefined && choice.meaning === "" && typeof only === "string") return { at, flag, answer: only };
  return { at, flag, answer: choice.kind === undefined ? fields : { kind: choice.kind, ...fields } };
}

/** The name in `NAME=TEXT`. A scheme may have any name, even one that contains "=". */
function named(
  { flag, at }: QuestionKind,
  value: string,
  schemes: readonly string[],
): readonly [name: string, text: string] {
  const isScheme = at.includes("schemes");
  const [known] = schemes
    .filter((scheme) => isScheme && value.startsWith(`${scheme}=`))
    .toSorted((one, other) => other.length - one.length);
  const end = known?.length ?? value.indexOf("=");
  if (end < 1) throw new CommandError(`${flag} ${value}: write NAME=ANSWER`);
  const name = value.slice(0, end);
  if (isScheme && known === undefined) {
    const remedy = suggest(name, schemes, "Remove the option.");
    throw new CommandError(`${flag} ${value}: the document has no security scheme "${name}". ${remedy}`);
  }
  return [name, value.slice(end + 1)];
}

interface Entered {
  readonly entered: string;
  readonly reason: string | undefined;
  readonly flag: string;
}

/** The members of an answer: the first from its text, and the reason from an option of its own. */
function fieldsOf(choice: Choice, { entered, reason, flag }: Entered): Readonly<Record<string, unknown>> {
  const [first, second] = choice.fields;
  const texts = new Map(entered === "" || first === undefined ? [] : [[first.name, entered]]);
  // A name contains no colon, so another member may follow it.
  const [name = "", ...rest] = entered.split(":");
  if (first?.pattern !== undefined && second?.kind === "list" && rest.length > 0) {
    texts.set(first.name, name).set(second.name, rest.join(":"));
  }
  if (entered !== "" && first === undefined) throw new CommandError(`${flag}: the answer has no value; remove it`);
  if (reason !== undefined && choice.fields.some(({ name }) => name === "reason")) texts.set("reason", reason);
  const missing = choice.fields.find(({ name, isRequired }) => isRequired && (texts.get(name) ?? "").trim() === "");
  if (missing !== undefined) {
    const option = missing.name === "reason" ? ", or --reason TEXT after it" : "";
    throw new CommandError(`${flag}: "${missing.name}" is missing; write it after the answer and a colon${option}`);
  }
  const members = choice.fields.flatMap((each) => {
    const text = texts.get(each.name);
    return text === undefined ? [] : [[each.name, enteredValue(each, text)] as const];
  });
  return Object.fromEntries(members);
}

/** How a member is entered. */
type Entry = Pick<Field, "kind" | "pattern">;

/** What is wrong with a text that is entered for a member. */
export function problemOf({ kind, pattern }: Entry, text: string): string | undefined {
  if (printable(text) !== text) return "write one line without control characters";
  if (pattern !== undefined && !new RegExp(pattern.source).test(text.trim())) return `write ${pattern.meaning}`;
  if (kind === "text" || !isJson(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'this is no JSON; write a list such as ["a", "b"], or a,b';
  }
}

/** Whether a list is entered as JSON. */
function isJson(text: string): boolean {
  return text.trim().startsWith("[");
}

/**
 * The value of a member as it is entered: a list is separated by commas, and names that belong together by plus signs.
 *
 * @throws {CommandError} for a text with a {@link problemOf problem}
 */
export function enteredValue(field: Entry, text: string): unknown {
  const problem = problemOf(field, text);
  if (problem !== undefined) throw new CommandError(`${text}: ${problem}`);
  if (field.kind === "text") return text.trim();
  if (isJson(text)) return JSON.parse(text) as unknown;
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (field.kind === "list") return [...new Set(items)];
  return items.map((item) => (item.includes("+") ? item.split("+").map((part) => part.trim()) : item));
}

function checkNames(fields: Readonly<Record<string, unknown>>, { schemes, auths }: AnswerNames, flag: string): void {
  const known = [...new Set([...schemes, ...auths])];
  const order = Array.isArray(fields.order) ? fields.order.flat() : [];
  for (const name of [...(fields.auth === undefined ? [] : [fields.auth]), ...order]) {
    if (typeof name === "string" && known.includes(name)) continue;
    const remedy = suggest(String(name), known, "The document declares none.");
    throw new CommandError(`${flag}: the document has no security scheme "${String(name)}". ${remedy}`);
  }
}
