const unreserved = /^[A-Za-z0-9\-._~]$/;
/** What URL canonicalisation percent-encodes in a path when a client sent it raw. */
const encoded = /[^\x21-\x7e]|["<>`{}]/gu;

/**
 * The path as Envoy sees it before it looks for a route, with `normalize_path` and `merge_slashes` on and
 * `path_with_escaped_slashes_action` at KEEP_UNCHANGED, which are ESPv2's defaults (esp-v2 options/configgenerator.go;
 * whether Google sets other flags on the managed proxy is not published, U): unreserved characters are decoded, dot
 * segments resolved, a backslash is a slash, slashes are merged, `%2F` and `%5C` stay as they are, and so does case.
 *
 * @returns undefined when Envoy answers 400: the path does not start with a slash, or holds an encoded NUL.
 */
export function canonicalPath(path: string): string | undefined {
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
    // A dot segment at the end leaves its slash behind: `/a/.` is `/a/`.
    if (last && (part === "." || part === "..")) segments.push("");
  }
  return `/${segments.join("/")}`;
}
