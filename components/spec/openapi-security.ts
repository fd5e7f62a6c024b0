import { type Auth, type Auths, jwt } from "./description.ts";
import type { OpenApiOperation } from "./openapi-document.ts";
import { onlyOpenApi } from "./openapi-document.ts";
import type { OpenApiSource } from "./openapi-source.ts";
import { anyOf, nearest, type Reader } from "./reader.ts";
import { extensionOf } from "./x-polygate.ts";

/** Who may call an operation. `auth` is left out where the API's default holds. */
export interface Requirement {
  readonly auth?: string;
  readonly scopes?: readonly string[];
}

/** Where an auth of the description comes from. */
export type AuthOrigin = { readonly source: OpenApiSource; readonly reader: Reader };

const schemeMembers = [
  "$ref",
  "type",
  "description",
  "name",
  "in",
  "scheme",
  "bearerFormat",
  "flows",
  "openIdConnectUrl",
];

/** In the place of a scheme that is reported, so that what else is wrong is found in the same run. */
const standIn = jwt({ audiences: ["unknown"] });

/**
 * Turns `security` into auths and scopes. A description gives a route one auth, and any of its scopes; what OpenAPI can
 * say beyond that is a problem of the operation that says it, never a weaker check.
 */
export class OpenApiSecurity {
  readonly #source: OpenApiSource;
  readonly #schemes: Reader;
  /** Auths that stand for schemes of the same name. */
  readonly #given: Auths;
  readonly #hasDefault: boolean;
  readonly #used = new Map<string, Auth>();
  readonly #origins = new Map<string, AuthOrigin>();
  /** Why a scheme cannot be enforced, or undefined when it can. */
  readonly #verdicts = new Map<string, { readonly rule: string; readonly remedy: string } | undefined>();
  readonly #open = new Map<string, string>();

