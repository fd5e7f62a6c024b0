import { type Auth, type Auths, allOf, apiKey, type JwtAuth } from "../../description.ts";
import type { Reader } from "../../reader.ts";
import { suggest } from "../../suggestion.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { Found } from "../source.ts";
import { type Refusal, type SecuritySchemes, unreadScheme } from "./scheme.ts";

/** The names of the token and the key of an auth that requires both: of schemes or of declared auths. */
export interface TokenAndKey {
  readonly token: string;
  readonly key: string;
}

/** The auths of a description, made from a document's schemes where operations need them. */
export class OpenApiAuths {
  readonly #schemes: SecuritySchemes;
  /** Auths that replace the schemes of the same name. */
  readonly #declared: Auths;
  readonly #answers: AnswerBook;
  readonly #used = new Map<string, Auth>();
  readonly #combined = new Map<string, TokenAndKey>();
  /** The names of open auths, by their reasons. */
  readonly #open = new Map<string, string>();
  readonly #combinedOrigins = new Map<string, Found>();
  /** Names that no open auth may get, because the document or the overrides use them for something else. */
  readonly #reserved = new Set<unknown>();

  constructor(schemes: SecuritySchemes, declared: Auths, answers: AnswerBook) {
    this.#answers = answers;
    this.#schemes = schemes;
    this.#declared = declared;
  }

  /** The auths that operations need, beside those declared. */
  get used(): ReadonlyMap<string, Auth> {
    return this.#used;
  }

  /** The parts of each auth that requires a token and a key. */
  get combined(): ReadonlyMap<string, TokenAndKey> {
    return this.#combined;
  }

