import { UnsupportedArtefact } from "../interpreter.ts";
import type { Boxed, PolicyContext } from "./context.ts";
import { type Node, parseExpression, parseStatements, type Statement } from "./expression-syntax.ts";
import { ExpressionSyntaxError } from "./expression-tokens.ts";
import { ExpressionFailure, MEMBERS, type Overload, type Parameter, type Type } from "./expression-types.ts";

/** What an expression is evaluated in: the request's context, then the locals and lambda parameters by slot. */
interface Frame {
  readonly context: PolicyContext;
  readonly locals: unknown[];
}
type Run = (frame: Frame) => unknown;
interface Bound {
  readonly type: Type;
  readonly run: Run;
}

/** A checked policy expression. Evaluating it may throw {@link ExpressionFailure}. */
export interface Expression {
  readonly type: Type;
  evaluate(context: PolicyContext): unknown;
}

/** What a null in a chain with `?.` turns into until the chain ends. */
const SHORT = Symbol("null in a chain");
const STATIC_TYPES: Readonly<Record<string, Type>> = {
  string: "static string",
  String: "static string",
  StringComparison: "static StringComparison",
  StringComparer: "static StringComparer",
};
const VALUE_TYPES = new Set(["int", "bool", "char"]);
const TEXT_TYPES = new Set(["string", "int", "bool", "char", "null"]);
const MAX_DEPTH = 2000;

const isReference = (type: Type): boolean => !VALUE_TYPES.has(type);
const isBoxable = (type: Type): type is Boxed["type"] => ["string", "char", "int", "bool", "Jwt"].includes(type);

/** Whether C# converts a value of one type to another by itself. */
function converts(from: Type, to: Type): boolean {
  if (from === to) return true;
  if (from === "null") return isReference(to);
  if (to === "object") return isBoxable(from);
  if (to === "IEnumerable<string>") return from === "string[]";
  return to === `${from}?`;
}

function toText(type: Type, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (type === "object") return toText((value as Boxed).type, (value as Boxed).value);
  if (type === "bool" || type === "bool?") return value === true ? "True" : "False";
  return String(value);
}

class Binder {
  readonly #place: string;
  readonly #scopes: Map<string, { readonly slot: number; readonly type: Type }>[] = [new Map()];
  #slots = 0;
  #depth = 0;

  constructor(place: string) {
    this.#place = place;
  }

