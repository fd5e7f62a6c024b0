/** What the sender knows about the credential it sends. The oracle judges these facts; it never reads the token. */
export type Credential =
  | { readonly kind: "none" }
  /** Not a token of the scheme: another scheme, two parts instead of three, no JSON. */
  | { readonly kind: "unreadable" }
  | TokenFacts;

export interface TokenFacts {
  readonly kind: "token";
  /** The header's `alg`. */
  readonly algorithm: string;
  /** Whose signature it bears: that of a key which this issuer publishes, or not. */
  readonly signedFor: string | undefined;
  /** Whether the header's `kid` is that key's, none at all, or something else. */
  readonly keyId: "right" | "absent" | "wrong";
  readonly issuer: string | undefined;
  readonly audiences: readonly string[];
  /** Whether it has an `aud`, if only an empty one. */
  readonly hasAud: boolean;
  readonly clientId?: string;
  /** In seconds since the epoch, as in the token; undefined where it has no time that could pass. */
  readonly expires: number | undefined;
  readonly notBefore?: number;
  readonly scopes: readonly string[];
  readonly subject: string;
  /**
   * `Authorization: Bearer` alone; or `Authorization` in another form, or beside another credential, which a gateway may take; or
   * another place, from which no gateway takes it.
   */
  readonly carried: "bearer" | "otherwise" | "elsewhere";
}

/** What the sender knows about the API key it sends. */
export type KeyFacts =
  | { readonly kind: "none" }
  /** A key that nobody was given. */
  | { readonly kind: "unknown" }
  | {
      readonly kind: "known";
      /** Whose it is. */
      readonly consumer: string;
      /** `x-api-key`; or a place that no gateway looks at; or that header, and another beside it. */
      readonly carried: "header" | "elsewhere" | "beside another";
    };

/** What the sender knows about the signature that it puts on a request. */
export type SignatureFacts =
  | { readonly kind: "none" }
  /** Of no form that a signature has. */
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "signed";
      /** Whose key it names. */
      readonly caller: string;
      /** Whether it is that caller's, of what was sent, for the gateway's service and Region. */
      readonly holds: boolean;
      /** When it was made, in milliseconds since the epoch. */
      readonly at: number;
      /** For how long, where it says so itself. */
      readonly expiresSeconds?: number;
    };

/** `doubtful` is refused too, but a vendor that cannot may list it with a reason. */
export type Acceptance = "accepted" | "refused" | "doubtful" | "either";

/** The most that a gateway may be behind or ahead with a token's times, in seconds. */
export const clockSkewSeconds = 60;

/** Whether a token opens a route that asks for these audiences of this issuer. Anything in doubt is refused. */
export function authenticate(
  credential: Credential,
  wanted: { readonly audiences: readonly string[]; readonly byClient: boolean; readonly issuer: string },
  atMilliseconds: number,
): Acceptance {
  if (credential.kind !== "token" || credential.carried === "elsewhere") return "refused";
  const at = atMilliseconds / 1000;
  if (credential.algorithm !== "RS256") return "refused";
  if (credential.signedFor !== wanted.issuer || credential.issuer !== wanted.issuer) return "refused";
  if (credential.keyId === "wrong") return "refused";
  const meant = credential.audiences.some((audience) => wanted.audiences.includes(audience));
  const byClient =
    credential.audiences.length === 0 &&
    credential.clientId !== undefined &&
    wanted.audiences.includes(credential.clientId);
  // An empty `aud` may count as none.
  if (byClient && credential.hasAud && !wanted.byClient) return "refused";
  if (!meant && !byClient) return "refused";
  const { expires, notBefore = 0 } = credential;
  if (notBefore > at + clockSkewSeconds) return "refused";
  // Made by the issuer for this audience, and for ever: nobody could have forged it, but nobody can end it either.
  if (expires === undefined) return "doubtful";
  if (expires <= at - clockSkewSeconds) return "refused";
  // The issuer signed it for this client, but nobody declared that clients are audiences.
  if (byClient && !wanted.byClient) return "doubtful";
  const early = notBefore > at || expires <= at;
  return early || (byClient && credential.hasAud) || credential.keyId === "absent" || credential.carried === "otherwise"
    ? "either"
    : "accepted";
}

/** How far a signature's time may be off, and how exactly that is meant, in milliseconds. */
const signatureWindow = 300_000;
const signatureSlack = 60_000;

/** Whether a signature is a caller's. Who may call what is another question. */
export function admitSignature(
  signature: SignatureFacts,
  callers: Readonly<Record<string, { readonly active: boolean }>>,
  atMilliseconds: number,
): "accepted" | "refused" | "either" {
  if (signature.kind !== "signed" || !signature.holds || callers[signature.caller]?.active !== true) return "refused";
  const age = atMilliseconds - signature.at;
  const most = signature.expiresSeconds === undefined ? signatureWindow : signature.expiresSeconds * 1000;
  const slack = signature.expiresSeconds === undefined ? signatureSlack : 0;
  if (age > most + slack || -age > signatureWindow + signatureSlack) return "refused";
  return age > most - slack || -age > signatureWindow - signatureSlack ? "either" : "accepted";
}

/** Whether a key opens a route that asks for one. */
export function admitKey(
  key: KeyFacts,
  consumers: Readonly<Record<string, { readonly enabled: boolean }>>,
): "accepted" | "refused" | "either" {
  if (key.kind !== "known" || consumers[key.consumer]?.enabled !== true || key.carried === "elsewhere")
    return "refused";
  return key.carried === "beside another" ? "either" : "accepted";
}
