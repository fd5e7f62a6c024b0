import type { Auth, Auths } from "../description.ts";
import type { Reader } from "../reader.ts";
import { OpenApiAuths, type TokenAndKey } from "./auths.ts";
import { type Declared, isLessThan, mayReplace } from "./declared.ts";
import type { OpenApiOperation } from "./document.ts";
import type { Extensions } from "./extensions.ts";
import { SecuritySchemes } from "./scheme.ts";
import type { Found, OpenApiSource } from "./source.ts";

/** Who may call an operation. Without `auth`, the API's default auth applies. */
export interface Requirement {
  readonly auth?: string;
  readonly scopes?: readonly string[];
}

/** What one alternative of `security` requires: the names of schemes or of declared auths. */
type Credentials = Partial<TokenAndKey>;

/** One alternative of `security`, as the document declares it. */
interface NamedAlternative {
  readonly names: readonly string[];
  readonly reader: Reader;
}

/** One alternative of `security` that a route can require. */
interface Alternative {
  readonly credentials: Credentials;
  readonly reader: Reader;
}

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
}

/**
 * Turns `security` into auths and scopes. A route of a description has one auth, and the token must have one of its scopes.
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

  constructor(
    source: OpenApiSource,
    { auths, documentAuths, documentDefault, overrideDefault }: SecurityInputs,
    extensions: Extensions,
  ) {
    this.#source = source;
    this.#schemes = new SecuritySchemes(source, extensions);
    this.#auths = new OpenApiAuths(this.#schemes, auths);
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
    const named = [own, shared].map((level) => level.at("auth")).find((level) => level.present);
    const replacement = override.at("auth");
    const scopes = [override, own].map((level) => level.at("scopes")).find((level) => level.present);
    const replaced = scopes === undefined ? {} : { scopes: scopes.value as readonly string[] };
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
    if (auth !== undefined) return this.#replaced(auth, replaced, alternatives);
    if (security.present) return this.#fromSecurity(operation, alternatives, replaced);
    if (own.at("open").present) return this.#opened(own.at("open"), replaced);
    if (this.#hasDefault) return replaced;
    operation.operation.problem(
      "no-auth",
      "Neither the operation nor the document declares security, and there is no default auth.",
      'Add "security", or "x-polygate": { "open": "why nobody must authenticate" }, or a default auth.',
    );
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
  #replaced(auth: unknown, replaced: Requirement, alternatives: readonly NamedAlternative[]): Requirement | undefined {
    if (typeof auth === "string") this.adopt(auth);
    const kept = alternatives.filter(({ names }) => names.length === 1 && names[0] === auth);
    if (replaced.scopes !== undefined || typeof auth !== "string" || kept.length === 0) {
      return { auth: auth as string, ...replaced };
    }
    const scopes = this.#scopes(
      auth,
      kept.map(({ reader }) => reader.at(auth)),
    );
    return scopes === undefined ? undefined : { auth, ...(scopes.length === 0 ? {} : { scopes }) };
  }

  /** Scopes that are set for an open route are kept, so that the description's own check reports them. */
  #opened(reason: Reader, replaced: Requirement): Requirement | undefined {
    const text = reason.text();
    return text === undefined ? undefined : { auth: this.#auths.useOpen(text), ...replaced };
  }

  #fromSecurity(
    operation: OpenApiOperation,
    named: readonly NamedAlternative[],
    replaced: Requirement,
  ): Requirement | undefined {
    const { own, security } = operation;
    if (named.length === 0 || named.some(({ names }) => names.length === 0)) return this.#openOf(operation, replaced);
    if (own.at("open").present) {
      const remedy = 'Write "security": [], or remove "open".';
      own.at("open").problem("open-contradicted", "The document requires authentication here.", remedy);
      return undefined;
    }
    const alternatives: Alternative[] = [];
    for (const { reader, names } of named) {
      const credentials = this.#credentialsOf(names);
      if (credentials === undefined) {
        reader.problem(
          "all-of",
          `No gateway can require ${names.join(" and ")} together.`,
          "Require a token and an API key in x-api-key, or require only one of them in the document.",
        );
        return undefined;
      }
      alternatives.push({ credentials, reader });
    }
    return this.#fromAlternatives(alternatives, security, replaced);
  }

  /** An operation that the document leaves open: the nearest reason makes it an open route. */
  #openOf({ own, shared, security }: OpenApiOperation, replaced: Requirement): Requirement | undefined {
    const reason = [own, shared, this.#source.root.at("x-polygate")]
      .map((level) => level.at("open"))
      .find((level) => level.present);
    if (reason !== undefined) return this.#opened(reason, replaced);
    security.problem(
      "open-without-reason",
      "The document lets everybody in, without a reason.",
      'Write "x-polygate": { "open": "why nobody must authenticate" }, or remove the empty requirement.',
    );
    return undefined;
  }

  #fromAlternatives(
    alternatives: readonly Alternative[],
    security: Reader,
    replaced: Requirement,
  ): Requirement | undefined {
    const choices = [...new Set(alternatives.map(({ credentials }) => namesOf(credentials).join(" and ")))];
    if (choices.length > 1) {
      security.problem(
        "one-of-several",
        `A route can have one auth, but this operation accepts ${choices.join(" or ")}.`,
        'Choose one with "x-polygate": { "auth": ... }.',
      );
      return undefined;
    }
    const [first] = alternatives;
    if (first === undefined) return undefined;
    const { token, key } = first.credentials;
    const unenforceable = namesOf(first.credentials).filter(
      (name) => !this.#auths.isEnforceable(name, first.reader.at(name)),
    );
    if (unenforceable.length > 0) return undefined;
    const isBoth = token !== undefined && key !== undefined;
    const auth = isBoth ? this.#auths.useBoth({ token, key }) : this.#auths.use(token ?? key ?? "");
    if (replaced.scopes !== undefined) return { auth, ...replaced };
    const scopesOf = (name: string) =>
      this.#scopes(
        name,
        alternatives.map(({ reader }) => reader.at(name)),
      );
    // Reports roles of a key that is required beside a token.
    if (isBoth && scopesOf(key) === undefined) return undefined;
    const scopes = scopesOf(token ?? key ?? "");
    return scopes === undefined ? undefined : { auth, ...(scopes.length === 0 ? {} : { scopes }) };
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

  /**
   * The scopes of which a token must have one. OpenAPI writes each as an alternative of its own; several in one alternative mean
   * all of them, which no gateway can require.
   *
   * @returns an empty list if an alternative requires no scope; undefined for a problem, which is reported
   */
  #scopes(name: string, alternatives: readonly Reader[]): readonly string[] | undefined {
    const wanted: string[] = [];
    let isAny = false;
    for (const alternative of alternatives) {
      const scopes = alternative.list().flatMap((scope) => scope.text() ?? []);
      if (!Array.isArray(alternative.value)) return undefined;
      if (scopes.length > 0 && !this.#auths.hasScopes(name)) {
        alternative.problem("roles", `"${name}" has no scopes, and roles cannot be enforced.`, "Write [].");
        return undefined;
      }
      if (scopes.length > 1) {
        const quoted = scopes.map((scope) => JSON.stringify(scope)).join(", ");
        alternative.problem(
          "all-scopes",
          `A gateway can require one of several scopes, but this requires all of ${scopes.join(", ")}.`,
          `Write "x-polygate": { "scopes": [${quoted}] } to require one of them.`,
        );
        return undefined;
      }
      if (scopes.length === 0) isAny = true;
      wanted.push(...scopes);
    }
    return isAny ? [] : [...new Set(wanted)];
  }
}

function namesOf({ token, key }: Credentials): readonly string[] {
  return [token, key].filter((name) => name !== undefined);
}

function declaredBy(alternatives: readonly NamedAlternative[]): Declared {
  // Scopes that are no list are reported where they are read, and count as scopes until then.
  const hasScopes = alternatives.some(({ reader, names }) =>
    names.some((name) => {
      const { value } = reader.at(name);
      return !Array.isArray(value) || value.length > 0;
    }),
  );
  return { alternatives: alternatives.map(({ names }) => names), hasScopes };
}
