import { isDeepStrictEqual } from "node:util";
import { type Auth, apiKey, iam, jwt } from "../../description.ts";
import { ROUTES } from "../../problem/causes.ts";
import type { ProblemDetails } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import type { AnswerBook, Given } from "../answers/answer-book.ts";
import type { SchemeAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import { onlyOpenApi } from "../document.ts";
import type { Extensions } from "../extensions.ts";
import type { Found, OpenApiSource } from "../source.ts";
import { extensionOf } from "../x-polygate.ts";
import { credentialOf, moved } from "./credential-place.ts";

/** Why a scheme cannot be enforced, and what to write instead. */
export interface Refusal extends ProblemDetails {
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
/** Members of a scheme that only OpenAPI 3.2 has. They change nothing about what it requires. */
const newMembers = ["deprecated", "oauth2MetadataUrl"];

/**
 * The extension that marks a scheme for signed requests. OpenAPI has no type for them; this is how the documents that AWS API
 * Gateway exports declare them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
const AUTHTYPE = "x-amazon-apigateway-authtype";

/** The answer that a remedy contains for a scheme that no gateway can enforce. */
const BACKEND = { kind: "backend", reason: "HOW THE BACKEND CHECKS IT" };

/** Replaces a scheme whose problem has been reported, so that the rest is checked in the same run. */
export const unreadScheme = jwt({ audiences: ["unknown"] });

/** The security schemes of a document, as auths. Each scheme is read once, when it is first needed. */
export class SecuritySchemes {
  readonly #source: OpenApiSource;
  readonly #schemes: Reader;
  readonly #extensions: Extensions;
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #targets = new Map<string, Found | undefined>();
  readonly #auths = new Map<string, Auth>();
  readonly #origins = new Map<string, Found>();
  readonly #refusals = new Map<string, Refusal | undefined>();

  constructor(source: OpenApiSource, extensions: Extensions, answers: AnswerBook, remedies: Remedies) {
    this.#source = source;
    this.#answers = answers;
    this.#remedies = remedies;
    this.#extensions = extensions;
    this.#schemes = source.root.at("components").at("securitySchemes");
    // Reports schemes that are no object.
    const names = this.#schemes.present ? this.#schemes.keys() : [];
    for (const name of names) extensions.see(this.#schemes.at(name));
  }

  /** The object that declares the schemes, in words. */
  get owner(): string {
    return this.#source.isSwagger ? "securityDefinitions" : "components.securitySchemes";
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

  /** What the gateway requires for a scheme: what its answer makes of it, or else what it requires. */
  answeredKindOf(name: string): Auth["kind"] | undefined {
    const given = this.#answers.scheme(name);
    if (given === undefined || !this.has(name)) return this.kindOf(name);
    return (
      answeredAuth(given.answer, this.at(name).with(undefined))?.kind ??
      (given.answer.kind === "sameAs" ? undefined : "open")
    );
  }

  hasScopes(name: string): boolean {
    const answer = this.#answers.scheme(name)?.answer;
    if (answer !== undefined) return answer.kind === "jwt";
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
    const target = this.#target(name);
    if (target === undefined) {
      const rule = `The security scheme "${name}" cannot be read.`;
      return { rule, remedy: "Correct the reference." };
    }
    const scheme = target.reader;
    const isNewest = String(this.#source.root.at("openapi").value).startsWith("3.2.");
    onlyOpenApi(scheme, isNewest ? [...schemeMembers, ...newMembers] : schemeMembers);
    const extension = extensionOf(scheme, "securityScheme", target.source);
    const audiences = extension.at("audiences");
    const given = this.#answers.scheme(name);
    if (given !== undefined) {
      this.#extensions.check(scheme);
      const auth = answeredAuth(given.answer, audiences);
      checkAudiences(given, audiences, name);
      this.#origins.set(name, target);
      if (auth !== undefined) this.#auths.set(name, auth);
      return undefined;
    }
    const kind = kindOf(scheme);
    if (kind === undefined) return this.#unenforceable(name, scheme);
    this.#extensions.check(scheme, kind === "iam" ? [AUTHTYPE] : []);
    this.#origins.set(name, target);
    this.#auths.set(name, readAuth(kind, extension));
    return undefined;
  }

  /** What the document lets clients send for a scheme, in words. */
  credentialOf(name: string): string {
    return this.has(name) ? credentialOf(this.#target(name)?.reader) : "a scheme that is not declared";
  }

  /** What clients must send where an auth of this kind is required for a scheme, in place of what the document lets them send. */
  movedNote(name: string, kind: Auth["kind"] | undefined): string | undefined {
    return this.has(name) ? moved(name, this.#target(name)?.reader, kind) : undefined;
  }

  #unenforceable(name: string, scheme: Reader): Refusal {
    const answer = { ...BACKEND, operations: [ROUTES] };
    const backend = this.#remedies.atRoot({ answers: { schemes: { [name]: answer } } });
    const token = '"kind": "jwt" with "audiences" in place of "kind" and "reason"';
    const { type, location, name: member } = membersOf(scheme);
    const isBearer = location === "header" && String(member).toLowerCase() === "authorization";
    const isSigned = scheme.at(AUTHTYPE).value === "awsSigv4";
    const where = isSigned
      ? ", because a signature is in the header Authorization"
      : ", because keys are read from the header x-api-key only";
    const only = type === "apiKey" ? where : "";
    return {
      rule: `No gateway checks the security scheme "${name}" (${credentialOf(scheme)})${only}.`,
      remedy: `If the backend checks it, ${backend} Or, if clients send ${isBearer ? "a JWT there" : "a token in the header Authorization instead"}, write ${token}.`,
      questions: [{ at: ["answers", "schemes", name], example: BACKEND }],
    };
  }
}

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

/** The auth that an answer turns a scheme into. Undefined if the gateway does not check the scheme, or requires another. */
function answeredAuth(answer: SchemeAnswer, declared: Reader): Auth | undefined {
  if (answer.kind === "jwt") {
    const audiences = answer.audiences ?? (declared.value as readonly string[] | undefined);
    return audiences === undefined ? jwt() : jwt({ audiences });
  }
  return answer.kind === "apiKey" ? apiKey() : undefined;
}

/** Reports an answer that contradicts the audiences of the scheme itself. */
function checkAudiences({ answer, reader }: Given<SchemeAnswer>, audiences: Reader, name: string): void {
  // The audiences say what a token is for, and the answer who checks it.
  if (!audiences.present || answer.kind === "backend") return;
  if (answer.kind === "jwt" && (!answer.audiences || isDeepStrictEqual(answer.audiences, audiences.value))) return;
  reader.problem(
    "answer-contradicted",
    'The scheme has audiences of its own in "x-polygate", and the answer makes something else of it.',
    "Remove the audiences, or the answer.",
    { questions: [{ at: ["answers", "schemes", name], example: BACKEND, kinds: [BACKEND.kind] }] },
  );
}

type SchemeKind = "jwt" | "apiKey" | "iam";

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