  constructor(source: OpenApiSource, given: Auths, hasDefault: boolean) {
    this.#source = source;
    this.#schemes = source.root.at("components").at("securitySchemes");
    this.#given = given;
    this.#hasDefault = hasDefault;
    if (this.#schemes.present) this.#schemes.keys();
  }

  /** The auths that operations turned out to need, beside those given. */
  get used(): ReadonlyMap<string, Auth> {
    return this.#used;
  }

  /** Where the ones that come from the document stand. */
  get origins(): ReadonlyMap<string, AuthOrigin> {
    return this.#origins;
  }

  get schemeNames(): readonly string[] {
    return typeof this.#schemes.value === "object" && this.#schemes.value !== null
      ? Object.keys(this.#schemes.value)
      : [];
  }

  /** Makes the scheme of this name usable as an auth, when it is one: for a default or an override that names it. */
  adopt(name: string): void {
    if (Object.hasOwn(this.#given, name) || this.#used.has(name) || !this.schemeNames.includes(name)) return;
    const verdict = this.#judge(name);
    if (verdict === undefined) return;
    this.#schemes.at(name).problem("unenforceable-security", verdict.rule, verdict.remedy);
    this.#used.set(name, standIn);
  }

  /** @returns undefined when what the document asks for cannot be said; the problem is reported. */
  requirementOf(operation: OpenApiOperation, override: Requirement): Requirement | undefined {
    const { own, shared, security } = operation;
    const scopes = override.scopes ?? (own.at("scopes").value as Requirement["scopes"]);
    const asked = scopes === undefined ? {} : { scopes };
    const auth = override.auth ?? own.at("auth").value ?? shared.at("auth").value;
    if (auth !== undefined) {
      if (typeof auth === "string") this.adopt(auth);
      return { auth: auth as string, ...asked };
    }
    if (!security.present) {
      if (own.at("open").present) return this.#opened(own.at("open"));
      if (this.#hasDefault) return asked;
      operation.operation.problem(
        "no-auth",
        "neither the operation nor the document says who may call this, and there is no default auth",
        'Add "security", or "x-polygate": { "open": "why nobody must sign in" }, or a default auth.',
      );
      return undefined;
    }
    return this.#alternatives(operation, asked);
  }

  #alternatives({ own, shared, security }: OpenApiOperation, asked: Requirement): Requirement | undefined {
    const alternatives = security.list();
    if (!Array.isArray(security.value)) return undefined;
    const named = alternatives.map((alternative) => ({ alternative, names: alternative.keys() }));
    if (named.length === 0 || named.some(({ names }) => names.length === 0)) {
      const reason = [own, shared, this.#source.root.at("x-polygate")]
        .map((level) => level.at("open"))
        .find((level) => level.present);
      if (reason !== undefined) return this.#opened(reason);
      security.problem(
        "open-without-reason",
        "the document lets everybody in, and nobody says why",
        'Write "x-polygate": { "open": "why nobody must sign in" }, or remove the empty requirement.',
      );
      return undefined;
    }
    if (own.at("open").present) {
      own
        .at("open")
        .problem("open-contradicted", "the document asks for a token here", 'Write "security": [], or remove "open".');
      return undefined;
    }
    for (const { alternative, names } of named) {
      if (names.length > 1) {
        alternative.problem(
          "all-of",
          `${names.join(" and ")} together cannot be asked of a request`,
          'Choose one with "x-polygate": { "auth": ... }.',
        );
        return undefined;
      }
    }
    const choices = [...new Set(named.flatMap(({ names }) => names))];
    const [name = ""] = choices;
    if (choices.length > 1) {
      security.problem(
        "one-of-several",
        `a route has one auth, this takes ${choices.join(" or ")}`,
        'Choose one with "x-polygate": { "auth": ... }.',
      );
      return undefined;
    }
    const [first] = named;
    if (first === undefined || !this.#enforceable(name, first.alternative.at(name))) return undefined;
    if (asked.scopes !== undefined) return { auth: name, ...asked };
    return this.#scopes(
      name,
      named.map(({ alternative }) => alternative.at(name)),
    );
  }

  /** Any of several scopes is one alternative each; all of several, in one alternative, no vendor's gateway can ask for. */
  #scopes(name: string, alternatives: readonly Reader[]): Requirement | undefined {
    const wanted: string[] = [];
    let none = false;
    for (const alternative of alternatives) {
      const scopes = alternative.list().flatMap((scope) => scope.text() ?? []);
      if (!Array.isArray(alternative.value)) return undefined;
      if (scopes.length > 0 && !this.#hasScopes(name)) {
        alternative.problem("roles", `"${name}" has no scopes; roles cannot be enforced`, "Write [].");
        return undefined;
      }
      if (scopes.length > 1) {
        alternative.problem(
          "all-scopes",
          `a gateway checks for any of several scopes, this asks for all of ${scopes.join(", ")}`,
          `Choose with "x-polygate": { "scopes": [${scopes.map((scope) => JSON.stringify(scope)).join(", ")}] }, any of which then does.`,
        );
        return undefined;
      }
      if (scopes.length === 0) none = true;
      wanted.push(...scopes);
    }
    return none ? { auth: name } : { auth: name, scopes: [...new Set(wanted)] };
  }

  #hasScopes(name: string): boolean {
    const type = this.#source.follow(this.#schemes.at(name))?.reader.at("type").value;
    return Object.hasOwn(this.#given, name) || type === "oauth2" || type === "openIdConnect";
  }

  #opened(reason: Reader): Requirement | undefined {
    const text = reason.text();
    if (text === undefined) return undefined;
    let name = this.#open.get(text);
    if (name === undefined) {
      const taken = (candidate: string): boolean =>
        this.#used.has(candidate) || Object.hasOwn(this.#given, candidate) || this.schemeNames.includes(candidate);
      name = "open";
      for (let count = 2; taken(name); count++) name = `open${count}`;
      this.#open.set(text, name);
      this.#used.set(name, { kind: "open", reason: text });
    }
    return { auth: name };
  }

  #enforceable(name: string, requirement: Reader): boolean {
    if (Object.hasOwn(this.#given, name)) return true;
    if (!this.schemeNames.includes(name)) {
      const near = nearest(name, this.schemeNames);
      requirement.problem(
        "unknown-security-scheme",
        `there is no security scheme "${name}"`,
        near === undefined ? `Declared are ${anyOf(this.schemeNames)}.` : `Did you mean "${near}"?`,
      );
      return false;
    }
    const verdict = this.#judge(name);
    if (verdict !== undefined) requirement.problem("unenforceable-security", verdict.rule, verdict.remedy);
    return verdict === undefined;
  }

  #judge(name: string): { readonly rule: string; readonly remedy: string } | undefined {
    if (this.#verdicts.has(name)) return this.#verdicts.get(name);
    const verdict = this.#read(name);
    this.#verdicts.set(name, verdict);
    return verdict;
  }

  #read(name: string): { readonly rule: string; readonly remedy: string } | undefined {
    const replace = `Put a token in its place: overrides.auth.${name}, or "x-polygate": { "auth": ... } at the operation.`;
    const target = this.#source.follow(this.#schemes.at(name));
    if (target === undefined) return { rule: `the security scheme "${name}" cannot be read`, remedy: replace };
    const scheme = target.reader;
    onlyOpenApi(scheme, schemeMembers);
    const extension = extensionOf(scheme, "securityScheme", target.source);
    const { type, scheme: kind } = (scheme.value ?? {}) as { readonly type?: unknown; readonly scheme?: unknown };
    const bearer = type === "http" && typeof kind === "string" && kind.toLowerCase() === "bearer";
    if (type !== "oauth2" && type !== "openIdConnect" && !bearer) {
      const found = type === "http" ? `http ${String(kind)}` : String(type);
      return {
        rule: `the security scheme "${name}" (${found}) is declared, but no gateway here can enforce it`,
        remedy: replace,
      };
    }
    this.#origins.set(name, { source: target.source, reader: scheme });
    if (extension.at("audiences").present) {
      this.#used.set(name, jwt({ audiences: extension.at("audiences").value as readonly string[] }));
      return undefined;
    }
    scheme.problem(
      "no-audiences",
      `OpenAPI cannot say for whom a token of "${name}" is meant, and without it a token for anybody would do`,
      `Write "x-polygate": { "audiences": [...] } here, or overrides.auth.${name}: jwt({ audiences: [...] }).`,
    );
    this.#used.set(name, standIn);
    return undefined;
  }
}
