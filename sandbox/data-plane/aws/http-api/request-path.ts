import { isEncoded, type OddPaths, oddity, readPath } from "../shared/paths.ts";

/** One form of a request's path. */
export interface PathForm {
  /** The segments, which literals are compared with. */
  readonly segments: readonly string[];
  /** The segments, decoded completely. */
  readonly values: readonly string[];
  /** Whether the path ends with a slash. The path `/` does not count. */
  readonly slashAtEnd: boolean;
}

/** A request's path, decoded. */
export interface DecodedPath {
  /** The form that selects the route. */
  readonly selecting: PathForm;
  /** The other forms that may select it. */
  readonly others: readonly PathForm[];
  /** The whole path, decoded completely. */
  readonly text: string;
}

/**
 * Decodes a request's path, without the stage, as recorded on AWS (hotsock/voker, 2026): twice, and cut at a question mark that the first
 * round decodes. A `%` that is left by the first round must begin another encoding.
 *
 * Unverified: the route is selected between the rounds. The recordings have only one route. A public account of a route with one
 * parameter agrees: `/{x}/thing` receives `/a%252Fb/thing`, and not `/a%2Fb/thing`.
 * @returns the path, or as a text why it is refused
 */
export function decodePath(path: string, odd: OddPaths): DecodedPath | string {
  if (!path.includes("%")) {
    const read = readPath(path, odd);
    if (typeof read === "string") return read;
    const { segments, slashAtEnd } = read;
    return { selecting: { segments, values: segments, slashAtEnd }, others: [], text: path };
  }
  if (!path.startsWith("/")) return "the path does not begin with /";
  if (odd === "refused" && !isEncoded(path)) return "the path contains a character that must be percent-encoded";
  const whole = decoded(path);
  if (whole === undefined) return "the path is not percent-encoded UTF-8";
  const [once = ""] = whole.split("?", 1);
  if (/%(?![0-9A-Fa-f]{2})/.test(once)) return "the path, decoded once, contains a % without two hexadecimal digits";
  const text = decoded(once);
  if (text === undefined) return "the path, decoded once, is not percent-encoded UTF-8";
  // What only the second round decodes is passed on, as the recorded slash is.
  const problem = oddity(partsOf(once), odd) ?? oddity(partsOf(text), "taken");
  if (problem !== undefined) return problem;
  const others = [...(text === once ? [] : [text]), ...(whole === once ? [] : [whole])];
  return { selecting: formOf(once), others: others.map(formOf), text };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function formOf(path: string): PathForm {
  const segments = [...partsOf(path)];
  const slashAtEnd = segments.at(-1) === "";
  if (slashAtEnd) segments.pop();
  return { segments, values: segments.map((segment) => decoded(segment) ?? segment), slashAtEnd };
}

function partsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}
