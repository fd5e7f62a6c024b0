const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The JSON object that a part of a token is; undefined for anything else. No member may stand twice in one object:
 * `JSON.parse` keeps the last in silence, where another reader of the same token may keep the first (RFC 7515, 4).
 *
 * @param {Uint8Array} bytes
 * @returns {Readonly<Record<string, unknown>> | undefined}
 */
export function readObject(bytes) {
  try {
    const text = utf8.decode(bytes);
    /** @type {unknown} */
    const value = JSON.parse(text);
    return isObject(value) && membersOf(value) === membersIn(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Readonly<Record<string, unknown>>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * How many members a value has at all depths. Without recursion: a token may nest deeper than a stack.
 *
 * @param {unknown} value
 */
function membersOf(value) {
  let count = 0;
  for (const ahead = [value]; ahead.length > 0; ) {
    const next = ahead.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) count += Object.keys(next).length;
    ahead.push(...Object.values(next));
  }
  return count;
}

/**
 * How many members were written: one a colon, outside of strings, in a text that is known to be JSON.
 *
 * @param {string} text
 */
function membersIn(text) {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
}
