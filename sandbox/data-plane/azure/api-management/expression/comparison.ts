/** The case mapping of an OrdinalIgnoreCase comparison. It never changes the length of a text: "ß" does not become "SS". */
const upper = (text: string): string =>
  Array.from(text, (c) => (c.toUpperCase().length === c.length ? c.toUpperCase() : c)).join("");
/** Maps texts so that equal results mean equal texts in the comparison mode. */
export const comparer = (mode: string) => (mode.endsWith("IgnoreCase") ? upper : (text: string) => text);
