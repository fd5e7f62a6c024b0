/** What a user answers about a security scheme. */
export type SchemeAnswerText =
  | { readonly kind: "jwt"; readonly audiences: readonly string[] }
  | { readonly kind: "apiKey" }
  | { readonly kind: "sameAs"; readonly auth: string }
  | { readonly kind: "backend" | "open"; readonly reason: string };

/** What a user answers about a document, once for all of its operations. */
export interface AnswersText {
  readonly schemes?: Readonly<Record<string, SchemeAnswerText>>;
  /** Which alternative of `security` applies: the schemes in the order of preference. */
  readonly prefer?: readonly (string | readonly string[])[];
  /** Why one of several scopes is enough. */
  readonly anyScope?: string;
  /** Why a parameter may match the text beside it in a segment. */
  readonly segments?: string;
  /** Why clients may send paths without the slash at their end. */
  readonly trailingSlash?: string;
  readonly unsecured?:
    | { readonly kind: "sameAs"; readonly auth: string }
    | { readonly kind: "open"; readonly reason: string };
  /** Tokens that the document has no scheme for. */
  readonly auth?: Readonly<Record<string, { readonly kind: "jwt"; readonly audiences: readonly string[] }>>;
  readonly plans?: Readonly<Record<string, object>>;
  readonly backends?: Readonly<Record<string, { readonly kind: "http" }>>;
  /** The backend of operations that have none in `operations`. */
  readonly to?: string;
  /** What single operations need. */
  readonly operations?: Readonly<Record<string, { readonly to?: string }>>;
  /** JSON that operations accept whose bodies the overlay lets the gateway check. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Operations that the gateway does not have. */
  readonly without?: readonly string[];
}
