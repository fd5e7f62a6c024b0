import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { PolicyContext } from "../context.ts";
import { Binder } from "./binder.ts";
import { parseExpression } from "./expression-parser.ts";
import type { Type } from "./members.ts";
import { bindStatements } from "./statement-binder.ts";
import { parseStatements } from "./statement-parser.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { toText } from "./value.ts";

/** A compiled policy expression. Its evaluation may throw ExpressionFailure. */
export interface Expression {
  readonly type: Type;
  evaluate(context: PolicyContext): unknown;
}

/** Whether a value of a policy is an expression, not a literal. White space around it is ignored. */
export function isExpression(text: string): boolean {
  return /^\s*@[({]/.test(text);
}

/**
 * Compiles `@(...)` or `@{...}`. All names, members, types and paths are checked here, before any request.
 *
 * @throws UnsupportedArtefact at `place`
 */
export function compileExpression(text: string, place: string): Expression {
  const source = text.trim();
  const block = source.startsWith("@{");
  if (!isExpression(source) || !source.endsWith(block ? "}" : ")")) {
    throw new UnsupportedArtefact(place, "a policy expression must be the whole value: `@(...)` or `@{...}`");
  }
  const binder = new Binder();
  try {
    const inner = source.slice(2, -1);
    if (!block) {
      const { type, run } = binder.bind(parseExpression(inner));
      return { type, evaluate: (context) => run({ context, locals: [] }) ?? null };
    }
    const { run, returns, types } = bindStatements(parseStatements(inner), binder);
    if (!returns) throw new UnsupportedArtefact(place, "policy expression: every path must end with `return`");
    const [type = "null", ...others] = [...types].filter((each) => each !== "null");
    if (others.length > 0) {
      const list = [type, ...others].join(", ");
      throw new UnsupportedArtefact(place, `policy expression: returns values of different types (${list})`);
    }
    return { type, evaluate: (context) => run({ context, locals: [] })?.[0] ?? null };
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const line = source.slice(0, 2 + error.at).split("\n").length;
    const where = source.includes("\n") ? `line ${line} of it` : `offset ${error.at}`;
    throw new UnsupportedArtefact(
      place,
      `the sandbox cannot read this policy expression, at ${where}: ${error.message}`,
    );
  }
}

/** The value of an expression as text. @throws ExpressionFailure */
export function expressionText(expression: Expression, context: PolicyContext): string {
  return toText(expression.type, expression.evaluate(context));
}
