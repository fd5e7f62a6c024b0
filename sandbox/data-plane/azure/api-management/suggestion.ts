import { distance } from "fastest-levenshtein";

/** ` Did you mean <name>?` for the known name that a misspelled one resembles most; empty when none is near. */
export function didYouMean(name: string, known: readonly string[], write: (name: string) => string): string {
  const most = Math.max(1, Math.floor(name.length / 3));
  const [nearest] = known
    .map((each) => ({ each, far: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far);
  return nearest === undefined ? "" : ` Did you mean ${write(nearest.each)}?`;
}
