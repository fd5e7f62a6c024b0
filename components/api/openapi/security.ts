import { anyOf, nearest, type Reader } from "../check/reader.ts";
import { type Auth, type Auths, allOf, apiKey, iam, type JwtAuth, jwt } from "../description.ts";
import type { OpenApiOperation } from "./document.ts";
import { onlyOpenApi } from "./document.ts";
import type { OpenApiSource } from "./source.ts";
import { extensionOf } from "./x-polygate.ts";

/** Who may call an operation. `auth` is left out where the API's default holds. */
export interface Requirement {
  readonly auth?: string;
  readonly scopes?: readonly string[];
}

/** What a route may be asked for: the name of a scheme or of a given auth each. */
type Asked = { readonly token?: string; readonly key?: string };

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

const AUTHTYPE = "x-amazon-apigateway-authtype";

/** In the place of a scheme that is reported, so that what else is wrong is found in the same run. */
const standIn = jwt({ audiences: ["unknown"] });

/**
 * Turns `security` into auths and scopes. A description gives a route one auth, and any of its scopes; what OpenAPI can
 * say beyond that is a problem of the operation that says it, never a weaker check. A token and an API key at once are an
 * auth too, called after both: `staff` and `key` are `staffAndKey`.
 */
export class OpenApiSecurity {
  readonly #source: OpenApiSource;
  readonly #schemes: Reader;
  /** Auths that stand for schemes of the same name. */
  readonly #given: Auths;
  readonly #hasDefault: boolean;
  readonly #used = new Map<string, Auth>();
  /** What each scheme is that can be enforced, whether or not a route asks for it alone. */
  readonly #readable = new Map<string, Auth>();
  /** The names of a token and a key, by the name of the auth that asks for both. */
  readonly #together = new Map<string, Required<Asked>>();
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