  #refuse(at: number, problem: string): never {
    throw new UnsupportedArtefact(this.#place, `policy expression, at offset ${at}: ${problem}`);
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
        return this.#binary(node);
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
    const index = this.#convert(this.bind(node.index), indexer.index, node.index.at);
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
    if ("bound" in argument) return this.#convert(argument.bound, parameter as Type, argument.node.at).run;
    const { lambda, returns } = parameter as Exclude<Parameter, string>;
    return this.scoped(() => {
      const slot = this.declare(argument.parameter, lambda, argument.at);
      const body = this.#convert(this.bind(argument.body), returns, argument.body.at);
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

  #binary(node: Extract<Node, { kind: "binary" }>): Bound {
    const left = this.bind(node.left);
    const right = this.bind(node.right);
    const { operator, at } = node;
    if (operator === "&&" || operator === "||") {
      if (left.type !== "bool" || right.type !== "bool") {
        this.#refuse(at, `\`${operator}\` needs bool on both sides, not ${left.type} and ${right.type}`);
      }
      return operator === "&&"
        ? { type: "bool", run: (frame) => left.run(frame) === true && right.run(frame) === true }
        : { type: "bool", run: (frame) => left.run(frame) === true || right.run(frame) === true };
    }
    if (operator === "??") return this.#coalesce(left, right, at);
    if (operator === "==" || operator === "!=") return this.#equality(operator, left, right, at);
    if (operator === "+") return this.#plus(left, right, at);
    return this.#arithmetic(operator, left, right, at);
  }

  #coalesce(left: Bound, right: Bound, at: number): Bound {
    const bare = left.type.endsWith("?") ? left.type.slice(0, -1) : left.type;
    const type = left.type !== bare && right.type === bare ? bare : left.type;
    if (!(left.type.endsWith("?") || isReference(left.type)) || !(right.type === type || converts(right.type, type))) {
      this.#refuse(at, `\`??\` between ${left.type} and ${right.type}`);
    }
    const other = this.#convert(right, type, at);
    return { type, run: (frame) => left.run(frame) ?? other.run(frame) };
  }

  #equality(operator: string, left: Bound, right: Bound, at: number): Bound {
    const bare = (type: Type) => (type.endsWith("?") ? type.slice(0, -1) : type);
    const nullable = (type: Type) => type.endsWith("?") || isReference(type);
    const comparable =
      ["string", "int", "bool", "char"].includes(bare(left.type)) && bare(left.type) === bare(right.type);
    const withNull = (left.type === "null" && nullable(right.type)) || (right.type === "null" && nullable(left.type));
    if (!comparable && !withNull) {
      this.#refuse(
        at,
        `\`${operator}\` between ${left.type} and ${right.type} compares references or does not compile`,
      );
    }
    const equal: Run = (frame) => (left.run(frame) ?? null) === (right.run(frame) ?? null);
    return { type: "bool", run: operator === "==" ? equal : (frame) => !equal(frame) };
  }

  #plus(left: Bound, right: Bound, at: number): Bound {
    if (left.type === "int" && right.type === "int") {
      return { type: "int", run: (frame) => ((left.run(frame) as number) + (right.run(frame) as number)) | 0 };
    }
    const texts = [left.type, right.type];
    if (!texts.includes("string") || !texts.every((type) => TEXT_TYPES.has(type) || type === "object")) {
      this.#refuse(at, `\`+\` between ${left.type} and ${right.type} is not modelled`);
    }
    return {
      type: "string",
      run: (frame) => toText(left.type, left.run(frame)) + toText(right.type, right.run(frame)),
    };
  }

  #arithmetic(operator: string, left: Bound, right: Bound, at: number): Bound {
    if (left.type !== "int" || right.type !== "int") {
      this.#refuse(at, `\`${operator}\` between ${left.type} and ${right.type} is not modelled`);
    }
    const divided = (x: number, y: number, f: (x: number, y: number) => number): number => {
      if (y === 0) throw new ExpressionFailure("Attempted to divide by zero.");
      return f(x, y) | 0;
    };
    const operations: Readonly<Record<string, readonly [Type, (x: number, y: number) => unknown]>> = {
      "<": ["bool", (x, y) => x < y],
      ">": ["bool", (x, y) => x > y],
      "<=": ["bool", (x, y) => x <= y],
      ">=": ["bool", (x, y) => x >= y],
      "-": ["int", (x, y) => (x - y) | 0],
      "*": ["int", (x, y) => Math.imul(x, y)],
      "/": ["int", (x, y) => divided(x, y, (a, b) => a / b)],
      "%": ["int", (x, y) => divided(x, y, (a, b) => a % b)],
    };
    const operation = operations[operator];
    if (operation === undefined) return this.#refuse(at, `\`${operator}\` is not modelled`);
    const [type, apply] = operation;
    return { type, run: (frame) => apply(left.run(frame) as number, right.run(frame) as number) };
  }

  #conditional(node: Extract<Node, { kind: "conditional" }>): Bound {
    const test = this.#convert(this.bind(node.test), "bool", node.test.at);
    const then = this.bind(node.then);
    const otherwise = this.bind(node.otherwise);
    const type = converts(then.type, otherwise.type) ? otherwise.type : then.type;
    if (type === "object") this.#refuse(node.at, "both sides of `?:` must have one type; cast them");
    const left = this.#convert(then, type, node.then.at);
    const right = this.#convert(otherwise, type, node.otherwise.at);
    return { type, run: (frame) => (test.run(frame) === true ? left.run(frame) : right.run(frame)) };
  }

  #cast(type: Type, operand: Bound, at: number): Bound {
    if (operand.type !== "object") return this.#convert(operand, type, at);
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
    const runs = items.map(({ bound, at }) => this.#convert(bound, element, at).run);
    return { type: `${element}[]`, run: (frame) => runs.map((run) => run(frame)) };
  }

  #convert(bound: Bound, to: Type, at: number): Bound {
    const { type, run } = bound;
    if (!converts(type, to)) return this.#refuse(at, `a value of type ${type} where ${to} is needed`);
    if (to !== "object" || type === "object") return { type: to, run };
    if (type === "null") return { type: to, run };
    return {
      type: to,
      run: (frame) => {
        const value = run(frame);
        return value === null ? null : { type, value };
      },
    };
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
        const { run } = this.#convert(value, type, statement.at);
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
        const test = this.#convert(this.bind(statement.test), "bool", statement.test.at);
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

type Argument = Extract<Node, { kind: "lambda" }> | { readonly node: Node; readonly bound: Bound };

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
  const binder = new Binder(place);
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

/** The text a policy makes of an expression's value. @throws ExpressionFailure for null where a text is needed */
export function expressionText(expression: Expression, context: PolicyContext): string {
  const value = expression.evaluate(context);
  return toText(expression.type, value);
}

/** Whether an expression of this type gives a text, a number or a truth value. */
export function isTextual(type: Type): boolean {
  return TEXT_TYPES.has(type) || type === "bool?" || type === "int?" || type === "object";
}
