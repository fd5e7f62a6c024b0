/**
 * A lenient server: everything that some server takes a path for. Each step is one liberty that servers take. A server may take any of them,
 * in any order, and decode twice.
 */

/** One round of decoding. Undefined if nothing is encoded. */
function decodeOnce(path: string): string | undefined {
  const text = path.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll("%", ""), "hex").toString());
  return text === path ? undefined : text;
}

const bySegment =
  (change: (segment: string) => string) =>
  (path: string): string =>
    path
      .split("/")
      .map((segment) => change(segment))
      .join("/");

/** A path without dot segments. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/").slice(1)) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}

const liberties: readonly ((path: string) => string)[] = [
  (path) => path.replaceAll("\\", "/"),
  bySegment((segment) => segment.replace(/;.*$/s, "")),
  bySegment((segment) => segment.replace(/ +$/, "")),
  bySegment((segment) => segment.replace(/(?<=[^. ])[. ]+$/, "")),
  withoutDots,
  (path) => path.replace(/\/{2,}/g, "/"),
  (path) => (path.length > 1 ? path.replace(/\/+$/, "") || "/" : path),
];

/** Everything that a lenient server may take a path for, in the path's own case. */
export function lenientReadings(path: string): readonly string[] {
  const found = new Map<string, number>([[path, 0]]);
  // Texts that are found on the way are visited, too.
  for (const [text, rounds] of found) {
    for (const liberty of liberties) {
      const next = liberty(text);
      if (!found.has(next)) found.set(next, rounds);
    }
    const decoded = rounds < 2 ? decodeOnce(text) : undefined;
    if (decoded !== undefined && !found.has(decoded)) found.set(decoded, rounds + 1);
  }
  return [...found.keys()];
}
