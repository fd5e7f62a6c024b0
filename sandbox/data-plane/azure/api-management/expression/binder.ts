import type { Boxed } from "../context.ts";
import { ExpressionFailure } from "./failure.ts";
import type { Overload, Parameter, Type } from "./members.ts";
import { binaryOperation } from "./operators.ts";
import type { Node, Statement } from "./syntax.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { MEMBERS } from "./types.ts";
import { type Bound, convert, converts, isBoxable, isReference, type Run } from "./value.ts";

/** What a null in a chain with `?.` turns into until the chain ends. */
const SHORT = Symbol("null in a chain");
const STATIC_TYPES: Readonly<Record<string, Type>> = {
  string: "static string",
  String: "static string",
  StringComparison: "static StringComparison",
  StringComparer: "static StringComparer",
};
const MAX_DEPTH = 2000;

type Argument = Extract<Node, { kind: "lambda" }> | { readonly node: Node; readonly bound: Bound };

/**
 * Gives names, members, overloads and types their meaning, as the C# compiler would.
 * Whatever is unknown or does not compile throws ExpressionSyntaxError.
 */
export class Binder {
  readonly #scopes: Map<string, { readonly slot: number; readonly type: Type }>[] = [new Map()];
  #slots = 0;
  #depth = 0;

