import { isDeepStrictEqual } from "node:util";
import { ROUTES } from "../../problem/causes.ts";
import type { Reader } from "../../reader.ts";
import { suggest } from "../../suggestion.ts";
import type {
  Answered,
  PathAnswer,
  PreferAnswer,
  SchemeAnswer,
  ScopesAnswer,
  UnsecuredAnswer,
  UnservableAnswer,
} from "./answers.ts";
import type { Remedies } from "./remedies.ts";

/** An answer, and where it is. */
export interface Given<A extends Answered = Answered> {
  readonly question: AnswerPath;
  /** The `answers` that contain it. */
  readonly layer: Reader;
  readonly answer: A;
  readonly reader: Reader;
}

/** The path of an answer in `answers`. */
type AnswerPath = readonly [question: string, scheme?: string];

/** The questions with one answer for the document. */
const questions = ["prefer", "scopes", "segments", "trailingSlash", "pathQuery", "unsecured", "unservable"];

/** An answer that declares the auth of a token. */
export type TokenAnswer = Extract<UnsecuredAnswer, { readonly kind: "jwt" }>;

/** What the names in answers may refer to. */
export interface KnownNames {
  readonly schemes: readonly string[];
  /** The auths that are declared, by name. */
  readonly auths: Readonly<Record<string, unknown>>;
  /** The keys of all operations of the document. */
  readonly operations: readonly string[];
  /** The keys of operations that an override removes. */
  readonly removed: ReadonlySet<string>;
}

/**
 * The answers of the document and of the code. Those to the same question must not contradict each other: they are the same, or they
 * are for different operations.
 */
export class AnswerBook {
  readonly #given = new Map<string, readonly Given[]>();
  readonly #used = new Set<Given>();
  readonly #remedies: Remedies;
  /** The layer that a remedy extends. */
  readonly #extended: Reader | undefined;

  /** @param layers the readers of `answers` of the document and the code, of values that their schema allows */
  constructor(layers: readonly [document: Reader, code: Reader], remedies: Remedies) {
    this.#remedies = remedies;
    this.#extended = layers[remedies.isCode ? 1 : 0];
    for (const layer of layers) {
      if (!layer.isObject) continue;
      const schemes = layer.at("schemes");
      for (const name of schemes.isObject ? schemes.keys() : []) this.#take(["schemes", name], layer);
      for (const name of questions) this.#take([name], layer);
    }
  }

  /** The answer about a scheme; if there are several, that for an operation. */
  scheme(name: string, operation?: string): Given<SchemeAnswer> | undefined {
    return this.#find(["schemes", name], operation) as Given<SchemeAnswer> | undefined;
  }

  prefer(operation: string): Given<PreferAnswer> | undefined {
    return this.#find(["prefer"], operation) as Given<PreferAnswer> | undefined;
  }

  scopes(operation: string): Given<ScopesAnswer> | undefined {
    return this.#find(["scopes"], operation) as Given<ScopesAnswer> | undefined;
  }

  /** The answer to a question about the path of an operation. */
  path(question: "segments" | "trailingSlash" | "pathQuery", operation: string): Given<PathAnswer> | undefined {
    return this.#find([question], operation) as Given<PathAnswer> | undefined;
  }

  unsecured(operation: string): Given<UnsecuredAnswer> | undefined {
    return this.#find(["unsecured"], operation) as Given<UnsecuredAnswer> | undefined;
  }

