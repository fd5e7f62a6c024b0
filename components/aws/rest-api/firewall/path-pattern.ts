import type { Pattern } from "../../../api/path/pattern.ts";

/**
 * Regular expressions for paths as AWS WAF sees them before a REST API: decoded, without empty and dot segments.
 *
 * WAF sees a path as the client sent it. At the API's own endpoint that has the stage in front (so the record of a request
 * in https://docs.aws.amazon.com/waf/latest/developerguide/logging-examples.html); behind a domain of the API's own it has
 * not, and may have a base path instead, which only the domain knows. (There, a path whose first segment is the stage's own
 * name is read as one below the stage.)
 *
 * WAF takes no groups that capture and no assertions about what follows
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-regex-pattern-support.html).
 */

/** The paths of a pattern below a stage. A slash at the end may stand there: API Gateway ignores it (U). */
export function stagePath(stage: string, pattern: Pattern): string {
  return `^/${escaped(stage)}${tail(pattern)}`;
}

/** The paths that end as those of a pattern do, whatever stands in front. Undefined where every path does. */
export function pathEnding(pattern: Pattern): string | undefined {
  return pattern.length === 0 ? undefined : tail(pattern);
}

/** The paths that are not below a stage: whose first segment is another text. */
export function pathElsewhere(stage: string): string {
  const other = [...stage].reduceRight(
    (after, character) => `(?:$|/|[^${escaped(character)}/]|${escaped(character)}${after})`,
    "[^/]",
  );
  return `^/${other}`;
}

/** What no plain path has: an empty segment, a dot segment (also before a semicolon), a backslash. */
export const oddPath = "//|/\\.\\.?(?:;|/|$)|\\\\";
/** A slash that is encoded, and so only to be seen as it was sent. */
export const encodedSlash = "%2[Ff]";

function tail(pattern: Pattern): string {
  const segments = pattern.map((segment) => {
    if (segment.kind === "literal") return `/${escaped(segment.text)}`;
    // The rest is one segment or more: any path goes on from here.
    return segment.kind === "greedy" ? "/[^/]" : "/[^/]+";
  });
  const open = pattern.at(-1)?.kind === "greedy";
  return `${segments.join("")}${open ? "" : "/?$"}`;
}

/** A backslash before a character that is no letter and no digit has it mean itself, in libpcre as elsewhere. */
function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9_,:~]/g, (character) => `\\${character}`);
}
