import {
  type DecodedPath,
  decoded,
  faultOf,
  type OddPaths,
  oddity,
  type PathForm,
  plainPath,
} from "../shared/paths.ts";

/**
 * Decodes a request's path, without the stage. As recorded on AWS, slashes before the first segment count as one, a slash at the end is
 * ignored, and a greedy variable matches empty segments and `%2F` (AWS-validated tests of localstack/localstack; hotsock/voker, 2026).
 *
 * The question `aws-odd-paths` chooses whether literals are compared with the path as sent or decoded. Unverified: whether `%2F` separates
 * segments, and whether a literal resource matches a path with empty segments. With `refused`, all these forms must select one method.
 * @returns the path, or as a text why it is refused
 */
export function decodePath(path: string, odd: OddPaths): DecodedPath | string {
  const trimmed = path.replace(/^\/+/, "/").replace(/(?<=.)\/$/, "");
  if (!trimmed.includes("%") && !trimmed.includes("//")) return plainPath(trimmed, odd);
  const fault = faultOf(trimmed, odd);
  if (fault !== undefined) return fault;
  const sent = trimmed.slice(1).split("/");
  const values: string[] = [];
  for (const part of sent) {
    const value = decoded(part);
    if (value === undefined) return `${JSON.stringify(part)} is not percent-encoded UTF-8`;
    values.push(value);
  }
  const split = values.join("/").split("/");
  const problem = oddity(withoutEmpty(split), odd);
  if (problem !== undefined) return problem;
  const others = [split, withoutEmpty(sent), withoutEmpty(values), withoutEmpty(split)];
  return {
    selecting: formOf(values, values, sent),
    others: [formOf(sent, values, sent), ...others.map((form) => formOf(form, form, form))],
  };
}

/** A form whose empty segment at the end is one: the slash at the end of the path itself is ignored. */
function formOf(segments: readonly string[], values: readonly string[], sent: readonly string[]): PathForm {
  return { segments, values, sent, slashAtEnd: false };
}

function withoutEmpty(segments: readonly string[]): readonly string[] {
  return segments.filter((segment) => segment !== "");
}