  /** The answers that declare the auth of a token. */
  get tokens(): readonly Given<TokenAnswer>[] {
    const all = (this.#given.get('["unsecured"]') ?? []) as readonly Given<UnsecuredAnswer>[];
    return all.filter((given): given is Given<TokenAnswer> => given.answer.kind === "jwt");
  }

  unservable(operation: string): Given<UnservableAnswer> | undefined {
    return this.#find(["unservable"], operation) as Given<UnservableAnswer> | undefined;
  }

  /** The answer that a remedy extends: that of the code in a program, and that of the document in a file. */
  extended<A extends Answered>(question: AnswerPath): A | undefined {
    return this.#given.get(JSON.stringify(question))?.find(({ layer }) => layer === this.#extended)?.answer as
      | A
      | undefined;
  }

  /** Whether an answer was given for an operation. Reports one that came later. */
  covers(given: Given, operation: string): boolean {
    const { answer, reader, question } = given;
    for (const same of this.#given.get(JSON.stringify(question)) ?? []) {
      // One that contradicts it is reported already, and one for the same operation says the same.
      if (same === given || same.answer.operations.includes(operation)) this.#used.add(same);
    }
    if (answer.operations.includes(operation)) return true;
    const operations = [...(this.extended(question)?.operations ?? []), ROUTES];
    const { operations: _, ...example } = answer;
    reader
      .at("operations")
      .ofRoute(operation)
      .problem(
        "uncovered-operation",
        "The answer was given for other operations, and this one asks the same question.",
        `If the answer holds for it as well, ${this.#remedies.atRoot(answersOf(question, { ...answer, operations }))}`,
        { questions: [{ at: membersOf(question), example }] },
      );
    return false;
  }

  /** Reports answers that name what does not exist, or what something else decides. */
  checkNames({ schemes, auths, operations }: KnownNames): void {
    const known = [...schemes, ...Object.keys(auths)];
    for (const { answer, reader, question } of this.#all) {
      const [, name] = question;
      if (isSameAs(answer))
        this.#checkTarget({ question, answer: answer.auth, reader: reader.at("auth") }, known, auths);
      if (name === undefined) continue;
      if (!schemes.includes(name)) {
        const rule = `The document has no security scheme "${name}".`;
        reader.problem("unknown-security-scheme", rule, suggest(name, schemes, "Remove the answer."));
      } else if (Object.hasOwn(auths, name)) {
        const rule = `The auth "${name}" replaces this scheme as well.`;
        reader.problem("answer-contradicted", rule, `Remove the answer, or the auth "${name}".`);
      }
    }
    for (const given of this.#all) {
      for (const item of given.reader.at("operations").list()) {
        if (typeof item.value !== "string" || operations.includes(item.value)) continue;
        const rule = `The document has no operation "${item.value}".`;
        item.problem("unknown-operation", rule, suggestOperation(item.value, operations));
      }
    }
    this.#checkOrder(known);
  }

  /** Reports an answer for operations without security beside another way to decide the same. */
  checkUnsecured({ open, defaultAuth }: { readonly open: unknown; readonly defaultAuth: unknown }): void {
    for (const { answer, reader } of (this.#given.get('["unsecured"]') ?? []) as readonly Given<UnsecuredAnswer>[]) {
      const isSame = defaultAuth === undefined || (answer.kind === "sameAs" && defaultAuth === answer.auth);
      if (open === undefined && isSame) continue;
      const other = open === undefined ? "default.auth" : "open";
      const rule = `"${other}" of the whole API decides about operations without security as well.`;
      reader.problem("answer-contradicted", rule, `Remove the answer, or "${other}".`);
    }
  }

  /** Reports answers that decide nothing. */
  reportUnused({ schemes, removed }: KnownNames): void {
    for (const given of this.#all) {
      const [, name] = given.question;
      if (this.#used.has(given) || given.answer.operations.some((operation) => removed.has(operation))) continue;
      if (name !== undefined && !schemes.includes(name)) continue;
      given.reader.problem("unused-answer", "No operation asks this question.", "Remove the answer.");
    }
  }

  get #all(): readonly Given[] {
    return [...this.#given.values()].flat();
  }

  #find(question: AnswerPath, operation: string | undefined): Given | undefined {
    const all = this.#given.get(JSON.stringify(question)) ?? [];
    return all.find(({ answer }) => operation !== undefined && answer.operations.includes(operation)) ?? all[0];
  }

  #take(question: AnswerPath, layer: Reader): void {
    const reader = question.reduce((owner: Reader, step) => (step === undefined ? owner : owner.at(step)), layer);
    if (!reader.isObject) return;
    const given: Given = { question, layer, answer: reader.value as Answered, reader };
    const before = this.#given.get(JSON.stringify(question)) ?? [];
    this.#given.set(JSON.stringify(question), [...before, given]);
    if (before.every((other) => isConsistent(other, given))) return;
    reader.problem(
      "answer-contradicted",
      "The document gives another answer to this question.",
      "Remove one of the two answers, or give the same.",
    );
  }

  /** A requirement must not change what it means by way of another answer, nor become open without a reason of its own. */
  #checkTarget(
    {
      question,
      answer: name,
      reader,
    }: { readonly question: AnswerPath; readonly answer: string; readonly reader: Reader },
    known: readonly string[],
    auths: Readonly<Record<string, unknown>>,
  ): void {
    if (!known.includes(name)) {
      reader.problem(
        "unknown-auth",
        `The auth "${name}" is not declared.`,
        suggest(name, known, "Declare it in auth."),
      );
      return;
    }
    const declared = Object.hasOwn(auths, name) ? (auths[name] as { readonly kind?: unknown } | null) : undefined;
    const kind = declared === undefined ? this.scheme(name)?.answer.kind : declared?.kind;
    if (kind !== "open" && kind !== "backend" && kind !== "sameAs") return;
    const rule = `"${name}" is not required by the gateway itself, so nothing can be the same as it.`;
    reader.problem(
      "answer-contradicted",
      rule,
      'Name a scheme that the gateway requires, or write "kind": "open" with a reason.',
      { questions: [{ at: membersOf(question), example: { kind: "open", reason: "WHY NOBODY MUST AUTHENTICATE" } }] },
    );
  }

  #checkOrder(known: readonly string[]): void {
    const orders = (this.#given.get('["prefer"]') ?? []).map(({ reader }) => reader.at("order"));
    for (const item of orders.flatMap((order) => order.list())) {
      for (const name of Array.isArray(item.value) ? item.list() : [item]) {
        if (typeof name.value !== "string" || known.includes(name.value)) continue;
        const rule = `The document has no security scheme "${name.value}".`;
        name.problem("unknown-security-scheme", rule, suggest(name.value, known, "Remove it."));
      }
    }
  }
}

/** A scheme is one auth, so its answers are the same. Other answers may differ if they are for different operations. */
function isConsistent(one: Given, other: Given): boolean {
  const { operations: ofOne, ...first } = one.answer;
  const { operations: ofOther, ...second } = other.answer;
  if (isDeepStrictEqual(first, second)) return true;
  return one.question.length === 1 && !ofOne.some((operation) => ofOther.includes(operation));
}

/** The members of the root's `x-polygate` that lead to an answer. */
function membersOf(question: AnswerPath): readonly string[] {
  return ["answers", ...question.filter((step) => step !== undefined)];
}

/** Answers with one answer. */
function answersOf([question, scheme]: AnswerPath, answer: Answered): object {
  return { answers: { [question]: scheme === undefined ? answer : { [scheme]: answer } } };
}

function isSameAs(answer: Answered): answer is Answered & { readonly kind: "sameAs"; readonly auth: string } {
  return (answer as Partial<SchemeAnswer>).kind === "sameAs";
}

function suggestOperation(key: string, operations: readonly string[]): string {
  const near = suggest(key, operations, "");
  return near.startsWith("Did you mean") ? near : "Remove it, or correct it: a method, a space and the path.";
}
