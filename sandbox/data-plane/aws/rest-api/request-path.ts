import { isEncoded, type OddPaths, oddity, type RequestPath, readPath } from "../shared/paths.ts";

/** A request's path, decoded. */
export interface DecodedPath {
  /** The form that selects the method. */
  readonly selecting: RequestPath;
  /** The other forms that may select it. */
  readonly others: readonly RequestPath[];
}

/**
 * Decodes a request's path, without the stage. As recorded on AWS, slashes before the first segment count as one, a slash at the end is
 * ignored, and a greedy variable matches empty segments and `%2F` (AWS-validated tests of localstack/localstack; hotsock/voker, 2026).
 *
 * Unverified: whether literals are compared with the path as sent or decoded, whether `%2F` separates segments, and whether a literal
 * resource matches a path with empty segments. Each of these forms may select the method.
 * @returns the path, or as a text why it is refused
 */
export function decodePath(path: string, odd: OddPaths): DecodedPath | string {
  const trimmed = path.replace(/^\/+/, "/").replace(/(?<=.)\/$/, "");
  if (!trimmed.includes("%") && !trimmed.includes("//")) {
    const read = readPath(trimmed, odd);
    return typeof read === "string" ? read : { selecting: read, others: [] };
  }
  if (!trimmed.startsWith("/")) return "the path does not begin with /";
  if (odd === "refused" && !isEncoded(trimmed)) return "the path contains a character that must be percent-encoded";
  const sent = trimmed.slice(1).split("/");
  const segments: string[] = [];
  for (const part of sent) {
    try {
      segments.push(decodeURIComponent(part));
    } catch {
      return `${JSON.stringify(part)} is not percent-encoded UTF-8`;
    }
  }
  const split = segments.join("/").split("/");
  const problem = oddity(withoutEmpty(split), odd);
  if (problem !== undefined) return problem;
  const others = [sent, split, withoutEmpty(sent), withoutEmpty(segments), withoutEmpty(split)];
  return { selecting: formOf(segments, sent), others: others.map((form) => formOf(form, form)) };
}

function withoutEmpty(segments: readonly string[]): readonly string[] {
  return segments.filter((segment) => segment !== "");
}

function formOf(segments: readonly string[], sent: readonly string[]): RequestPath {
  return { segments, sent, slashAtEnd: false };
}
