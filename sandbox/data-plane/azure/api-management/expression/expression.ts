import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { PolicyContext } from "../context.ts";
import { Binder } from "./binder.ts";
import type { Type } from "./members.ts";
import { parseExpression, parseStatements } from "./syntax.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { toText } from "./value.ts";

/** A checked policy expression. Evaluating it may throw {@link ExpressionFailure}. */
export interface Expression {
  readonly type: Type;
  evaluate(context: PolicyContext): unknown;
}

/** Whether a value of a policy is an expression rather than a literal. Both may stand between white space. */
export function isExpression(text: string): boolean {
  return /^\s*@[({]/.test(text);
}

/**
 * Compiles `@(...)` or `@{...}`. Every name, member, type and path is checked here, not when a request comes.
 * @throws UnsupportedArtefact at `place`
 */
export function compileExpression(text: string, place: string): Expression {
  const source = text.trim();
  const block = source.startsWith("@{");
  if (!isExpression(source) || !source.endsWith(block ? "}" : ")")) {
    throw new UnsupportedArtefact(place, "a policy expression is the whole value: `@(...)` or `@{...}`");
  }
  const binder = new Binder();
  try {
    const inner = source.slice(2, -1);
    if (!block) {
      const { type, run } = binder.bind(parseExpression(inner));
      return { type, evaluate: (context) => run({ context, locals: [] }) ?? null };
    }
    const { run, returns, types } = binder.statements(parseStatements(inner));
    if (!returns) throw new UnsupportedArtefact(place, "policy expression: not every path ends with `return`");
    const known = [...types].filter((type) => type !== "null");
    if (known.length > 1) {
      throw new UnsupportedArtefact(place, `policy expression: returns of different types (${known.join(", ")})`);
    }
    const evaluate = (context: PolicyContext) => (run({ context, locals: [] }) as readonly unknown[])[0] ?? null;
    return { type: known[0] ?? "null", evaluate };
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new UnsupportedArtefact(place, `policy expression, at offset ${error.at}: ${error.message}`);
  }
}

/** The text a policy makes of an expression's value. @throws ExpressionFailure */
export function expressionText(expression: Expression, context: PolicyContext): string {
  const value = expression.evaluate(context);
  return toText(expression.type, value);
}
