import type { Binder } from "./binder.ts";
import type { Type } from "./members.ts";
import type { Statement } from "./syntax.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { convert, type Frame } from "./value.ts";

/** A bound statement. `run` returns the returned value in a list of one, or undefined when the statement does not return. */
export interface BoundStatement {
  readonly run: (frame: Frame) => readonly [unknown] | undefined;
  /** Whether every path returns. */
  readonly returns: boolean;
}

/** The statements of an expression, and the types of the values that they return. */
export interface BoundStatements extends BoundStatement {
  readonly types: ReadonlySet<Type>;
}

/** Binds the statements of `@{...}`. @throws ExpressionSyntaxError */
export function bindStatements(statements: readonly Statement[], binder: Binder): BoundStatements {
  const statementBinder = new StatementBinder(binder);
  return { ...statementBinder.list(statements), types: statementBinder.types };
}

class StatementBinder {
  readonly types = new Set<Type>();
  readonly #binder: Binder;

  constructor(binder: Binder) {
    this.#binder = binder;
  }

  list(statements: readonly Statement[]): BoundStatement {
    const steps: BoundStatement[] = [];
    for (const statement of statements) {
      if (steps.at(-1)?.returns === true) {
        throw new ExpressionSyntaxError(statement.at, "this statement is never reached");
      }
      steps.push(this.#statement(statement));
    }
    return {
      returns: steps.at(-1)?.returns === true,
      run: (frame) => {
        for (const { run } of steps) {
          const result = run(frame);
          if (result !== undefined) return result;
        }
        return undefined;
      },
    };
  }

  #statement(statement: Statement): BoundStatement {
    switch (statement.kind) {
      case "return": {
        const { type, run } = this.#binder.bind(statement.value);
        this.types.add(type);
        return { run: (frame) => [run(frame)], returns: true };
      }
      case "declare":
        return this.#declaration(statement);
      case "block":
        return this.#binder.scope.nested(() => this.list(statement.statements));
      case "if":
        return this.#if(statement);
    }
  }

  #declaration({ value: node, type: written, name, at }: Extract<Statement, { kind: "declare" }>): BoundStatement {
    const value = this.#binder.bind(node);
    const type = written ?? value.type;
    if (type === "null") throw new ExpressionSyntaxError(at, "the type of a `var` cannot be inferred from null");
    const { run } = convert(value, type, at);
    const { slot } = this.#binder.scope.declare(name, type, at);
    return {
      returns: false,
      run: (frame) => {
        frame.locals[slot] = run(frame);
        return undefined;
      },
    };
  }

  #if({ test: node, then: accepted, otherwise: rejected }: Extract<Statement, { kind: "if" }>): BoundStatement {
    const { scope } = this.#binder;
    const test = convert(this.#binder.bind(node), "bool", node.at);
    const then = scope.nested(() => this.#statement(accepted));
    const otherwise = rejected && scope.nested(() => this.#statement(rejected));
    return {
      returns: then.returns && otherwise?.returns === true,
      run: (frame) => (test.run(frame) === true ? then.run(frame) : otherwise?.run(frame)),
    };
  }
}
