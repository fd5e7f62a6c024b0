import type { Auth, Auths, Scopes } from "../../description.ts";
import { ROUTES } from "../../problem/causes.ts";
import type { Reader } from "../../reader.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { UnsecuredAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import type { OpenApiOperation } from "../document.ts";
import type { Extensions } from "../extensions.ts";
import { nearestMember } from "../levels.ts";
import type { Found, OpenApiSource } from "../source.ts";
import { type Alternative, type NamedAlternative, type Remark, swapped } from "./alternatives.ts";
import { OpenApiAuths, type TokenAndKey } from "./auths.ts";
import { type Declared, declaredBy, isLessThan, mayReplace } from "./declared.ts";
import { Preference } from "./preference.ts";
import { RequiredScopes } from "./required-scopes.ts";
import type { Requirement } from "./requirement.ts";
import { SecuritySchemes } from "./scheme.ts";
import { Undecided } from "./undecided.ts";

/** What one alternative of `security` requires: the names of schemes or of declared auths. */
type Credentials = Partial<TokenAndKey>;

/** The auths that replace the schemes of the same name, and the defaults. */
export interface SecurityInputs {
  /** The document's auths, replaced by those of the overrides. */
  readonly auths: Auths;
  /** The document's auths alone. */
  readonly documentAuths: Reader;
  /** The document's default auth. */
  readonly documentDefault: Reader;
  /** The default auth of the overrides. */
  readonly overrideDefault: Reader;
  readonly answers: AnswerBook;
  readonly remedies: Remedies;
}

/**
 * Turns `security` into auths and scopes. A route of a description has one auth, and the token must have one or all of its scopes.
 * Whatever else OpenAPI can express is a problem of the operation that expresses it, never a weaker check. A token and a key
 * together become an auth named after both: `staff` and `key` become `staffAndKey`.
 */
export class OpenApiSecurity {
  readonly #source: OpenApiSource;
  readonly #schemes: SecuritySchemes;
  readonly #auths: OpenApiAuths;
  readonly #documentAuths: Reader;
  readonly #documentDefault: Reader;
  readonly #hasDefault: boolean;
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #scopes: RequiredScopes;
  readonly #preference: Preference;
  readonly #withoutSecurity = new Undecided("no-auth");
  readonly #emptySecurity = new Undecided("open-without-reason");

  constructor(
    source: OpenApiSource,
    { auths, documentAuths, documentDefault, overrideDefault, answers, remedies }: SecurityInputs,
    extensions: Extensions,
  ) {
    this.#source = source;
    this.#answers = answers;
    this.#remedies = remedies;
    this.#schemes = new SecuritySchemes(source, extensions, answers, remedies);
    this.#auths = new OpenApiAuths(this.#schemes, auths, answers);
    this.#scopes = new RequiredScopes(this.#auths, answers, remedies);
    this.#preference = new Preference(this.#auths, answers);
    this.#documentAuths = documentAuths;
    this.#documentDefault = documentDefault;
    this.#hasDefault = documentDefault.present || overrideDefault.present;
    if (overrideDefault.present) this.#mayReplace(overrideDefault, false, this.#declaredDefault());
  }

  /** The auths that operations need, beside those declared. */
  get used(): ReadonlyMap<string, Auth> {
    return this.#auths.used;
  }

  /** Where the auths that come from the document are declared. */
  get origins(): ReadonlyMap<string, Found> {
    return this.#auths.origins;
  }

  /** The parts of each auth that requires a token and a key. */
  get combined(): ReadonlyMap<string, TokenAndKey> {
    return this.#auths.combined;
  }

  get schemeNames(): readonly string[] {
    return this.#schemes.names;
  }

  /** The schemes and declared auths that a gateway requires. */
  get requiredNames(): readonly string[] {
    return this.#auths.requiredNames;
  }

  /** The schemes that operations require as a token without audiences. */
  get withoutAudiences(): readonly string[] {
    return this.#auths.withoutAudiences;
  }

  get withSeveralScopes(): readonly string[] {
    return this.#scopes.withSeveral;
  }

  /** Uses the scheme of this name, if there is one, for a default or an override that names it. */
  adopt(name: string): void {
    this.#auths.adopt(name);
  }

  /** Keeps the names that the document or the overrides use for auths of their own free of generated open auths. */
  reserve(names: Iterable<unknown>): void {
    this.#auths.reserve(names);
  }

