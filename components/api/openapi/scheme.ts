import { type Auth, apiKey, iam, jwt } from "../description.ts";
import type { Reader } from "../reader.ts";
import { onlyOpenApi } from "./document.ts";
import type { Extensions } from "./extensions.ts";
import type { Found, OpenApiSource } from "./source.ts";
import { extensionOf } from "./x-polygate.ts";

/** Why a scheme cannot be enforced, and what to write instead. */
export interface Refusal {
  readonly rule: string;
  readonly remedy: string;
}

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

/**
 * The extension that marks a scheme for signed requests. OpenAPI has no type for them; this is how the documents that AWS API
 * Gateway exports declare them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
const AUTHTYPE = "x-amazon-apigateway-authtype";

/** Replaces a scheme whose problem has been reported, so that the rest is checked in the same run. */
export const unreadScheme = jwt({ audiences: ["unknown"] });

/** The security schemes of a document, as auths. Each scheme is read once, when it is first needed. */
export class SecuritySchemes {
  readonly #source: OpenApiSource;
  readonly #schemes: Reader;
  readonly #extensions: Extensions;
  readonly #targets = new Map<string, Found | undefined>();
  readonly #auths = new Map<string, Auth>();
  readonly #origins = new Map<string, Found>();
  readonly #refusals = new Map<string, Refusal | undefined>();

  constructor(source: OpenApiSource, extensions: Extensions) {
    this.#source = source;
    this.#extensions = extensions;
    this.#schemes = source.root.at("components").at("securitySchemes");
    // Reports schemes that are no object.
    const names = this.#schemes.present ? this.#schemes.keys() : [];
    for (const name of names) extensions.see(this.#schemes.at(name));
  }

  get names(): readonly string[] {
    const { value } = this.#schemes;
    return typeof value === "object" && value !== null ? Object.keys(value) : [];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  at(name: string): Reader {
    return this.#schemes.at(name);
  }

  /** The auth of a scheme that has been read and can be enforced. */
  authOf(name: string): Auth | undefined {
    return this.#auths.get(name);
  }

  /** Where the schemes that have been read are declared. */
  get origins(): ReadonlyMap<string, Found> {
    return this.#origins;
  }

  /** What a scheme requires, as far as it can be enforced. */
  kindOf(name: string): Auth["kind"] | undefined {
    return this.has(name) ? kindOf(this.#target(name)?.reader) : undefined;
  }

  hasScopes(name: string): boolean {
    const type = this.#target(name)?.reader.at("type").value;
    return type === "oauth2" || type === "openIdConnect";
  }

  /** Reads a scheme. Returns undefined if it can be enforced. */
  refusalOf(name: string): Refusal | undefined {
    if (!this.#refusals.has(name)) this.#refusals.set(name, this.#read(name));
    return this.#refusals.get(name);
  }

  /** Where a scheme is. It is looked up once, so that a reference that leads nowhere is reported once. */
  #target(name: string): Found | undefined {
    if (!this.#targets.has(name)) this.#targets.set(name, this.#source.follow(this.at(name)));
    return this.#targets.get(name);
  }

  #read(name: string): Refusal | undefined {
    const replace = `Use a token instead: overrides.auth.${name}, or "x-polygate": { "auth": ... } at the operation.`;
    const target = this.#target(name);
    if (target === undefined) return { rule: `The security scheme "${name}" cannot be read.`, remedy: replace };
    const scheme = target.reader;
    onlyOpenApi(scheme, schemeMembers);
    const extension = extensionOf(scheme, "securityScheme", target.source);
    const kind = kindOf(scheme);
    if (kind === undefined) return unenforceable(name, scheme, replace);
    this.#extensions.check(scheme, kind === "iam" ? [AUTHTYPE] : []);
    this.#origins.set(name, target);
    this.#auths.set(name, readAuth(kind, extension));
    return undefined;
  }
}

type SchemeKind = "jwt" | "apiKey" | "iam";

function readAuth(kind: SchemeKind, extension: Reader): Auth {
  const [audiences, fallback] = [extension.at("audiences"), extension.at("audienceFallback")];
  if (kind !== "jwt") {
    for (const member of [audiences, fallback].filter(({ present }) => present)) {
      const rule = `${kind === "apiKey" ? "An API key" : "A signature"} has no audience.`;
      member.problem("unknown-property", rule, "Remove it.");
    }
    return kind === "apiKey" ? apiKey() : iam();
  }
  const options = fallback.present ? { audienceFallback: fallback.value as "client_id" } : {};
  // OpenAPI cannot declare audiences. Without the extension, each gateway binds them.
  return audiences.present ? jwt({ audiences: audiences.value as readonly string[], ...options }) : jwt(options);
}

/** What a scheme requires. An API key is supported only in the one header where every vendor looks for it. */
function kindOf(scheme: Reader | undefined): SchemeKind | undefined {
  const { type, method, location, name } = membersOf(scheme);
  if (type === "oauth2" || type === "openIdConnect") return "jwt";
  if (type === "http") return typeof method === "string" && method.toLowerCase() === "bearer" ? "jwt" : undefined;
  if (type !== "apiKey" || location !== "header" || typeof name !== "string") return undefined;
  const isSigned = scheme?.at(AUTHTYPE).value === "awsSigv4";
  if (name.toLowerCase() === "x-api-key") return isSigned ? undefined : "apiKey";
  return name.toLowerCase() === "authorization" && isSigned ? "iam" : undefined;
}

function membersOf(scheme: Reader | undefined): Readonly<Record<"type" | "method" | "location" | "name", unknown>> {
  const value = (member: string): unknown => scheme?.at(member).value;
  return { type: value("type"), method: value("scheme"), location: value("in"), name: value("name") };
}

function unenforceable(name: string, scheme: Reader, replace: string): Refusal {
  const { type, method, location, name: member } = membersOf(scheme);
  const found =
    type === "http" ? `http ${method}` : type === "apiKey" ? `apiKey ${member} in ${location}` : String(type);
  return {
    rule: `No gateway can enforce the security scheme "${name}" (${found}).`,
    remedy:
      type === "apiKey"
        ? `Write in: header, name: x-api-key, and let clients send the key there; or write overrides.auth.${name}: apiKey(). Or require a token: overrides.auth.${name}: jwt({ audiences: [...] }).`
        : replace,
  };
}
