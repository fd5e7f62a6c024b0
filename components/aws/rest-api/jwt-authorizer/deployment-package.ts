import { readFileSync } from "node:fs";
import { type AuthBinding, audiencesOf, type Bindings, bound } from "../../../api/binding/binding.ts";
import type { Api } from "../../../api/checked-api.ts";
import type { RestAuthorizer } from "../document/authorizers.ts";
import { type RestRequirement, sortedScopes } from "../document/requirement.ts";

/** The part of a requirement that a function needs. It does not need the name of the auth. */
export interface TokenRequirement extends Pick<RestRequirement, "audienceFallback" | "scopes"> {
  /** Those of the description, or else those of the binding. */
  readonly audiences: readonly string[];
}

type FunctionRequirement = import("./function/claims.mjs").Requirement;
/** What a function verifies: one requirement, or one of several by route. */
type FunctionContent = import("./function/by-route.mjs").Content;

/** The entry point and every module that it imports. There are no dependencies: only these files run. */
const sources = [
  "authorizer.mjs",
  "by-route.mjs",
  "claims.mjs",
  "index.mjs",
  "issuer-document.mjs",
  "issuer-keys.mjs",
  "signature.mjs",
  "strict-json.mjs",
  "token.mjs",
] as const;

// This type makes the compiler check and publish the sources, although nothing here runs them.
const entry: keyof typeof import("./function/index.mjs") = "handler";

/** The handler that Lambda calls. */
export const authorizerHandler = `index.${entry}`;

/**
 * The time limit of a function. Loading an issuer's two documents takes at most 3 seconds, or fails; the rest allows for the start of a
 * process. If a function takes longer, the client gets a 500.
 */
export const authorizerTimeoutSeconds = 10;

/**
 * The memory of a function. Lambda assigns processor time in proportion to memory. Verifying a token takes a few milliseconds of it, a start
 * with TLS to the issuer a few hundred. With the minimum of 128, that takes twice as long at the same price, and Node needs most of that
 * memory.
 */
export const authorizerMemoryMegabytes = 256;

/** Returns what the function of an authorizer verifies. */
export function contentOf(
  { requirements, routes }: RestAuthorizer,
  api: Pick<Api, "auth">,
  bindings: Bindings,
): FunctionContent {
  const all = requirements.map((requirement) => {
    const { auth } = requirement;
    return boundRequirement(
      { ...requirement, audiences: audiencesOf(api, bindings, auth) },
      bound(bindings.auth, auth),
    );
  });
  const [first] = all;
  if (first === undefined) throw new RangeError("An authorizer has no requirement.");
  return routes === undefined ? first : { requirements: all, routes };
}

/** Returns what a function needs of a requirement. The order of audiences and scopes has no meaning and does not change it. */
export function boundRequirement(
  { audiences, audienceFallback, scopes }: TokenRequirement,
  { issuer, jwksUri }: Pick<AuthBinding, "issuer" | "jwksUri">,
): FunctionRequirement {
  return {
    issuer,
    ...(jwksUri === undefined ? {} : { jwksUri }),
    audiences: [...new Set(audiences)].toSorted(),
    ...(audienceFallback === undefined ? {} : { audienceFallback }),
    scopes: sortedScopes(scopes),
  };
}

/**
 * Returns the deployment package of a function that verifies tokens: the files' texts by path.
 *
 * The package is the same on every machine, since a change replaces the function.
 */
export function authorizerFiles(content: FunctionContent): Readonly<Record<string, string>> {
  return { ...readSources(), "requirement.json": `${JSON.stringify(content, null, 2)}\n` };
}

function readSources(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sources.map((file) => [
      file,
      // A checkout on Windows may have other line endings.
      readFileSync(new URL(`function/${file}`, import.meta.url), "utf8").replaceAll("\r\n", "\n"),
    ]),
  );
}