  #refuse(at: number, problem: string): never {
    throw new ExpressionSyntaxError(at, problem);
  }

  bind(node: Node): Bound {
    if (++this.#depth > MAX_DEPTH) this.#refuse(node.at, `longer than ${MAX_DEPTH} nested operations`);
    const bound = this.#bind(node);
    this.#depth--;
    return bound;
  }

  #bind(node: Node): Bound {
    switch (node.kind) {
      case "literal":
        return { type: node.type, run: () => node.value };
      case "name":
        return this.#name(node.name, node.at);
      case "member":
        return this.#member(node);
      case "index":
        return this.#index(node);
      case "call":
        return this.#call(node);
      case "chain":
        return this.#chain(node.body, node.at);
      case "unary":
        return this.#unary(node.operator, this.bind(node.operand), node.at);
      case "binary":
        return binaryOperation(node.operator, this.bind(node.left), this.bind(node.right), node.at);
      case "conditional":
        return this.#conditional(node);
      case "cast":
        return this.#cast(node.type, this.bind(node.operand), node.at);
      case "array":
        return this.#array(node);
      case "lambda":
        return this.#refuse(node.at, "a lambda stands only where a method takes one");
    }
  }

  #name(name: string, at: number): Bound {
    for (const scope of this.#scopes.toReversed()) {
      const local = scope.get(name);
      if (local !== undefined) return { type: local.type, run: (frame) => frame.locals[local.slot] };
    }
    if (name === "context") return { type: "IContext", run: (frame) => frame.context };
    const type = Object.hasOwn(STATIC_TYPES, name) ? STATIC_TYPES[name] : undefined;
    if (type !== undefined) return { type, run: () => null };
    return this.#refuse(at, `the name \`${name}\` is unknown or not modelled`);
  }

  declare(name: string, type: Type, at: number): number {
    if (name === "context" || this.#scopes.some((scope) => scope.has(name))) {
      this.#refuse(at, `the name \`${name}\` is declared twice`);
    }
    const slot = this.#slots++;
    this.#scopes.at(-1)?.set(name, { slot, type });
    return slot;
  }

  scoped<T>(body: () => T): T {
    this.#scopes.push(new Map());
    const result = body();
    this.#scopes.pop();
    return result;
  }

  /** The value before a dot or bracket: null throws as in C#, except after `?.`. */
  #target(node: Node, conditional: boolean): Bound {
    const { type, run } = this.bind(node);
    if (type.startsWith("static ")) return { type, run };
    if (conditional && !isReference(type)) this.#refuse(node.at, `\`?.\` on a value of type ${type}`);
    const whenNull = conditional
      ? () => SHORT
      : () => {
          throw new ExpressionFailure("Object reference not set to an instance of an object.");
        };
    return {
      type,
      run: (frame) => {
        const value = run(frame);
        return value === null || value === undefined ? whenNull() : value;
      },
    };
  }

  #member(node: Extract<Node, { kind: "member" }>): Bound {
    const target = this.#target(node.target, node.conditional);
    const properties = MEMBERS[target.type]?.properties ?? {};
    const property = Object.hasOwn(properties, node.name) ? properties[node.name] : undefined;
    if (property === undefined) return this.#unknownMember(target.type, node.name, node.at);
    const get = property.get as (value: unknown) => unknown;
    return {
      type: property.type,
      run: (frame) => {
        const value = target.run(frame);
        return value === SHORT ? SHORT : get(value);
      },
    };
  }

  #unknownMember(type: Type, name: string, at: number): never {
    const hint = type === "object" ? "; cast the variable first, e.g. `((Jwt)context.Variables[...])`" : "";
    return this.#refuse(at, `\`${name}\` of ${type} is unknown or not modelled${hint}`);
  }

  #index(node: Extract<Node, { kind: "index" }>): Bound {
    const target = this.#target(node.target, node.conditional);
    const indexer = MEMBERS[target.type]?.indexer;
    if (indexer === undefined) return this.#refuse(node.at, `a value of type ${target.type} has no index`);
    const index = convert(this.bind(node.index), indexer.index, node.index.at);
    const get = indexer.get as (value: unknown, index: unknown) => unknown;
    return {
      type: indexer.returns,
      run: (frame) => {
        const value = target.run(frame);
        return value === SHORT ? SHORT : get(value, index.run(frame));
      },
    };
  }

  #call(node: Extract<Node, { kind: "call" }>): Bound {
    const target = this.#target(node.target, node.conditional);
    const methods = MEMBERS[target.type]?.methods ?? {};
    const overloads = Object.hasOwn(methods, node.name) ? methods[node.name] : undefined;
    if (overloads === undefined) return this.#unknownMember(target.type, node.name, node.at);
    const args = node.arguments.map((each) => (each.kind === "lambda" ? each : { node: each, bound: this.bind(each) }));
    for (const overload of overloads) {
      if ((node.generic !== undefined && overload.generic !== true) || !this.#accepts(overload, args)) continue;
      const runs = args.map((each, i) => this.#argument(overload, each, i));
      const call = overload.call as (...values: unknown[]) => unknown;
      const run: Run = (frame) => {
        const value = target.run(frame);
        return value === SHORT ? SHORT : call(value, ...runs.map((argument) => argument(frame)));
      };
      return overload.generic === true ? this.#generic(node, args, run) : { type: overload.returns, run };
    }
    return this.#refuse(node.at, `no modelled overload of \`${node.name}\` of ${target.type} takes these arguments`);
  }

  /** `Variables.GetValueOrDefault`: T is named, or inferred from the default; without either it is object. */
  #generic(node: Extract<Node, { kind: "call" }>, args: readonly Argument[], run: Run): Bound {
    const last = args[1];
    const inferred = last !== undefined && "bound" in last && last.bound.type !== "null" ? last.bound.type : "object";
    const type = node.generic ?? inferred;
    if (type === "object") return { type, run };
    if (last !== undefined && "bound" in last && !converts(last.bound.type, type)) {
      this.#refuse(node.at, `the default is ${last.bound.type}, not ${type}`);
    }
    const unboxed = this.#cast(type, { type: "object", run: (frame) => run(frame) }, node.at);
    if (isReference(type)) return unboxed;
    const zero = type === "bool" ? false : type === "int" ? 0 : "\0";
    return { type, run: (frame) => (run(frame) === null ? zero : unboxed.run(frame)) };
  }

  #parameter(overload: Overload, i: number): Parameter | undefined {
    return overload.parameters[overload.variadic === true ? Math.min(i, overload.parameters.length - 1) : i];
  }

  #accepts(overload: Overload, args: readonly Argument[]): boolean {
    const { parameters, variadic } = overload;
    if (variadic === true ? args.length < parameters.length - 1 : args.length !== parameters.length) return false;
    return args.every((each, i) => {
      const parameter = this.#parameter(overload, i);
      if (parameter === undefined) return false;
      if (typeof parameter !== "string") return !("bound" in each);
      return "bound" in each && converts(each.bound.type, parameter);
    });
  }

  #argument(overload: Overload, argument: Argument, i: number): Run {
    const parameter = this.#parameter(overload, i) as Parameter;
    if ("bound" in argument) return convert(argument.bound, parameter as Type, argument.node.at).run;
    const { lambda, returns } = parameter as Exclude<Parameter, string>;
    return this.scoped(() => {
      const slot = this.declare(argument.parameter, lambda, argument.at);
      const body = convert(this.bind(argument.body), returns, argument.body.at);
      return (frame) => (value: unknown) => {
        frame.locals[slot] = value;
        return body.run(frame);
      };
    });
  }

  #chain(body: Node, at: number): Bound {
    const { type, run } = this.bind(body);
    if (type === "char") this.#refuse(at, "a chain with `?.` that ends in a char is not modelled");
    return {
      type: type === "int" || type === "bool" ? `${type}?` : type,
      run: (frame) => {
        const value = run(frame);
        return value === SHORT ? null : value;
      },
    };
  }

  #unary(operator: "!" | "-", operand: Bound, at: number): Bound {
    const wanted = operator === "!" ? "bool" : "int";
    if (operand.type !== wanted) this.#refuse(at, `\`${operator}\` needs ${wanted}, not ${operand.type}`);
    const { run } = operand;
    return { type: wanted, run: operator === "!" ? (frame) => !run(frame) : (frame) => -(run(frame) as number) | 0 };
  }

  #conditional(node: Extract<Node, { kind: "conditional" }>): Bound {
    const test = convert(this.bind(node.test), "bool", node.test.at);
    const then = this.bind(node.then);
    const otherwise = this.bind(node.otherwise);
    const type = converts(then.type, otherwise.type) ? otherwise.type : then.type;
    if (type === "object") this.#refuse(node.at, "both sides of `?:` must have one type; cast them");
    const left = convert(then, type, node.then.at);
    const right = convert(otherwise, type, node.otherwise.at);
    return { type, run: (frame) => (test.run(frame) === true ? left.run(frame) : right.run(frame)) };
  }

  #cast(type: Type, operand: Bound, at: number): Bound {
    if (operand.type !== "object") return convert(operand, type, at);
    if (!isBoxable(type)) return this.#refuse(at, `a cast of a variable to ${type} is not modelled`);
    return {
      type,
      run: (frame) => {
        const boxed = operand.run(frame) as Boxed | null;
        if (boxed === null || boxed === undefined) {
          if (isReference(type)) return null;
          throw new ExpressionFailure("Object reference not set to an instance of an object.");
        }
        if (boxed.type !== type) {
          throw new ExpressionFailure(`Unable to cast object of type '${boxed.type}' to type '${type}'.`);
        }
        return boxed.value;
      },
    };
  }

  #array(node: Extract<Node, { kind: "array" }>): Bound {
    const items = node.items.map((each) => ({ bound: this.bind(each), at: each.at }));
    const element = node.element ?? items.find(({ bound }) => bound.type !== "null")?.bound.type;
    if (element !== "string" && element !== "char")
      return this.#refuse(node.at, "only arrays of string or char are modelled");
    const runs = items.map(({ bound, at }) => convert(bound, element, at).run);
    if (node.items.every((each) => each.kind === "literal")) {
      // Nothing changes a list once it is made, so one of literals is made once.
      const values = node.items.map((each) => (each.kind === "literal" ? each.value : null));
      return { type: `${element}[]`, run: () => values };
    }
    return { type: `${element}[]`, run: (frame) => runs.map((run) => run(frame)) };
  }

  /** Binds statements; the result tells the type returned and whether every path returns. */
  statements(list: readonly Statement[]): { readonly run: Run; readonly returns: boolean; readonly types: Set<Type> } {
    const types = new Set<Type>();
    const runs: Run[] = [];
    let returns = false;
    for (const each of list) {
      if (returns) this.#refuse(each.at, "this statement is never reached");
      const bound = this.#statement(each, types);
      runs.push(bound.run);
      returns = bound.returns;
    }
    const run: Run = (frame) => {
      for (const step of runs) {
        const result = step(frame);
        if (result !== undefined) return result;
      }
      return undefined;
    };
    return { run, returns, types };
  }

  /** A statement's `run` gives undefined, or what it returns in a list of one (null may be returned too). */
  #statement(statement: Statement, types: Set<Type>): { readonly run: Run; readonly returns: boolean } {
    switch (statement.kind) {
      case "return": {
        const { type, run } = this.bind(statement.value);
        types.add(type);
        return { run: (frame) => [run(frame)], returns: true };
      }
      case "declare": {
        const value = this.bind(statement.value);
        const type = statement.type ?? value.type;
        if (type === "null") this.#refuse(statement.at, "`var` cannot be given null");
        const { run } = convert(value, type, statement.at);
        const slot = this.declare(statement.name, type, statement.at);
        return {
          run: (frame) => {
            frame.locals[slot] = run(frame);
            return undefined;
          },
          returns: false,
        };
      }
      case "block": {
        const inner = this.scoped(() => this.statements(statement.statements));
        for (const type of inner.types) types.add(type);
        return inner;
      }
      case "if": {
        const test = convert(this.bind(statement.test), "bool", statement.test.at);
        const then = this.scoped(() => this.#statement(statement.then, types));
        const { otherwise } = statement;
        const or = otherwise === undefined ? undefined : this.scoped(() => this.#statement(otherwise, types));
        return {
          run: (frame) => (test.run(frame) === true ? then.run(frame) : or?.run(frame)),
          returns: then.returns && or?.returns === true,
        };
      }
    }
  }
}
