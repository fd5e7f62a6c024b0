import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Jwt } from "../context.ts";
import { claimTexts } from "../jwt-claims.ts";

/** Parses a token without verifying it, like `AsJwt()`. Returns null when the text is not a JWT. */
export function asJwt(text: string): Jwt | null {
  try {
    const header = decodeProtectedHeader(text);
    return {
      algorithm: typeof header.alg === "string" ? header.alg : "",
      type: typeof header.typ === "string" ? header.typ : null,
      claims: claimTexts(decodeJwt(text)),
    };
  } catch {
    return null;
  }
}
