import fc from "fast-check";
import type { EspOperation } from "./api-config.ts";
import { oddTokens, partnerToken, validToken } from "./tokens.ts";

export type Headers = readonly (readonly [string, string])[];

/** A part of a request that carries a token, or something like one. */
interface Credential {
  readonly headers: Headers;
  readonly query?: string;
}

const token = fc.oneof(
  { weight: 5, arbitrary: fc.constant(validToken) },
  { weight: 2, arbitrary: fc.constant(partnerToken) },
  { weight: 3, arbitrary: fc.constantFrom(...oddTokens) },
);

const scheme = fc.constantFrom(
  "Bearer ",
  "Bearer ",
  "Bearer ",
  "Bearer ",
  "bearer ",
  "BEARER ",
  "",
  "Bearer  ",
  "Basic ",
  "Bearer",
  "X Bearer ",
);
const headerName = fc.constantFrom(
  "Authorization",
  "Authorization",
  "Authorization",
  "authorization",
  "X-Goog-Iap-Jwt-Assertion",
  "X-Token",
  "X-Forwarded-Authorization",
);

const inHeader = fc
  .tuple(headerName, scheme, token)
  .map(([name, prefix, text]): Credential => ({ headers: [[name, `${name === "X-Token" ? "Jwt " : prefix}${text}`]] }));
const bareHeader = fc
  .tuple(fc.constantFrom("X-Goog-Iap-Jwt-Assertion", "X-Token"), token)
  .map(([name, text]): Credential => ({ headers: [[name, text]] }));
const inQuery = fc
  .tuple(fc.constantFrom("access_token", "access_token", "t", "access%5Ftoken", "Access_Token"), token)
  .map(([name, text]): Credential => ({ headers: [], query: `${name}=${text}` }));
const joined = fc
  .tuple(fc.constantFrom("Authorization", "X-Token"), token, fc.constantFrom(", ", ",", " ", ";"), scheme, token)
  .map(
    ([name, one, comma, prefix, two]): Credential => ({ headers: [[name, `Bearer ${one}${comma}${prefix}${two}`]] }),
  );

/** What a client sends that means well, and the gateway may still read in another way. */
export function usual({ security }: EspOperation): fc.Arbitrary<readonly Credential[]> {
  const text = security.at(-1) === "partner" ? partnerToken : validToken;
  return fc.constantFrom<readonly Credential[]>(
    [{ headers: [["Authorization", `Bearer ${text}`]] }],
    [{ headers: [["Authorization", `Bearer ${text}`]] }],
    [{ headers: [["X-Token", `Jwt ${text}`]] }],
    [{ headers: [["X-Token", text]] }],
  );
}

export const unusual = fc.oneof(
  { weight: 2, arbitrary: fc.constant<readonly Credential[]>([]) },
  { weight: 5, arbitrary: fc.oneof(inHeader, inHeader, bareHeader, inQuery).map((one) => [one]) },
  { weight: 3, arbitrary: joined.map((one) => [one]) },
  { weight: 2, arbitrary: fc.tuple(fc.oneof(inHeader, bareHeader, inQuery), fc.oneof(inHeader, bareHeader, inQuery)) },
);
