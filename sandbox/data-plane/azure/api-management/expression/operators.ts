import { ExpressionFailure } from "./failure.ts";
import type { Type } from "./members.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { type Bound, convert, converts, isReference, isTextual, type Run, toText } from "./value.ts";

function divided(x: number, y: number, f: (x: number, y: number) => number): number {
  if (y === 0) throw new ExpressionFailure("Attempted to divide by zero.");
  return f(x, y) | 0;
}

const ARITHMETIC: Readonly<Record<string, readonly [Type, (x: number, y: number) => unknown]>> = {
  "<": ["bool", (x, y) => x < y],
  ">": ["bool", (x, y) => x > y],
  "<=": ["bool", (x, y) => x <= y],
  ">=": ["bool", (x, y) => x >= y],
  "-": ["int", (x, y) => (x - y) | 0],
  "*": ["int", (x, y) => Math.imul(x, y)],
  "/": ["int", (x, y) => divided(x, y, (a, b) => a / b)],
  "%": ["int", (x, y) => divided(x, y, (a, b) => a % b)],
};

function refuse(at: number, problem: string): never {
  throw new ExpressionSyntaxError(at, problem);
}

function logic(operator: string, left: Bound, right: Bound, at: number): Bound {
  if (left.type !== "bool" || right.type !== "bool") {
    refuse(at, `\`${operator}\` requires bool on both sides, not ${left.type} and ${right.type}`);
  }
  return operator === "&&"
    ? { type: "bool", run: (frame) => left.run(frame) === true && right.run(frame) === true }
    : { type: "bool", run: (frame) => left.run(frame) === true || right.run(frame) === true };
}

function coalesce(left: Bound, right: Bound, at: number): Bound {
  const bare = left.type.endsWith("?") ? left.type.slice(0, -1) : left.type;
  const type = left.type !== bare && right.type === bare ? bare : left.type;
  if (!(left.type.endsWith("?") || isReference(left.type)) || !(right.type === type || converts(right.type, type))) {
    refuse(at, `\`??\` between ${left.type} and ${right.type}`);
  }
  const other = convert(right, type, at);
  return { type, run: (frame) => left.run(frame) ?? other.run(frame) };
}

function equality(operator: string, left: Bound, right: Bound, at: number): Bound {
  const bare = (type: Type) => (type.endsWith("?") ? type.slice(0, -1) : type);
  const nullable = (type: Type) => type.endsWith("?") || isReference(type);
  const comparable =
    ["string", "int", "bool", "char"].includes(bare(left.type)) && bare(left.type) === bare(right.type);
  const withNull = (left.type === "null" && nullable(right.type)) || (right.type === "null" && nullable(left.type));
  if (!comparable && !withNull) {
    refuse(at, `\`${operator}\` between ${left.type} and ${right.type} compares references or does not compile`);
  }
  const equal: Run = (frame) => (left.run(frame) ?? null) === (right.run(frame) ?? null);
  return { type: "bool", run: operator === "==" ? equal : (frame) => !equal(frame) };
}

function plus(left: Bound, right: Bound, at: number): Bound {
  if (left.type === "int" && right.type === "int") {
    return { type: "int", run: (frame) => ((left.run(frame) as number) + (right.run(frame) as number)) | 0 };
  }
  const texts = [left.type, right.type];
  if (!texts.includes("string") || !texts.every((type) => isTextual(type))) {
    refuse(at, `\`+\` between ${left.type} and ${right.type} is not supported`);
  }
  return {
    type: "string",
    run: (frame) => toText(left.type, left.run(frame)) + toText(right.type, right.run(frame)),
  };
}

function arithmetic(operator: string, left: Bound, right: Bound, at: number): Bound {
  if (left.type !== "int" || right.type !== "int") {
    refuse(at, `\`${operator}\` between ${left.type} and ${right.type} is not supported`);
  }
  const operation = Object.hasOwn(ARITHMETIC, operator) ? ARITHMETIC[operator] : undefined;
  if (operation === undefined) return refuse(at, `\`${operator}\` is not supported`);
  const [type, apply] = operation;
  return { type, run: (frame) => apply(left.run(frame) as number, right.run(frame) as number) };
}

/** Binds a binary operator. @throws ExpressionSyntaxError when it does not compile or is not supported */
export function binaryOperation(operator: string, left: Bound, right: Bound, at: number): Bound {
  if (operator === "&&" || operator === "||") return logic(operator, left, right, at);
  if (operator === "??") return coalesce(left, right, at);
  if (operator === "==" || operator === "!=") return equality(operator, left, right, at);
  if (operator === "+") return plus(left, right, at);
  return arithmetic(operator, left, right, at);
}
