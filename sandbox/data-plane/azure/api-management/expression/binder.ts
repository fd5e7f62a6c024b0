import { cast, nullReference } from "./cast.ts";
import type { Indexer, Overload, Property, Type } from "./members.ts";
import { bindCall } from "./method-call.ts";
import { binaryOperation } from "./operators.ts";
import { Scope } from "./scope.ts";
import type { Node, NodeOf } from "./syntax.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { MEMBERS } from "./types.ts";
import { type Bound, convert, converts, isReference, NULL_IN_CHAIN } from "./value.ts";

const STATIC_TYPES: Readonly<Record<string, Type>> = {
  DateTime: "static DateTime",
  string: "static string",
  String: "static string",
  StringComparison: "static StringComparison",
  StringComparer: "static StringComparer",
};
const MAX_DEPTH = 2000;

/**
 * Resolves the names, members, overloads and types of an expression, as the C# compiler does. Throws ExpressionSyntaxError for
 * everything that does not compile or is not supported.
 */
export class Binder {
  readonly scope = new Scope();
  #depth = 0;

  bind(node: Node): Bound {
    if (++this.#depth > MAX_DEPTH) refuse(node.at, `longer than ${MAX_DEPTH} nested operations`);
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
        return unary(node.operator, this.bind(node.operand), node.at);
      case "binary":
        return binaryOperation(node.operator, this.bind(node.left), this.bind(node.right), node.at);
      case "conditional":
        return this.#conditional(node);
      case "cast":
        return cast(node.type, this.bind(node.operand), node.at);
      case "array":
        return this.#array(node);
      case "lambda":
        return refuse(node.at, "a lambda is allowed only as an argument of a method that accepts one");
    }
  }

  #name(name: string, at: number): Bound {
    const local = this.scope.find(name);
    if (local !== undefined) return { type: local.type, run: (frame) => frame.locals[local.slot] };
    if (name === "context") return { type: "IContext", run: (frame) => frame.context };
    const type = own(STATIC_TYPES, name);
    // The static members of DateTime read the clock.
    if (type !== undefined) return { type, run: (frame) => (type === "static DateTime" ? frame.context : null) };
    return refuse(at, `the name \`${name}\` is unknown or not supported`);
  }

  /** The value before a dot or a bracket. Null throws as in C#, except before `?.`. */
  #target(node: Node, conditional: boolean): Bound {
    const { type, run } = this.bind(node);
    if (type.startsWith("static ")) return { type, run };
    if (conditional && !isReference(type)) refuse(node.at, `\`?.\` on a value of type ${type}`);
    return {
      type,
      run: (frame) => {
        const value = run(frame) ?? null;
        if (value !== null) return value;
        if (conditional) return NULL_IN_CHAIN;
        throw nullReference();
      },
    };
  }

  #member(node: NodeOf<"member">): Bound {
    const target = this.#target(node.target, node.conditional);
    const property: Property = own(MEMBERS[target.type]?.properties, node.name) ?? unknownMember(target.type, node);
    const get = property.get as (value: unknown) => unknown;
    return {
      type: property.type,
      run: (frame) => {
        const value = target.run(frame);
        return value === NULL_IN_CHAIN ? value : get(value);
      },
    };
  }

  #index(node: NodeOf<"index">): Bound {
    const target = this.#target(node.target, node.conditional);
    const indexer: Indexer =
      MEMBERS[target.type]?.indexer ?? refuse(node.at, `a value of type ${target.type} has no index`);
    const index = convert(this.bind(node.index), indexer.index, node.index.at);
    const get = indexer.get as (value: unknown, index: unknown) => unknown;
    return {
      type: indexer.returns,
      run: (frame) => {
        const value = target.run(frame);
        return value === NULL_IN_CHAIN ? value : get(value, index.run(frame));
      },
    };
  }

  #call(node: NodeOf<"call">): Bound {
    const target = this.#target(node.target, node.conditional);
    const overloads: readonly Overload[] =
      own(MEMBERS[target.type]?.methods, node.name) ?? unknownMember(target.type, node);
    return bindCall(node, target, overloads, this);
  }

  #chain(body: Node, at: number): Bound {
    const { type, run } = this.bind(body);
    if (type === "char") refuse(at, "a chain with `?.` that ends in a char is not supported");
    return {
      type: type === "int" || type === "bool" ? `${type}?` : type,
      run: (frame) => {
        const value = run(frame);
        return value === NULL_IN_CHAIN ? null : value;
      },
    };
  }

  #conditional(node: NodeOf<"conditional">): Bound {
    const test = convert(this.bind(node.test), "bool", node.test.at);
    const then = this.bind(node.then);
    const otherwise = this.bind(node.otherwise);
    const type = converts(then.type, otherwise.type) ? otherwise.type : then.type;
    if (type === "object") refuse(node.at, "both sides of `?:` must have one type; cast them");
    const left = convert(then, type, node.then.at);
    const right = convert(otherwise, type, node.otherwise.at);
    return { type, run: (frame) => (test.run(frame) === true ? left.run(frame) : right.run(frame)) };
  }

  #array(node: NodeOf<"array">): Bound {
    const items = node.items.map((item) => ({ bound: this.bind(item), at: item.at }));
    const element = node.element ?? items.find(({ bound }) => bound.type !== "null")?.bound.type;
    if (element !== "string" && element !== "char") {
      return refuse(node.at, "arrays are supported for string and char only");
    }
    const type = `${element}[]`;
    const runs = items.map(({ bound, at }) => convert(bound, element, at).run);
    if (node.items.every((item) => item.kind === "literal")) {
      // A list never changes, so one list of literals serves every request.
      const values = node.items.map((item) => (item.kind === "literal" ? item.value : null));
      return { type, run: () => values };
    }
    return { type, run: (frame) => runs.map((run) => run(frame)) };
  }
}

function refuse(at: number, problem: string): never {
  throw new ExpressionSyntaxError(at, problem);
}

function unknownMember(type: Type, { name, at }: NodeOf<"member"> | NodeOf<"call">): never {
  const hint = type === "object" ? "; cast the variable first, e.g. `((Jwt)context.Variables[...])`" : "";
  return refuse(at, `\`${name}\` of ${type} is unknown or not supported${hint}`);
}

function unary(operator: "!" | "-", operand: Bound, at: number): Bound {
  const type = operator === "!" ? "bool" : "int";
  if (operand.type !== type) refuse(at, `\`${operator}\` requires ${type}, not ${operand.type}`);
  const { run } = operand;
  return { type, run: operator === "!" ? (frame) => !run(frame) : (frame) => -(run(frame) as number) | 0 };
}

/** A property of the record itself: names such as `constructor` are not inherited. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
