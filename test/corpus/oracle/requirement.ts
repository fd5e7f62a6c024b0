import type { AnswersText } from "./answers.ts";
import { type Alternative, type DocumentText, isUnsecured, type OperationText } from "./document.ts";

/** A token that an operation requires. */
export interface TokenText {
  /** The name of the scheme or auth that it is bound by. */
  readonly auth: string;
  /** Lists of scopes. A token needs all scopes of one list. */
  readonly scopes: readonly (readonly string[])[];
}

/** What an operation requires: a token, a key, both, or nothing. */
export interface RequirementText {
  readonly token: TokenText | undefined;
  readonly key: boolean;
}

const nothing: RequirementText = { token: undefined, key: false };

interface Choice {
  readonly names: string;
  readonly required: RequirementText;
}

/** Decides what an operation requires by the document and the answers. */
export class Requirements {
  readonly #document: DocumentText;
  readonly #answers: AnswersText;

  constructor(document: DocumentText, answers: AnswersText) {
    this.#document = document;
    this.#answers = answers;
  }

  /** @throws {Error} where the answers leave it open */
  of(operation: OperationText): RequirementText {
    const { key, security = [] } = operation;
    return isUnsecured(operation) ? this.#ofUnsecured(key) : this.#ofAlternatives(key, security);
  }

  #ofUnsecured(key: string): RequirementText {
    const answer = this.#answers.unsecured;
    if (answer === undefined) throw new Error(`${key}: nothing decides what it requires.`);
    if (answer.kind === "jwt") return { token: { auth: answer.name, scopes: [[]] }, key: false };
    return answer.kind === "open" ? nothing : this.#ofScheme(answer.auth, []);
  }

  #ofAlternatives(key: string, security: readonly Alternative[]): RequirementText {
    const choices = security.map((alternative) => ({
      names: Object.keys(alternative).toSorted().join(" "),
      required: this.#ofAlternative(alternative),
    }));
    const groups = [...Map.groupBy(choices, ({ required }) => `${required.token?.auth} ${required.key}`).values()];
    const [first] = this.#preferred(groups) ?? [];
    if (first === undefined) throw new Error(`${key}: nothing decides which alternative applies.`);
    const group = groups.find((each) => each.includes(first)) ?? [];
    const { token, key: needsKey } = first.required;
    if (token?.auth.includes(" ")) throw new Error(`${key}: the alternative that applies cannot be required.`);
    const scopes = group.flatMap(({ required }) => required.token?.scopes ?? []);
    return { token: token === undefined ? undefined : { ...token, scopes }, key: needsKey };
  }

  /** The alternatives that apply, which require the same but for their scopes. */
  #preferred(groups: readonly (readonly Choice[])[]): readonly Choice[] | undefined {
    if (groups.length === 1) return groups[0];
    for (const wanted of this.#answers.prefer ?? []) {
      const wantedNames = (typeof wanted === "string" ? [wanted] : [...wanted]).toSorted().join(" ");
      const found = groups.find((group) => group.some(({ names }) => names === wantedNames));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #ofAlternative(alternative: Alternative): RequirementText {
    const all = Object.entries(alternative).map(([name, scopes]) => this.#ofScheme(name, scopes));
    const tokens = all.flatMap(({ token }) => (token === undefined ? [] : [token]));
    // An alternative with two tokens has the names of both. It cannot be chosen.
    const auth = [...new Set(tokens.map((token) => token.auth))].join(" ");
    const needed = tokens.flatMap(({ scopes }) => scopes.flat());
    const lists = this.#answers.anyScope === undefined || needed.length === 0 ? [needed] : needed.map((each) => [each]);
    return { token: auth === "" ? undefined : { auth, scopes: lists }, key: all.some(({ key }) => key) };
  }

  #ofScheme(name: string, scopes: readonly string[]): RequirementText {
    const answer = this.#answers.schemes?.[name];
    if (answer?.kind === "sameAs") return this.#ofScheme(answer.auth, scopes);
    if (answer?.kind === "backend" || answer?.kind === "open") return nothing;
    const kind = answer?.kind ?? this.#document.schemes[name];
    if (kind === "apiKey" || kind === "key") return { token: undefined, key: true };
    if (kind === "jwt" || kind === "token") return { token: { auth: name, scopes: [scopes] }, key: false };
    return { token: { auth: `undecided ${name}`, scopes: [] }, key: false };
  }
}
