/** Paths that are canonical as they are. Most are, so that they take little time. */
const canonical = /^(?:\/[A-Za-z0-9\-_~][A-Za-z0-9\-._~]*)*\/?$/;
const unreserved = /^[A-Za-z0-9\-._~]$/;
/** The raw characters that the canonicalisation of a path percent-encodes. */
const encoded = /[^\x21-\x7e]|["<>`{}|^]/gu;

/**
 * The path that Envoy matches with routes, with ESPv2's defaults: `normalize_path` and `merge_slashes` on, and
 * `path_with_escaped_slashes_action` KEEP_UNCHANGED (esp-v2 options/configgenerator.go). Unreserved characters are decoded, dot segments
 * resolved, backslashes replaced by slashes, and slashes merged. `%2F`, `%5C` and upper and lower case are not changed. A path of slashes
 * alone becomes `//`, because the merging keeps a slash at either end (Envoy path_utility.cc, mergeSlashes).
 *
 * Unverified: Google does not publish whether the managed proxy has other flags.
 *
 * @returns undefined when Envoy responds with 400: the path does not start with a slash, or contains an encoded NUL
 */
export function canonicalPath(path: string): string | undefined {
  if (path !== "" && canonical.test(path)) return path;
  if (!path.startsWith("/") || path.includes("%00") || path.includes("\0")) return undefined;
  const wellFormed = path.toWellFormed();
  const decoded = (wellFormed.includes("%") ? decodeUnreserved(wellFormed) : wellFormed)
    .replaceAll("\\", "/")
    .replace(encoded, encodeURIComponent);
  return mergeSlashes(resolveDots(decoded));
}

const percentEscape = /^%[0-9A-Fa-f]{2}$/;

/**
 * Decodes unreserved characters. Where this would create an escape after a percent sign that begins none (`%7%45`), the percent sign is
 * encoded (`%257E`), so that a server that decodes once more does not get another path (googleurl url_canon_path.cc,
 * CheckForNestedEscapes).
 */
function decodeUnreserved(path: string): string {
  let output = "";
  let loosePercent = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < path.length; index++) {
    const triplet = path.slice(index, index + 3);
    if (path[index] !== "%") {
      output += path[index];
    } else if (!percentEscape.test(triplet)) {
      loosePercent = output.length;
      output += "%";
    } else {
      index += 2;
      const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
      if (!unreserved.test(character)) {
        output += triplet;
        continue;
      }
      output += character;
      // The escape that may have been created ends here, or with the next character.
      const nested = `${output.slice(loosePercent)}${path[index + 1] ?? ""}`.slice(0, 3);
      if (output.length - loosePercent <= 3 && percentEscape.test(nested)) {
        output = `${output.slice(0, loosePercent + 1)}25${output.slice(loosePercent + 1)}`;
      }
    }
  }
  return output;
}

function mergeSlashes(path: string): string {
  return /^\/{2,}$/.test(path) ? "//" : path.replace(/\/{2,}/g, "/");
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
