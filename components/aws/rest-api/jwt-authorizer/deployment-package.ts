import { readFileSync } from "node:fs";
import type { AuthBinding } from "../../../api/binding/binding.ts";
import type { RestRequirement } from "../document/requirement.ts";

/** What a function needs to know of a requirement; the auth's name means nothing to it. */
export type TokenRequirement = Pick<RestRequirement, "audiences" | "scopes">;

/** Everything that the entry imports, and the entry. There is no dependency: what runs is what stands here. */
const sources = [
  "authorizer.mjs",
  "claims.mjs",
  "index.mjs",
  "issuer-document.mjs",
  "issuer-keys.mjs",
  "signature.mjs",
  "strict-json.mjs",
  "token.mjs",
] as const;

// Its type takes the sources into what the compiler checks and publishes, though nothing here runs them.
const entry: keyof typeof import("./function/index.mjs") = "handler";

/** What Lambda calls. */
export const authorizerHandler = `index.${entry}`;

/**
 * An issuer's two documents take 3 seconds at most, or else the keys are not to be had; the rest is room for the start of a
 * process. A function that takes longer is a 500 for the client.
 */
export const authorizerTimeoutSeconds = 10;

/**
 * Lambda deals out processor time by memory. A check takes a few milliseconds of it, a start with TLS to the issuer a few
 * hundred: with the least memory, 128, that is twice as slow at the same price, and Node takes most of that memory.
 */
export const authorizerMemoryMegabytes = 256;

/**
 * The deployment package of a function that checks tokens: texts by path. The same on every machine, since the function is
 * made anew when they change; the order of audiences and scopes means nothing, and changes nothing.
 */
export function authorizerFiles(
  { audiences, scopes }: TokenRequirement,
  { issuer, jwksUri }: AuthBinding,
): Readonly<Record<string, string>> {
  const requirement: import("./function/claims.mjs").Requirement = {
    issuer,
    ...(jwksUri === undefined ? {} : { jwksUri }),
    audiences: [...new Set(audiences)].toSorted(),
    scopes: [...new Set(scopes)].toSorted(),
  };
  return { ...readSources(), "requirement.json": `${JSON.stringify(requirement, null, 2)}\n` };
}

function readSources(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sources.map((file) => [
      file,
      // A checkout on Windows may have made other line ends of them.
      readFileSync(new URL(`function/${file}`, import.meta.url), "utf8").replaceAll("\r\n", "\n"),
    ]),
  );
}