  /** Where the auths that come from the document are declared. */
  get origins(): ReadonlyMap<string, Found> {
    return new Map([...this.#schemes.origins, ...this.#combinedOrigins]);
  }

  /** The schemes and declared auths that a gateway requires. */
  get requiredNames(): readonly string[] {
    const names = [...new Set([...this.#schemes.names, ...Object.keys(this.#declared)])];
    return names.filter((name) => !["open", undefined].includes(this.kindOf(name)));
  }

  /** The schemes that operations require as a token without audiences. */
  get withoutAudiences(): readonly string[] {
    const tokens = [...this.#used.keys()].map((name) => this.#combined.get(name)?.token ?? name);
    return [...new Set(tokens)].filter((name) => {
      const auth = this.#schemes.authOf(name);
      return !this.isDeclared(name) && auth?.kind === "jwt" && auth.audiences === undefined;
    });
  }

  kindOf(name: string): Auth["kind"] | undefined {
    if (this.isDeclared(name)) return (this.#declared[name] as Partial<Auth> | null)?.kind;
    return this.#schemes.answeredKindOf(name);
  }

  hasScopes(name: string): boolean {
    if (this.isDeclared(name)) return !["apiKey", "iam"].includes(this.kindOf(name) ?? "");
    return this.#schemes.hasScopes(name);
  }

  /** The audiences that the document has for a scheme. */
  audiencesOf(name: string): readonly string[] | undefined {
    const auth = this.#schemes.authOf(name);
    return auth?.kind === "jwt" ? auth.audiences : undefined;
  }

  /**
   * Uses the scheme of this name, if there is one, for a default, an answer or an override that names it.
   *
   * @param operation the operation that it is named for
   */
  adopt(name: string, operation?: string): void {
    if (this.isDeclared(name) || !this.#schemes.has(name)) return;
    const refusal = this.#schemes.refusalOf(name) ?? this.#notRequired(name);
    if (refusal === undefined) {
      this.use(name);
      return;
    }
    const { rule, remedy, questions } = refusal;
    const scheme = this.#schemes.at(name);
    if (operation !== undefined) {
      const asked = questions === undefined ? {} : { questions };
      scheme.ofRoute(operation).problem("unenforceable-security", rule, remedy, asked);
    } else if (!this.#used.has(name)) {
      scheme.problem("unenforceable-security", rule, remedy);
    }
    this.#used.set(name, unreadScheme);
  }

  /** Uses a scheme that has been read, or a declared auth. Returns its name. */
  use(name: string): string {
    const auth = this.#schemes.authOf(name);
    if (auth !== undefined && !this.isDeclared(name)) this.#used.set(name, auth);
    return name;
  }

  /** Uses a token and a key together. Returns the name of the auth that requires both. */
  useBoth({ token, key }: TokenAndKey): string {
    for (const [name, parts] of this.#combined) if (parts.token === token && parts.key === key) return name;
    const wanted = `${token}And${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    const name = this.#free(wanted.length <= 63 ? wanted : "tokenAndKey");
    this.#combined.set(name, { token, key });
    const jwt = this.isDeclared(token) ? this.#declared[token] : this.#schemes.authOf(token);
    // The caller has checked that it is a token.
    this.#used.set(name, allOf(jwt as JwtAuth, apiKey()));
    const origin = this.#schemes.origins.get(token);
    if (origin !== undefined) this.#combinedOrigins.set(name, origin);
    return name;
  }

  /** Keeps names free of generated open auths, so that a name that is not declared never opens a route. */
  reserve(names: Iterable<unknown>): void {
    for (const name of names) this.#reserved.add(name);
  }

  /** Uses an open auth. Returns its name. */
  useOpen(reason: string): string {
    let name = this.#open.get(reason);
    if (name === undefined) {
      name = this.#free("open", this.#reserved);
      this.#open.set(reason, name);
      this.#used.set(name, { kind: "open", reason });
    }
    return name;
  }

  /** Whether a name is that of a declared auth, or of a scheme that can be enforced. Reports it at `requirement` if not. */
  isEnforceable(name: string, requirement: Reader): boolean {
    if (this.isDeclared(name)) return true;
    if (!this.#schemes.has(name)) {
      const remedy = suggest(name, this.#schemes.names, `Declare it in ${this.#schemes.owner}.`);
      requirement.problem("unknown-security-scheme", `The security scheme "${name}" is not declared.`, remedy);
      return false;
    }
    const refusal = this.#schemes.refusalOf(name);
    if (refusal === undefined) return true;
    const { rule, remedy, questions } = refusal;
    requirement.problem("unenforceable-security", rule, remedy, questions === undefined ? {} : { questions });
    return false;
  }

  /** Why a scheme cannot be named as an auth, if its answer makes nothing of it that the gateway requires. */
  #notRequired(name: string): Refusal | undefined {
    const answer = this.#answers.scheme(name)?.answer;
    if (answer === undefined || answer.kind === "jwt" || answer.kind === "apiKey") return undefined;
    const rule = `By its answer, the gateway does not require the security scheme "${name}" itself, so no auth can name it.`;
    return { rule, remedy: `Name ${answer.kind === "sameAs" ? JSON.stringify(answer.auth) : "another auth"} instead.` };
  }

  /** What clients must send for a scheme in place of what the document lets them send, by its answer or the auth that replaces it. */
  movedNote(name: string): string | undefined {
    const answer = this.isDeclared(name) ? undefined : this.#answers.scheme(name)?.answer;
    return this.#schemes.movedNote(name, this.kindOf(answer?.kind === "sameAs" ? answer.auth : name));
  }

  /** What clients send for a scheme, or for the auth that replaces it, in words. */
  credentialOf(name: string): string {
    return this.isDeclared(name) ? `an auth of kind "${this.kindOf(name)}"` : this.#schemes.credentialOf(name);
  }

  isDeclared(name: string): boolean {
    return Object.hasOwn(this.#declared, name);
  }

  /** A name that no auth and no scheme has: the wanted one, or the same with a number. */
  #free(wanted: string, reserved: ReadonlySet<unknown> = new Set()): string {
    const isTaken = (name: string): boolean =>
      this.#used.has(name) || this.isDeclared(name) || this.#schemes.has(name) || reserved.has(name);
    let name = wanted;
    for (let count = 2; isTaken(name); count++) name = `${wanted.slice(0, 60)}${count}`;
    return name;
  }
}
