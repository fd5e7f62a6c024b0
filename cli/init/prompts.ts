import { type CANCEL_SYMBOL, isCancel, log, multiselect, select, text } from "@clack/prompts";
import type { Reading } from "../../components/api/openapi/from-openapi.ts";
import { printable, type Vendor } from "../../components/api/problem.ts";
import { counted, joined } from "../check-text.ts";
import { type Answer, enteredValue, problemOf } from "./answer-flags.ts";
import type { Choice, Field } from "./answer-forms.ts";
import { Interrupted } from "./interactive.ts";
import type { OpenQuestion } from "./open-questions.ts";
import type { Answerer } from "./settle.ts";

/** A value that a prompt returns. */
function answered<T>(value: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(value)) throw new Interrupted();
  return value as T;
}

type Members = Readonly<Record<string, unknown>>;

/** Asks a person at a terminal. */
export const terminalAnswerer: Answerer = {
  async answer(question, before, reading): Promise<Answer | undefined> {
    const { rules, operations, choices, kind, example, isCovering } = question;
    const where = `${counted(operations.length, "operation")}: ${joined(operations)}`;
    log.message(printableLines([...rules, ...(operations.length === 0 ? [] : [where])]));
    if (isCovering && typeof before === "object" && (await holdsAsWell(before))) return before;
    if (choices.length === 0) return (await takes(question)) ? (example as Answer) : undefined;
    const others = othersOf(question, reading);
    const choice = await choose({
      ...question,
      choices: choices.filter((each) => !isAbout(each) || others.length > 0),
    });
    if (choice === undefined) return undefined;
    const members: Record<string, unknown> = choice.kind === undefined ? {} : { kind: choice.kind };
    for (const field of choice.fields) {
      const value = await enter(field, question, others);
      if (value !== undefined) members[field.name] = value;
    }
    return choice.meaning === "" && kind.isNamed ? String(members.reason) : members;
  },
};

async function holdsAsWell(before: Members): Promise<boolean> {
  const text = Object.entries(before).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return answered(
    await select({
      message: "Other operations have an answer. Does it hold for these as well?",
      options: [
        { value: true, label: printable(`Yes: ${text.join(", ")}`) },
        { value: false, label: "No, another answer for all of them" },
      ],
    }),
  );
}

/** Whether the user takes the recommended answer. */
async function takes({ kind, name, example }: OpenQuestion): Promise<boolean> {
  const label = kind.recommended ?? JSON.stringify(example);
  return answered(
    await select({
      message: printable(kind.ask(name)),
      options: [
        { value: true, label: printable(label), hint: "recommended" },
        { value: false, label: "decide later" },
      ],
    }),
  );
}

/** The kind of the answer. Undefined if the user decides later. */
async function choose({ kind, name, choices }: OpenQuestion): Promise<Choice | undefined> {
  const [only, ...more] = choices;
  const isPlain = only?.kind === undefined || only.fields.every(({ isRequired }) => !isRequired);
  if (only !== undefined && more.length === 0 && isPlain) {
    if (only.kind === undefined) log.message(printable(kind.ask(name)));
    return only;
  }
  const options = choices.map((choice, index) => ({
    value: index,
    label: `${choice.kind}`,
    hint: choice.meaning,
  }));
  const later = { value: -1, label: "decide later", hint: "The question stays open in the file." };
  return choices[answered(await select({ message: printable(kind.ask(name)), options: [...options, later] }))];
}

/** How members are asked for whose names are not enough. */
const messages: Readonly<Record<string, string>> = {
  reason: "Why? The reason is shown at every preview",
  name: "What is the new auth called? Each gateway binds it by this name",
};

async function enter(field: Field, question: OpenQuestion, others: readonly string[]): Promise<unknown> {
  if (field.name === "auth") {
    const options = others.map((name) => ({ value: name, label: printable(name) }));
    return answered(await select({ message: "The same as which?", options }));
  }
  if (field.kind === "order") return enterOrder(question);
  const { name, kind, isRequired } = field;
  const hint = kind === "list" ? ", separated by commas" : "";
  const optional = isRequired ? "" : " Leave it empty if each gateway binds its own";
  const entered = answered(
    await text({
      message: messages[name] ?? `Which ${name}${hint}?${optional}`,
      validate: (value = "") =>
        isRequired && value.trim() === "" ? "Write at least one character." : problemOf(field, value),
    }),
  );
  return (entered ?? "").trim() === "" ? undefined : enteredValue(field, entered);
}

/** Whether an answer names another scheme or auth. */
function isAbout({ fields }: Choice): boolean {
  return fields.some(({ name }) => name === "auth");
}

/** What an answer may name: what the gateway requires, or else the schemes that are not decided either. */
function othersOf({ name }: OpenQuestion, { auths, schemes }: Reading): readonly string[] {
  const required = auths.filter((each) => each !== name);
  return required.length > 0 ? required : schemes.filter((each) => each !== name);
}

/** Asks for the preferred alternative until only one is left. */
async function enterOrder({ example }: OpenQuestion): Promise<readonly unknown[]> {
  let rest = ((example as { readonly order?: readonly unknown[] }).order ?? []).map((entry) => ({
    entry,
    label: printable(Array.isArray(entry) ? entry.join(" and ") : String(entry)),
  }));
  const order: unknown[] = [];
  while (rest.length > 1) {
    const message = order.length === 0 ? "Which does the gateway require, if an operation accepts it?" : "And next?";
    const options = rest.map(({ label }, index) => ({ value: index, label }));
    const index = answered(await select({ message, options }));
    order.push(rest[index]?.entry);
    rest = rest.filter((_, each) => each !== index);
  }
  return [...order, ...rest.map(({ entry }) => entry)];
}

function printableLines(lines: readonly string[]): string {
  return lines.map((line) => printable(line)).join("\n");
}

/** The folder of the stack, if the user wants one. */
export async function stackFolder(): Promise<string | undefined> {
  const isWanted = answered(
    await select({
      message: "Write a Pulumi program that deploys the gateway?",
      options: [
        { value: true, label: "Yes" },
        { value: false, label: "No" },
      ],
    }),
  );
  if (!isWanted) return undefined;
  const folder = answered(await text({ message: "In which folder?", initialValue: "gateway" }));
  return folder.trim() === "" ? undefined : folder.trim();
}

/** The vendors to deploy to. */
export async function stackVendors(carried: readonly Vendor[]): Promise<readonly Vendor[]> {
  const [first, ...more] = carried;
  if (first === undefined || more.length === 0) return carried;
  const options = carried.map((vendor) => ({ value: vendor, label: vendor }));
  return answered(
    await multiselect<Vendor>({ message: "To which vendors?", options, initialValues: [first], required: true }),
  );
}

/** Whether files may be replaced. */
export async function mayReplace(files: readonly string[]): Promise<boolean> {
  return answered(
    await select({
      message: printable(`Replace ${files.join(", ")}?`),
      options: [
        { value: false, label: "No, write no stack" },
        { value: true, label: "Yes" },
      ],
    }),
  );
}
