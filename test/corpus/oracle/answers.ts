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
  /** Why a path may match every query where the document writes one into it. */
  readonly pathQuery?: string;
  readonly unsecured?:
    | { readonly kind: "sameAs"; readonly auth: string }
    | { readonly kind: "jwt"; readonly name: string; readonly audiences: readonly string[] }
    | { readonly kind: "open"; readonly reason: string };
  /** Why the gateway may leave out operations that it cannot serve. */
  readonly unservable?: string;
  /** Why the protection by extensions of other gateways is not needed. */
  readonly ignore?: Readonly<Record<string, string>>;
  /** JSON that operations accept whose bodies the document lets the gateway check. */
  readonly bodies?: Readonly<Record<string, string>>;
}
