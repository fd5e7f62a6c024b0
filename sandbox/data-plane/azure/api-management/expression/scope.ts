import type { Type } from "./members.ts";
import { ExpressionSyntaxError } from "./tokens.ts";

/** A local variable or a lambda parameter. */
export interface Local {
  /** The index in `Frame.locals`. */
  readonly slot: number;
  readonly type: Type;
}

/** The locals that are visible at one point of an expression. */
export class Scope {
  readonly #levels: Map<string, Local>[] = [new Map()];
  #slots = 0;

  find(name: string): Local | undefined {
    return this.#levels.findLast((level) => level.has(name))?.get(name);
  }

  /** @throws ExpressionSyntaxError when the name is in use */
  declare(name: string, type: Type, at: number): Local {
    if (name === "context" || this.find(name) !== undefined) {
      throw new ExpressionSyntaxError(at, `the name \`${name}\` is declared twice`);
    }
    const local = { slot: this.#slots++, type };
    this.#levels.at(-1)?.set(name, local);
    return local;
  }

  /** Runs `body` with a new level. Its locals are not visible afterwards. */
  nested<T>(body: () => T): T {
    this.#levels.push(new Map());
    const result = body();
    this.#levels.pop();
    return result;
  }
}
