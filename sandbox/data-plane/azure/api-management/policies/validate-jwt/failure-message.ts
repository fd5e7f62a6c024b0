import type { TokenFailure } from "../../../../verifying/token.ts";

/** The reason and the message of `context.LastError`. */
export type FailureMessage = readonly [reason: string, message: string];

/** The messages of the token failures. Unverified: Microsoft does not document the texts of its token library. */
export const FAILURE_MESSAGES: Readonly<Record<TokenFailure, FailureMessage>> = {
  malformed: ["JwtInvalid", "The token is not well formed."],
  unsigned: ["TokenSignatureInvalid", "Signature validation failed. The token is not signed. Access denied."],
  "algorithm-not-allowed": [
    "TokenSignatureInvalid",
    "Signature validation failed. The algorithm is not supported. Access denied.",
  ],
  "unknown-kid": ["TokenSignatureKeyNotFound", "Signature validation failed. The key was not found. Access denied."],
  "bad-signature": ["TokenSignatureInvalid", "Signature validation failed. Access denied."],
  "no-keys": ["JwtInvalid", "Unable to obtain the OpenID configuration."],
  expired: ["TokenExpired", "Lifetime validation failed. The token is expired. Access denied."],
  "not-yet-valid": ["JwtInvalid", "Lifetime validation failed. The token is not yet valid."],
  "issued-in-future": ["JwtInvalid", "The token is issued in the future."],
  issuer: ["TokenIssuerNotAllowed", "Issuer validation failed. Access denied."],
  audience: ["TokenAudienceNotAllowed", "Audience validation failed. Access denied."],
};

/** The failures in the order of the checks. */
const CHECK_ORDER: readonly TokenFailure[] = [
  "no-keys",
  "unknown-kid",
  "algorithm-not-allowed",
  "malformed",
  "unsigned",
  "bad-signature",
  "issuer",
  "audience",
  "not-yet-valid",
  "issued-in-future",
  "expired",
];

/** The failure to report when every OpenID configuration rejects the token: the one of the latest check. */
export function latestFailure(failures: readonly TokenFailure[]): TokenFailure {
  const [latest] = failures.toSorted((a, b) => CHECK_ORDER.indexOf(b) - CHECK_ORDER.indexOf(a));
  return latest ?? "malformed";
}