  /** Reports an auth that replaces a scheme, or an auth of the same name, and requires less. */
  checkReplacement(auth: Reader, name: string, replaced: Reader | undefined): void {
    const kind = auth.at("kind").value as Auth["kind"];
    // A scheme is one credential, so only an open auth requires less.
    const isOpened = kind === "open" && this.#schemes.has(name);
    const isWeakened = replaced?.present === true && isLessThan(kind, replaced.at("kind").value as Auth["kind"]);
    if (!isOpened && !isWeakened) return;
    auth.problem(
      kind === "open" ? "open-contradicted" : "auth-contradicted",
      `"${name}" replaces what the document declares under this name, and requires less.`,
      "Require as much as the document, or give it another name and change the document's security.",
    );
  }

  /**
   * Who may call an operation: what `security` requires, unless `x-polygate` or an override replaces it by name. A replacement
   * must not require less. Returns undefined if a description cannot express it, which is reported.
   */
  requirementOf(operation: OpenApiOperation, override: Reader): Requirement | undefined {
    const { own, shared, security } = operation;
    const alternatives = this.#alternativesOf(security);
    if (alternatives === undefined) return undefined;
    const named = nearestMember([own, shared], "auth");
    const replacement = override.at("auth");
    const scopes = nearestMember([override, own], "scopes");
    const replaced = scopes === undefined ? {} : { scopes: scopes.value as Scopes };
    const declared = declaredBy(alternatives);
    const hasOwnScopes = own.at("scopes").present;
    if (named !== undefined && !this.#mayReplace(named, hasOwnScopes, declared)) return undefined;
    if (replacement.present) {
      const inDocument = this.#declaredInDocument(operation, named, alternatives);
      if (!this.#mayReplace(replacement, override.at("scopes").present, inDocument)) return undefined;
      // The name in the document may be that of an auth that does not exist, so security counts too.
      if (!this.#mayReplace(replacement, true, declared)) return undefined;
    }
    const auth = replacement.present ? replacement.value : named?.value;
    const { key } = operation;
    if (auth !== undefined) return this.#replaced(auth, replaced, alternatives, key);
    if (security.present) return this.#fromSecurity(operation, alternatives, replaced);
    if (own.at("open").present) return this.#opened(own.at("open"), replaced);
    if (this.#answers.unsecured(key) !== undefined) return this.#unsecured(key, replaced);
    if (this.#hasDefault) return replaced;
    this.#withoutSecurity.add(operation.operation, key, "");
    return undefined;
  }

  /** The alternatives of `security`; none where it is absent or an empty list. Undefined if it is malformed, which is reported. */
  #alternativesOf(security: Reader): readonly NamedAlternative[] | undefined {
    if (!security.present) return [];
    const alternatives = security.list().map((reader) => ({ reader, names: reader.keys() }));
    const isWell = Array.isArray(security.value) && alternatives.every(({ reader }) => reader.isObject);
    return isWell ? alternatives : undefined;
  }

  #declaredDefault(): Declared {
    const { value } = this.#documentDefault;
    return { alternatives: typeof value === "string" ? [[value]] : [], hasScopes: false };
  }

  /** What the document requires with its `x-polygate`, which an override in code must not lessen. */
  #declaredInDocument(
    { own, security }: OpenApiOperation,
    named: Reader | undefined,
    alternatives: readonly NamedAlternative[],
  ): Declared {
    const hasOwnScopes = own.at("scopes").present;
    const kept = alternatives.filter(({ names }) => names.length === 1 && names[0] === named?.value);
    if (named !== undefined) {
      const name = typeof named.value === "string" ? [[named.value]] : [];
      return { alternatives: name, hasScopes: hasOwnScopes || declaredBy(kept).hasScopes };
    }
    if (security.present) {
      const declared = declaredBy(alternatives);
      return { ...declared, hasScopes: declared.hasScopes || hasOwnScopes };
    }
    if (own.at("open").present) return { alternatives: [], hasScopes: hasOwnScopes };
    return { ...this.#declaredDefault(), hasScopes: hasOwnScopes };
  }

  #mayReplace(auth: Reader, setsScopes: boolean, declared: Declared): boolean {
    return mayReplace(auth, setsScopes, declared, {
      of: (name) => this.#auths.kindOf(name),
      inDocument: (name) => this.#kindInDocument(name),
    });
  }

  /** What the document requires by a name, whatever the overrides put in its place. */
  #kindInDocument(name: string): Auth["kind"] | undefined {
    const declared = this.#documentAuths.at(name);
    if (declared.present) return declared.at("kind").value as Auth["kind"];
    return this.#schemes.has(name) ? this.#schemes.kindOf(name) : this.#auths.kindOf(name);
  }

  /** An auth that is named. It keeps the scopes that `security` declares for it, unless others are set. */
  #replaced(
    auth: unknown,
    replaced: Requirement,
    alternatives: readonly NamedAlternative[],
    key: string,
  ): Requirement | undefined {
    if (typeof auth !== "string") return { auth: auth as string, ...replaced };
    this.adopt(auth);
    const given = this.#answers.scheme(auth, key);
    if (given !== undefined && !this.#answers.covers(given, key)) return undefined;
    const kept = alternatives
      .filter(({ names }) => names.length === 1 && names[0] === auth)
      .map(({ reader }) => [reader.at(auth)]);
    if (kept.length === 0) {
      const notes = swapped(auth, alternatives);
      return { auth, ...replaced, ...(notes.length === 0 ? {} : { notes }) };
    }
    return this.#scopes.requirement(auth, kept, replaced, { key, unchecked: [], owner: auth });
  }

  /** Scopes that are set for an open route are kept, so that the description's own check reports them. */
  #opened(reason: Reader, replaced: Requirement): Requirement | undefined {
    const text = reason.text();
    return text === undefined ? undefined : { auth: this.#auths.useOpen(text), ...replaced };
  }

  /** An operation that the document leaves open, by the answer for all of them. */
  #unsecured(key: string, replaced: Requirement): Requirement | undefined {
    const given = this.#answers.unsecured(key);
    if (given === undefined || !this.#answers.covers(given, key)) return undefined;
    const { answer } = given;
    if (answer.kind === "open") return { auth: this.#auths.useOpen(answer.reason), ...replaced };
    if (answer.kind === "jwt") return { auth: answer.name, ...replaced };
    this.#auths.adopt(answer.auth, key);
    const scheme = this.#answers.scheme(answer.auth, key);
    if (scheme !== undefined && !this.#answers.covers(scheme, key)) return undefined;
    return { auth: answer.auth, ...replaced };
  }

  /** Reports the operations that ask a question for the whole document, when all of them are known. */
  reportUndecided(): void {
    this.#preference.report(this.#remedies);
    this.#scopes.report();
    const operations = [...this.#withoutSecurity.operations, ...this.#emptySecurity.operations];
    const before = this.#answers.extended<UnsecuredAnswer>(["unsecured"])?.operations ?? [];
    const open = { kind: "open", reason: "WHY NOBODY MUST AUTHENTICATE" };
    const required = this.#schemes.names.find((name) => this.#auths.kindOf(name) === "jwt");
    const safe = required === undefined ? open : { kind: "sameAs", auth: required };
    const unsecured = { ...safe, operations: [...before, ...operations] };
    const instead =
      required === undefined
        ? ' To require a token instead, write "kind": "jwt", the "name" of its auth and its "audiences" in place of "kind" and "reason".'
        : ' To let everybody in instead, write "kind": "open" and "reason" in place of "kind" and "auth".';
    const remedy = `Declare "security", or ${this.#remedies.atRoot({ answers: { unsecured } })}${instead}`;
    const asked = { questions: [{ at: ["answers", "unsecured"], example: safe }] };
    this.#withoutSecurity.report(
      () => "Neither the operation nor the document declares security, and there is no default auth.",
      remedy,
      asked,
    );
    this.#emptySecurity.report(() => "The document lets everybody in, without a reason.", remedy, asked);
  }

  #fromSecurity(
    operation: OpenApiOperation,
    named: readonly NamedAlternative[],
    replaced: Requirement,
  ): Requirement | undefined {
    const { own, key } = operation;
    if (named.length === 0 || named.some(({ names }) => names.length === 0)) return this.#openOf(operation, replaced);
    if (own.at("open").present) {
      const remedy = 'Write "security": [], or remove "open".';
      own.at("open").problem("open-contradicted", "The document requires authentication here.", remedy);
      return undefined;
    }
    const group = this.#preference.chosen(operation, named);
    if (group === undefined) return undefined;
    const isCovered = [...new Set(group.flatMap(({ names }) => names))].map((name) => {
      const given = this.#answers.scheme(name, key);
      // Reads the scheme, so that what it contains is checked.
      if (given !== undefined) this.#schemes.refusalOf(name);
      return given === undefined || this.#auths.isDeclared(name) || this.#answers.covers(given, key);
    });
    return isCovered.every(Boolean) ? this.#fromAlternatives(group, key, replaced) : undefined;
  }

  /** An operation that the document leaves open: the nearest reason makes it an open route. */
  #openOf({ own, shared, security, key }: OpenApiOperation, replaced: Requirement): Requirement | undefined {
    const near = nearestMember([own, shared], "open");
    if (near !== undefined) return this.#opened(near, replaced);
    if (this.#answers.unsecured(key) !== undefined) return this.#unsecured(key, replaced);
    const reason = this.#source.root.at("x-polygate").at("open");
    if (reason.present) return this.#opened(reason, replaced);
    this.#emptySecurity.add(security, key, "");
    return undefined;
  }

  #fromAlternatives(group: readonly Alternative[], key: string, replaced: Requirement): Requirement | undefined {
    const [first] = group;
    if (first === undefined) return undefined;
    const unchecked = group.flatMap((each) => each.unchecked);
    if (first.required.length === 0) {
      const [reason = ""] = unchecked.map((each) =>
        each.isBackend ? `checked by the backend: ${each.reason}` : each.reason,
      );
      return { auth: this.#auths.useOpen(reason), ...replaced, unchecked: unchecked.map(remark) };
    }
    const credentials = this.#credentialsOf(first.required);
    if (credentials === undefined) {
      this.#reportAllOf(first);
      return undefined;
    }
    const { token, key: apiKey } = credentials;
    const names = namesOf(credentials);
    const unenforceable = names.filter((name) => !this.#auths.isEnforceable(name, first.reader.at(name)));
    if (unenforceable.length > 0) return undefined;
    const isBoth = token !== undefined && apiKey !== undefined;
    const auth = isBoth ? this.#auths.useBoth({ token, key: apiKey }) : this.#auths.use(token ?? apiKey ?? "");
    const scoped = isBoth ? token : (token ?? apiKey ?? "");
    const readersOf = (name: string): readonly (readonly Reader[])[] =>
      group.map(({ sources, reader }) =>
        (sources.get(name) ?? [...sources.values()].flat()).map((each) => reader.at(each)),
      );
    // Reports roles of a key that is required beside a token.
    if (isBoth && replaced.scopes === undefined && this.#scopes.of(apiKey, readersOf(apiKey), key, []) === undefined)
      return undefined;
    const requirement = this.#scopes.requirement(auth, readersOf(scoped), replaced, {
      key,
      unchecked: unchecked.map(remark),
      owner: scoped,
    });
    const named = [...new Set(group.flatMap(({ names }) => names))];
    const notes = named.flatMap((name) => this.#auths.movedNote(name) ?? []);
    return requirement === undefined || notes.length === 0 ? requirement : { ...requirement, notes };
  }

  /** Reports schemes that no route can require together, and which of them the gateway can require. */
  #reportAllOf({ names, required, reader }: Alternative): void {
    const example = { kind: "backend", reason: "HOW THE BACKEND CHECKS IT" };
    const { kept, rest } = this.#divided(required);
    const schemes = Object.fromEntries(rest.map((name) => [name, { ...example, operations: [ROUTES] }]));
    const others = rest.map((name) => `"${name}" (${this.#auths.credentialOf(name)})`).join(" and ");
    const can =
      kept.length === 0
        ? `It cannot require ${others}.`
        : `It can require ${kept.map((name) => `"${name}"`).join(" and ")}, but not ${others} as well.`;
    reader.problem(
      "all-of",
      `No gateway can require ${names.join(" and ")} together. ${can}`,
      `If the backend checks ${rest.join(" and ")}, ${this.#remedies.atRoot({ answers: { schemes } })}`,
      { questions: rest.map((name) => ({ at: ["answers", "schemes", name], example, kinds: ["backend", "open"] })) },
    );
  }

  /** What the gateway can require of schemes that it cannot require together: a signature, or a token and a key. The rest is left. */
  #divided(required: readonly string[]): { readonly kept: readonly string[]; readonly rest: readonly string[] } {
    const first = (kind: Auth["kind"]) => required.find((name) => this.#auths.kindOf(name) === kind);
    const wanted = first("iam") === undefined ? [first("jwt"), first("apiKey")] : [first("iam")];
    const found = wanted.filter((name) => name !== undefined);
    const kept = found.length === required.length ? found.slice(0, 1) : found;
    return { kept, rest: required.filter((name) => !kept.includes(name)) };
  }

  /** Undefined for schemes that a route cannot require together. */
  #credentialsOf(names: readonly string[]): Credentials | undefined {
    const [first = "", second, ...more] = names;
    if (second === undefined) return { token: first };
    if (more.length > 0) return undefined;
    const kinds = [this.#auths.kindOf(first), this.#auths.kindOf(second)];
    if (kinds[0] === "jwt" && kinds[1] === "apiKey") return { token: first, key: second };
    return kinds[0] === "apiKey" && kinds[1] === "jwt" ? { token: second, key: first } : undefined;
  }
}

function remark({ what, reason }: Remark): Remark {
  return { what, reason };
}

function namesOf({ token, key }: Credentials): readonly string[] {
  return [token, key].filter((name) => name !== undefined);
}
