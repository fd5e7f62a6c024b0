import type { Boxed, PolicyContext } from "../context.ts";
import type { Type } from "./members.ts";
import { ExpressionSyntaxError } from "./tokens.ts";

/** The state of an evaluation: the context of the request, and the locals and lambda parameters by slot. */
export interface Frame {
  readonly context: PolicyContext;
  readonly locals: unknown[];
}
export type Run = (frame: Frame) => unknown;
/** A part of an expression with its type. */
export interface Bound {
  readonly type: Type;
  readonly run: Run;
}

/** The value of a chain of members from a null before `?.` to the end of the chain. */
export const NULL_IN_CHAIN = Symbol("null in a chain");

const VALUE_TYPES = new Set(["int", "bool", "char", "DateTime"]);
const TEXT_TYPES = new Set(["string", "int", "bool", "char", "null", "bool?", "int?", "object"]);

/** Whether null is a value of the type. */
export const isReference = (type: Type): boolean => !VALUE_TYPES.has(type);
/** Whether a variable can hold a value of the type. */
export const isBoxable = (type: Type): type is Boxed["type"] => ["string", "char", "int", "bool", "Jwt"].includes(type);

/** Whether C# converts a value of one type to another implicitly. */
export function converts(from: Type, to: Type): boolean {
  if (from === to) return true;
  if (from === "null") return isReference(to);
  if (to === "object") return isBoxable(from);
  if (to === "IEnumerable<string>") return from === "string[]";
  return to === `${from}?`;
}

/** The text of a value in a concatenation with a string. The text of null is empty. */
export function toText(type: Type, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (type === "object") return toText((value as Boxed).type, (value as Boxed).value);
  if (type === "bool" || type === "bool?") return value === true ? "True" : "False";
  return String(value);
}

/** Whether values of the type can be converted to text. */
export function isTextual(type: Type): boolean {
  return TEXT_TYPES.has(type);
}

/** Converts a value implicitly to another type. A conversion to object boxes it. @throws ExpressionSyntaxError when C# does not convert it */
export function convert(bound: Bound, to: Type, at: number): Bound {
  const { type, run } = bound;
  if (!converts(type, to)) throw new ExpressionSyntaxError(at, `a value of type ${type} where ${to} is required`);
  if (to !== "object" || type === "object" || type === "null") return { type: to, run };
  return {
    type: to,
    run: (frame) => {
      const value = run(frame);
      return value === null ? null : { type, value };
    },
  };
}
