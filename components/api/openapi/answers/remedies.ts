import { FIRST_ROUTE } from "../../problem/causes.ts";

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

  /** Members of the root, and of the operations with the problem. */
  atRootAndOperation(root: object, operation: object): string {
    return this.isCode
      ? `Pass to fromOpenApi: ${text({ ...root, routes: { [FIRST_ROUTE]: operation } })}, with each of the routes.`
      : `Write at the root: "x-polygate": ${text(root)} And write at the operation: "x-polygate": ${text(operation)}`;
  }
}

/** JSON on one line, which is also YAML and JavaScript. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${text(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
