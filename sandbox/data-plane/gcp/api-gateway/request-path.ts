/** Paths that are canonical as they are. Most are, so that they take little time. */
const canonical = /^(?:\/[A-Za-z0-9\-_~][A-Za-z0-9\-._~]*)*\/?$/;
const unreserved = /^[A-Za-z0-9\-._~]$/;
/** The raw characters that the canonicalisation of a path percent-encodes. */
const encoded = /[^\x21-\x7e]|["<>`{}]/gu;

/**
 * The path that Envoy matches with routes, with ESPv2's defaults: `normalize_path` and `merge_slashes` on, and
 * `path_with_escaped_slashes_action` KEEP_UNCHANGED (esp-v2 options/configgenerator.go). Unreserved characters are decoded, dot segments
 * resolved, backslashes replaced by slashes, and slashes merged. `%2F`, `%5C` and upper and lower case are not changed.
 *
 * Unverified: Google does not publish whether the managed proxy has other flags.
 *
 * @returns undefined when Envoy responds with 400: the path does not start with a slash, or contains an encoded NUL
 */
export function canonicalPath(path: string): string | undefined {
  if (path !== "" && canonical.test(path)) return path;
  if (!path.startsWith("/") || path.includes("%00") || path.includes("\0")) return undefined;
  const decoded = path
    .toWellFormed()
    .replace(/%([0-9A-Fa-f]{2})/g, (triplet, digits: string) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return unreserved.test(character) ? character : triplet;
    })
    .replaceAll("\\", "/")
    .replace(encoded, encodeURIComponent);
  return resolveDots(decoded).replace(/\/{2,}/g, "/");
}

function resolveDots(path: string): string {
  if (!path.includes("/.")) return path;
  const segments: string[] = [];
  const parts = path.slice(1).split("/");
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "..") segments.pop();
    else if (part !== ".") segments.push(part);
    // A dot segment at the end keeps its slash: `/a/.` is `/a/`.
    if (last && (part === "." || part === "..")) segments.push("");
  }
  return `/${segments.join("/")}`;
}
