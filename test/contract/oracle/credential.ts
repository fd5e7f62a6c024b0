/** Facts about a credential, from its sender. The oracle judges these facts; it does not read the token. */
export type Credential =
  | { readonly kind: "none" }
  /** Not a bearer token: it has another scheme, has two parts instead of three, or is not JSON. */
  | { readonly kind: "unreadable" }
  | TokenFacts;

export interface TokenFacts {
  readonly kind: "token";
  /** `alg` of the header. */
  readonly algorithm: string;
  /** The issuer whose published key signed the token; undefined if no issuer publishes the key. */
  readonly signedFor: string | undefined;
  /** Whether `kid` of the header names that key, is absent, or names another key. */
  readonly keyId: "right" | "absent" | "wrong";
  readonly issuer: string | undefined;
  readonly audiences: readonly string[];
  /** Whether it has an `aud`, if only an empty one. */
  readonly hasAud: boolean;
  readonly clientId?: string;
  /** In seconds since the epoch, as in the token; undefined if the token never expires. */
  readonly expires: number | undefined;
  readonly notBefore?: number;
  readonly scopes: readonly string[];
  readonly subject: string;
  /**
   * `bearer`: a single `Authorization: Bearer`. `otherwise`: `Authorization` with another scheme or a second credential, which a gateway
   * may accept. `elsewhere`: another place, in which no gateway may accept a token.
   */
  readonly carried: "bearer" | "otherwise" | "elsewhere";
}

/** Facts about an API key, from its sender. */
export type KeyFacts =
  | { readonly kind: "none" }
  /** A key of no consumer. */
  | { readonly kind: "unknown" }
  | {
      readonly kind: "known";
      /** The consumer that owns it. */
      readonly consumer: string;
      /** In `x-api-key`, in a place that no gateway reads, or in `x-api-key` beside another key. */
      readonly carried: "header" | "elsewhere" | "beside another";
    };

/** Facts about the signature of a request, from its sender. */
export type SignatureFacts =
  | { readonly kind: "none" }
  /** It does not have the form of a signature. */
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "signed";
      /** The caller that owns the access key. */
      readonly caller: string;
      /** Whether the caller signed this request, for the gateway's service and Region. */
      readonly holds: boolean;
      /** The time of the signature, in milliseconds since the epoch. */
      readonly at: number;
      /** For how long it is valid, if it is in the query. */
      readonly expiresSeconds?: number;
    };

/** `doubtful` must be rejected too, but a vendor that accepts it may list the case with a reason. */
export type Acceptance = "accepted" | "refused" | "doubtful" | "either";

/** The largest clock skew that a gateway may allow for a token, in seconds. */
export const clockSkewSeconds = 60;

/** Whether a token must be accepted by a route that requires this issuer and one of these audiences. */
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
  // The issuer signed the token for this audience, so it is not forged, but it never expires.
  if (expires === undefined) return "doubtful";
  if (expires <= at - clockSkewSeconds) return "refused";
  // The issuer signed it for this client, but nobody declared that clients are audiences.
  if (byClient && !wanted.byClient) return "doubtful";
  const early = notBefore > at || expires <= at;
  return early || (byClient && credential.hasAud) || credential.keyId === "absent" || credential.carried === "otherwise"
    ? "either"
    : "accepted";
}

/** The largest difference between the time of a signature and the gateway's clock, and its tolerance, in milliseconds. */
const signatureWindow = 300_000;
const signatureSlack = 60_000;

/** Whether a signature is valid. Which routes its caller may call is decided separately. */
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

/** Whether a key must be accepted by a route that requires one. */
export function admitKey(
  key: KeyFacts,
  consumers: Readonly<Record<string, { readonly enabled: boolean }>>,
): "accepted" | "refused" | "either" {
  if (key.kind !== "known" || consumers[key.consumer]?.enabled !== true || key.carried === "elsewhere")
    return "refused";
  return key.carried === "beside another" ? "either" : "accepted";
}
