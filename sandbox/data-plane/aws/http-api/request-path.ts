import {
  type DecodedPath,
  decoded,
  faultOf,
  formOf,
  type OddPaths,
  oddity,
  partsOf,
  plainPath,
} from "../shared/paths.ts";

/** A request's path on an HTTP API, decoded. */
export interface HttpApiPath extends DecodedPath {
  /** The whole path, decoded completely. */
  readonly text: string;
}

/**
 * Decodes a request's path, without the stage, as recorded on AWS (hotsock/voker, 2026): twice, and cut at a question mark that the first
 * round decodes. A `%` that is left by the first round must begin another encoding.
 *
 * The question `aws-odd-paths` chooses the form of the path that selects the route, because the recordings have only one route. With
 * `taken`, it is the form between the rounds. A public account of a route with one parameter agrees: `/{x}/thing` receives
 * `/a%252Fb/thing`, and not `/a%2Fb/thing`.
 * @returns the path, or as a text why it is refused
 */
export function decodePath(path: string, odd: OddPaths): HttpApiPath | string {
  if (!path.includes("%")) {
    const plain = plainPath(path, odd);
    return typeof plain === "string" ? plain : { ...plain, text: path };
  }
  const fault = faultOf(path, odd);
  if (fault !== undefined) return fault;
  const whole = decoded(path);
  if (whole === undefined) return "the path is not percent-encoded UTF-8";
  const [once = ""] = whole.split("?", 1);
  if (/%(?![0-9A-Fa-f]{2})/.test(once)) return "the path, decoded once, contains a % without two hexadecimal digits";
  const text = decoded(once);
  if (text === undefined) return "the path, decoded once, is not percent-encoded UTF-8";
  // What only the second round decodes is passed on, as the recorded slash is.
  const problem = oddity(partsOf(once), odd) ?? oddity(partsOf(text), "taken");
  if (problem !== undefined) return problem;
  return {
    selecting: withValues(once, 1),
    others: [withValues(path, 2), withValues(whole, 1), withValues(text, 0)],
    text,
  };
}

/** A form of a path, whose values are decoded in some more rounds. */
function withValues(path: string, rounds: number): ReturnType<typeof formOf> {
  const segments = partsOf(path);
  let values = segments;
  for (let round = 0; round < rounds; round++) values = values.map((segment) => decoded(segment) ?? segment);
  return formOf(segments, { values });
}