  /** What the auths are made of that ask for a token and a key: the names of schemes or of given auths. */
  get together(): ReadonlyMap<string, Required<Asked>> {
    return this.#together;
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
    if (verdict === undefined) {
      this.#use(name);
      return;
    }
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
    const wanted: { readonly asked: Asked; readonly alternative: Reader }[] = [];
    for (const { alternative, names } of named) {
      const asked = this.#askedBy(names);
      if (asked === undefined) {
        alternative.problem(
          "all-of",
          `${names.join(" and ")} together cannot be asked of a request`,
          'A token and an API key in x-api-key can. Choose with "x-polygate": { "auth": ... }.',
        );
        return undefined;
      }
      wanted.push({ asked, alternative });
    }
    const choices = [...new Set(wanted.map(({ asked }) => inWords(asked)))];
    if (choices.length > 1) {
      security.problem(
        "one-of-several",
        `a route has one auth, this takes ${choices.join(" or ")}`,
        'Choose one with "x-polygate": { "auth": ... }.',
      );
      return undefined;
    }
    const [first] = wanted;
    if (first === undefined) return undefined;
    const { token, key } = first.asked;
    const parts = [token, key].filter((part) => part !== undefined);
    if (parts.filter((part) => !this.#enforceable(part, first.alternative.at(part))).length > 0) return undefined;
    const name = token !== undefined && key !== undefined ? this.#both(token, key) : this.#use(token ?? key ?? "");
    if (asked.scopes !== undefined) return { auth: name, ...asked };
    const readers = (scheme: string | undefined): readonly Reader[] =>
      scheme === undefined ? [] : wanted.map(({ alternative }) => alternative.at(scheme));
    // What a key is asked for beside a token is nothing but itself.
    if (token !== undefined && key !== undefined && this.#scopes(key, readers(key)) === undefined) return undefined;
    const scopes = this.#scopes(token ?? key ?? "", readers(token ?? key));
    return scopes === undefined ? undefined : { auth: name, ...(scopes.length === 0 ? {} : { scopes }) };
  }

  /** Undefined for what a route cannot be asked for at once. */
  #askedBy(names: readonly string[]): Asked | undefined {
    const [first = "", second, ...more] = names;
    if (second === undefined) return { token: first };
    if (more.length > 0) return undefined;
    const kinds = [this.#kindOf(first), this.#kindOf(second)];
    if (kinds[0] === "jwt" && kinds[1] === "apiKey") return { token: first, key: second };
    return kinds[0] === "apiKey" && kinds[1] === "jwt" ? { token: second, key: first } : undefined;
  }

  /** What a scheme is, or the auth in its place, as far as it can be enforced. */
  #kindOf(name: string): Auth["kind"] | undefined {
    if (Object.hasOwn(this.#given, name)) return (this.#given[name] as Partial<Auth> | null)?.kind;
    return this.schemeNames.includes(name) ? kindOf(this.#source.follow(this.#schemes.at(name))?.reader) : undefined;
  }

  /** The name of an auth that asks for both. */
  #both(token: string, key: string): string {
    for (const [name, parts] of this.#together) if (parts.token === token && parts.key === key) return name;
    const proper = `${token}And${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    const name = this.#free(proper.length <= 63 ? proper : "tokenAndKey");
    this.#together.set(name, { token, key });
    const bearer = Object.hasOwn(this.#given, token) ? this.#given[token] : this.#readable.get(token);
    // #askedBy found a token there.
    this.#used.set(name, allOf(bearer as JwtAuth, apiKey()));
    const origin = this.#origins.get(token);
    if (origin !== undefined) this.#origins.set(name, origin);
    return name;
  }

  /** @returns the name. */
  #use(name: string): string {
    const auth = this.#readable.get(name);
    if (auth !== undefined && !Object.hasOwn(this.#given, name)) this.#used.set(name, auth);
    return name;
  }

  /**
   * Any of several scopes is one alternative each; all of several, in one alternative, no vendor's gateway can ask for.
   *
   * @returns empty where one alternative asks for none; undefined for what cannot be asked, which is reported.
   */
  #scopes(name: string, alternatives: readonly Reader[]): readonly string[] | undefined {
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
    return none ? [] : [...new Set(wanted)];
  }

  #hasScopes(name: string): boolean {
    if (Object.hasOwn(this.#given, name)) return !["apiKey", "iam"].includes(this.#kindOf(name) ?? "");
    const type = this.#source.follow(this.#schemes.at(name))?.reader.at("type").value;
    return type === "oauth2" || type === "openIdConnect";
  }

  #opened(reason: Reader): Requirement | undefined {
    const text = reason.text();
    if (text === undefined) return undefined;
    let name = this.#open.get(text);
    if (name === undefined) {
      name = this.#free("open");
      this.#open.set(text, name);
      this.#used.set(name, { kind: "open", reason: text });
    }
    return { auth: name };
  }

  /** The name, or one with a number where an auth or a scheme has it. */
  #free(wanted: string): string {
    const taken = (candidate: string): boolean =>
      this.#used.has(candidate) || Object.hasOwn(this.#given, candidate) || this.schemeNames.includes(candidate);
    let name = wanted;
    for (let count = 2; taken(name); count++) name = `${wanted.slice(0, 60)}${count}`;
    return name;
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
    const kind = kindOf(scheme);
    if (kind === undefined) return unenforceable(name, scheme, replace);
    this.#origins.set(name, { source: target.source, reader: scheme });
    const audiences = extension.at("audiences");
    if (kind !== "jwt") {
      this.#readable.set(name, kind === "apiKey" ? apiKey() : iam());
      if (audiences.present) {
        const rule = `${kind === "apiKey" ? "an API key" : "a signature"} is for no audience`;
        audiences.problem("unknown-property", rule, "Remove the audiences.");
      }
      return undefined;
    }
    if (audiences.present) {
      this.#readable.set(name, jwt({ audiences: audiences.value as readonly string[] }));
      return undefined;
    }
    scheme.problem(
      "no-audiences",
      `OpenAPI cannot say for whom a token of "${name}" is meant, and without it a token for anybody would do`,
      `Write "x-polygate": { "audiences": [...] } here, or overrides.auth.${name}: jwt({ audiences: [...] }).`,
    );
    this.#readable.set(name, standIn);
    return undefined;
  }
}

function inWords({ token, key }: Asked): string {
  return [token, key].filter((name) => name !== undefined).join(" and ");
}

/**
 * What a scheme asks for: a token, an API key where every vendor looks for it, or a signature, as the documents say it that API
 * Gateway exports. Undefined for all else.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
function kindOf(scheme: Reader | undefined): "jwt" | "apiKey" | "iam" | undefined {
  const [type, way, place, header] = ["type", "scheme", "in", "name"].map((member) => scheme?.at(member).value);
  if (type === "oauth2" || type === "openIdConnect") return "jwt";
  if (type === "http") return typeof way === "string" && way.toLowerCase() === "bearer" ? "jwt" : undefined;
  if (type !== "apiKey" || place !== "header" || typeof header !== "string") return undefined;
  const authtype = scheme?.at(AUTHTYPE).value;
  if (header.toLowerCase() === "x-api-key") return authtype === "awsSigv4" ? undefined : "apiKey";
  return header.toLowerCase() === "authorization" && authtype === "awsSigv4" ? "iam" : undefined;
}

function unenforceable(
  name: string,
  scheme: Reader,
  replace: string,
): { readonly rule: string; readonly remedy: string } {
  const [type, way, place, member] = ["type", "scheme", "in", "name"].map((each) => String(scheme.at(each).value));
  const found = type === "http" ? `http ${way}` : type === "apiKey" ? `apiKey ${member} in ${place}` : type;
  return {
    rule: `the security scheme "${name}" (${found}) is declared, but no gateway here can enforce it`,
    remedy:
      type === "apiKey"
        ? `API keys travel in the header x-api-key: let clients send it there, and write in: header, name: x-api-key, or overrides.auth.${name}: apiKey(). Or ask for a token: overrides.auth.${name}: jwt({ audiences: [...] }).`
        : replace,
  };
}
