/** Writes remedies that work where they are read: in a file for the command, in a program for `fromOpenApi`. */
export class Remedies {
  /** Whether a program calls `fromOpenApi`, so that it can pass options. */
  readonly isCode: boolean;

  constructor(isCode: boolean) {
    this.isCode = isCode;
  }

  /** Members of the document's `x-polygate`, which are options of the same names. */
  atRoot(members: object): string {
    return this.isCode ? `pass to fromOpenApi: ${text(members)}` : `write at the root: "x-polygate": ${text(members)}`;
  }
}

/** JSON on one line, which is also YAML and JavaScript. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${text(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
