import type { Auth, Auths } from "../description.ts";
import type { Reader } from "../reader.ts";
import { OpenApiAuths, type TokenAndKey } from "./auths.ts";
import type { OpenApiOperation } from "./document.ts";
import { SecuritySchemes } from "./scheme.ts";
import type { Found, OpenApiSource } from "./source.ts";

/** Who may call an operation. Without `auth`, the API's default auth applies. */
export interface Requirement {
  readonly auth?: string;
  readonly scopes?: readonly string[];
}

/** What one alternative of `security` requires: the names of schemes or of declared auths. */
type Credentials = Partial<TokenAndKey>;

/** One alternative of `security`. */
interface Alternative {
  readonly credentials: Credentials;
  readonly reader: Reader;
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
  readonly #hasDefault: boolean;

  /** @param declared auths that replace the schemes of the same name */
  constructor(source: OpenApiSource, declared: Auths, hasDefault: boolean) {
    this.#source = source;
    this.#schemes = new SecuritySchemes(source);
    this.#auths = new OpenApiAuths(this.#schemes, declared);
    this.#hasDefault = hasDefault;
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

  /** Who may call an operation. Returns undefined if a description cannot express it, which is reported. */
  requirementOf(operation: OpenApiOperation, override: Requirement): Requirement | undefined {
    const { own, shared, security } = operation;
    const scopes = override.scopes ?? (own.at("scopes").value as Requirement["scopes"]);
    const replaced: Requirement = scopes === undefined ? {} : { scopes };
    const auth = override.auth ?? own.at("auth").value ?? shared.at("auth").value;
    if (auth !== undefined) {
      if (typeof auth === "string") this.adopt(auth);
      return { auth: auth as string, ...replaced };
    }
    if (security.present) return this.#fromSecurity(operation, replaced);
    if (own.at("open").present) return this.#opened(own.at("open"));
    if (this.#hasDefault) return replaced;
    operation.operation.problem(
      "no-auth",
      "Neither the operation nor the document declares security, and there is no default auth.",
      'Add "security", or "x-polygate": { "open": "why nobody must authenticate" }, or a default auth.',
    );
    return undefined;
  }

  #opened(reason: Reader): Requirement | undefined {
    const text = reason.text();
    return text === undefined ? undefined : { auth: this.#auths.useOpen(text) };
  }

  #fromSecurity(operation: OpenApiOperation, replaced: Requirement): Requirement | undefined {
    const { own, security } = operation;
    const readers = security.list();
    if (!Array.isArray(security.value)) return undefined;
    const named = readers.map((reader) => ({ reader, names: reader.keys() }));
    if (named.length === 0 || named.some(({ names }) => names.length === 0)) return this.#openOf(operation);
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
          'Require a token and an API key in x-api-key, or choose one with "x-polygate": { "auth": ... }.',
        );
        return undefined;
      }
      alternatives.push({ credentials, reader });
    }
    return this.#fromAlternatives(alternatives, security, replaced);
  }

  /** An operation that the document leaves open: the nearest reason makes it an open route. */
  #openOf({ own, shared, security }: OpenApiOperation): Requirement | undefined {
    const reason = [own, shared, this.#source.root.at("x-polygate")]
      .map((level) => level.at("open"))
      .find((level) => level.present);
    if (reason !== undefined) return this.#opened(reason);
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
