import type { Pattern } from "../../../api/path/pattern.ts";

/**
 * Regular expressions for paths as AWS WAF sees them in front of a REST API: decoded, without empty and dot segments.
 *
 * WAF sees a path as the client sent it. At the API's own endpoint, the path begins with the stage (see the logged request in
 * https://docs.aws.amazon.com/waf/latest/developerguide/logging-examples.html). At a custom domain it does not begin with the stage. It may
 * begin with a base path instead, which is set at the domain and unknown here. There, a path whose first segment happens to be the name of
 * the stage is treated as a path of the stage.
 *
 * WAF supports neither capturing groups nor lookahead
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html).
 */

/**
 * Returns the expression for the paths of a pattern within a stage, with or without a trailing slash.
 *
 * API Gateway ignores a trailing slash (as in the AWS-validated tests of localstack/localstack).
 */
export function stagePath(stage: string, pattern: Pattern): string {
  return `^/${escaped(stage)}${tail(pattern)}`;
}

/** Returns the expression for paths with any prefix that end like a pattern's paths; undefined if every path does. */
export function pathEnding(pattern: Pattern): string | undefined {
  return pattern.length === 0 ? undefined : tail(pattern);
}

/** Returns the expression for paths outside a stage: their first segment is not its name. */
export function pathElsewhere(stage: string): string {
  const other = [...stage].reduceRight(
    (after, character) => `(?:$|/|[^${escaped(character)}/]|${escaped(character)}${after})`,
    "[^/]",
  );
  return `^/${other}`;
}

/** Matches a path with an empty segment, a dot segment (also before a semicolon) or a backslash. */
export const oddPath = "//|/\\.\\.?(?:;|/|$)|\\\\";
/** Matches an encoded slash. Inspect the path as sent, since decoding removes it. */
export const encodedSlash = "%2[Ff]";

function tail(pattern: Pattern): string {
  const segments = pattern.map((segment) => {
    if (segment.kind === "literal") return `/${escaped(segment.text)}`;
    // The rest of a path is at least one segment, so one character is enough.
    return segment.kind === "greedy" ? "/[^/]" : "/[^/]+";
  });
  const isGreedy = pattern.at(-1)?.kind === "greedy";
  return `${segments.join("")}${isGreedy ? "" : "/?$"}`;
}

/** In libpcre as elsewhere, a backslash makes any character literal that is neither a letter nor a digit. */
export function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9_,:~]/g, (character) => `\\${character}`);
}
