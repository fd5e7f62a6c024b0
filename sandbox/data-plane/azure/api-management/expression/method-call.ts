import { cast } from "./cast.ts";
import type { Overload, Parameter, Type } from "./members.ts";
import type { Scope } from "./scope.ts";
import type { Node, NodeOf } from "./syntax.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { type Bound, convert, converts, isReference, NULL_IN_CHAIN, type Run } from "./value.ts";

/** The binder of the arguments of a call. */
export interface ArgumentBinder {
  readonly scope: Scope;
  bind(node: Node): Bound;
}

/** A lambda is bound later, when its overload and with it the type of its parameter are known. */
type Argument = NodeOf<"lambda"> | { readonly node: Node; readonly bound: Bound };

/** Binds a method call: its arguments, and the overload that accepts them. */
export function bindCall(
  node: NodeOf<"call">,
  target: Bound,
  overloads: readonly Overload[],
  binder: ArgumentBinder,
): Bound {
  const args = node.arguments.map(
    (argument): Argument => (argument.kind === "lambda" ? argument : { node: argument, bound: binder.bind(argument) }),
  );
  const overload = overloads.find(
    (candidate) => (node.generic === undefined || candidate.generic === true) && accepts(candidate, args),
  );
  if (overload === undefined) {
    const problem = `no supported overload of \`${node.name}\` of ${target.type} accepts these arguments`;
    throw new ExpressionSyntaxError(node.at, problem);
  }
  const runs = args.map((argument, i) => bindArgument(parameterOf(overload, i) as Parameter, argument, binder));
  const call = overload.call as (...values: unknown[]) => unknown;
  const [first, second, ...others] = runs;
  const run: Run = (frame) => {
    const value = target.run(frame);
    if (value === NULL_IN_CHAIN) return value;
    // Nearly all methods have at most two parameters, and a list of the arguments takes longer than most of them.
    if (first === undefined) return call(value);
    if (second === undefined) return call(value, first(frame));
    return call(value, first(frame), second(frame), ...others.map((argument) => argument(frame)));
  };
  return overload.generic === true ? bindGeneric(node, args, run) : { type: overload.returns, run };
}

/** `Variables.GetValueOrDefault<T>`: T is written, or inferred from the default value, or else object. */
function bindGeneric(node: NodeOf<"call">, args: readonly Argument[], run: Run): Bound {
  const last = args[1];
  const defaultType = last !== undefined && "bound" in last ? last.bound.type : undefined;
  const inferred = defaultType === undefined || defaultType === "null" ? "object" : defaultType;
  const type = node.generic ?? inferred;
  if (type === "object") return { type, run };
  if (defaultType !== undefined && !converts(defaultType, type)) {
    throw new ExpressionSyntaxError(node.at, `the default is ${defaultType}, not ${type}`);
  }
  const unboxed = cast(type, { type: "object", run }, node.at);
  if (isReference(type)) return unboxed;
  const zero = type === "bool" ? false : type === "int" ? 0 : "\0";
  return { type, run: (frame) => (run(frame) === null ? zero : unboxed.run(frame)) };
}

function parameterOf({ parameters, variadic }: Overload, i: number): Parameter | undefined {
  return parameters[variadic === true ? Math.min(i, parameters.length - 1) : i];
}

function accepts(overload: Overload, args: readonly Argument[]): boolean {
  const { parameters, variadic } = overload;
  if (variadic === true ? args.length < parameters.length - 1 : args.length !== parameters.length) return false;
  return args.every((argument, i) => {
    const parameter = parameterOf(overload, i);
    if (parameter === undefined) return false;
    if (typeof parameter !== "string") return !("bound" in argument);
    return "bound" in argument && converts(argument.bound.type, parameter);
  });
}

function bindArgument(parameter: Parameter, argument: Argument, binder: ArgumentBinder): Run {
  if ("bound" in argument) return convert(argument.bound, parameter as Type, argument.node.at).run;
  const { lambda, returns } = parameter as Exclude<Parameter, string>;
  return binder.scope.nested(() => {
    const { slot } = binder.scope.declare(argument.parameter, lambda, argument.at);
    const body = convert(binder.bind(argument.body), returns, argument.body.at);
    return (frame) => (value: unknown) => {
      frame.locals[slot] = value;
      return body.run(frame);
    };
  });
}
