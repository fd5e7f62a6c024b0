import type { AnswerBook } from "../answers/answer-book.ts";
import type { PreferAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import type { OpenApiOperation } from "../document.ts";
import { type Alternative, collapsed, type NamedAlternative, preferred, resolved } from "./alternatives.ts";
import type { OpenApiAuths } from "./auths.ts";
import { Undecided } from "./undecided.ts";

type Order = PreferAnswer["order"];

/** Chooses among the alternatives of `security`. */
export class Preference {
  readonly #auths: OpenApiAuths;
  readonly #answers: AnswerBook;
  readonly #undecided = new Undecided("one-of-several");
  /** The alternatives of the operations that are not decided. */
  readonly #choices: (readonly string[])[] = [];

  constructor(auths: OpenApiAuths, answers: AnswerBook) {
    this.#auths = auths;
    this.#answers = answers;
  }

  /** The alternatives that apply: those that require the same of the gateway. Undefined if that is not decided. */
  chosen({ security, key }: OpenApiOperation, named: readonly NamedAlternative[]): readonly Alternative[] | undefined {
    const alternatives = named.map((each) =>
      resolved(each, (name) => (this.#auths.isDeclared(name) ? undefined : this.#answers.scheme(name)?.answer)),
    );
    const groups = collapsed(alternatives, (name) => this.#auths.kindOf(name));
    if (groups.length === 1) return groups[0];
    const given = this.#answers.prefer(key);
    const found = given === undefined ? undefined : preferred(groups, given.answer.order);
    if (given !== undefined && found !== undefined) return this.#answers.covers(given, key) ? found : undefined;
    const choices = groups.map(([first]) => first?.names ?? []);
    this.#choices.push(...choices);
    this.#undecided.add(security, key, choices.map((names) => names.join(" and ")).join(" or "));
    return undefined;
  }

  /** Reports the operations that are not decided, with an order for all of them. */
  report(remedies: Remedies): void {
    const extended = this.#answers.extended<PreferAnswer>(["prefer"]);
    const known = new Set((extended?.order ?? []).map(identity));
    const added = this.#choices
      .map((names) => (names.length === 1 ? (names[0] ?? "") : names))
      .filter((entry) => !known.has(identity(entry)) && known.add(identity(entry)))
      .toSorted((one, other) => this.#rank(one) - this.#rank(other));
    const order = inserted(extended?.order ?? [], added, (entry) => this.#rank(entry));
    const operations = [...(extended?.operations ?? []), ...this.#undecided.operations];
    this.#undecided.report(
      (declares) => `A route can have one auth, but the operation accepts one of several: ${declares}.`,
      `Put the one to require first, and ${remedies.atRoot({ answers: { prefer: { order, operations } } })}`,
      { questions: [{ at: ["answers", "prefer"], example: { order } }] },
    );
  }

  /** Alternatives that a gateway requires come before others. */
  #rank(entry: Order[number]): number {
    const names = typeof entry === "string" ? [entry] : entry;
    const kinds = names.map((name) => this.#auths.kindOf(name));
    return names.length > 2 || kinds.includes(undefined) || kinds.includes("open") ? 1 : 0;
  }
}

function identity(entry: Order[number]): string {
  return JSON.stringify((typeof entry === "string" ? [entry] : entry).toSorted());
}

/** An order with more entries. Those that a gateway requires come before the first that it does not. */
function inserted(order: Order, added: Order, rank: (entry: Order[number]) => number): Order {
  const first = order.findIndex((entry) => rank(entry) > 0);
  const at = first === -1 ? order.length : first;
  const required = added.filter((entry) => rank(entry) === 0);
  const others = added.filter((entry) => rank(entry) > 0);
  return [...order.slice(0, at), ...required, ...order.slice(at), ...others];
}
