import { ExpressionFailure } from "./failure.ts";

/** The name of a C# type. `static X` is the class itself. */
export type Type = string;

/** A parameter of an overload: a type, or a lambda whose parameter is an element of a list. */
export type Parameter = Type | { readonly lambda: Type; readonly returns: Type };

export interface Property {
  readonly type: Type;
  readonly get: (target: never) => unknown;
}

export interface Overload {
  readonly parameters: readonly Parameter[];
  /** Whether the last parameter accepts any number of arguments (`params`). */
  readonly variadic?: boolean;
  /** Whether a call can name its return type, as in `F<T>(...)`. */
  readonly generic?: boolean;
  readonly returns: Type;
  readonly call: (target: never, ...args: never[]) => unknown;
}

export interface Members {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly methods?: Readonly<Record<string, readonly Overload[]>>;
  readonly indexer?: Indexer;
}

/** The indexer of a type: `x[index]`. */
export interface Indexer {
  readonly index: Type;
  readonly returns: Type;
  readonly get: (target: never, index: never) => unknown;
}

/** A property of a target of type T. */
export const property = <T>(type: Type, get: (target: T) => unknown): Property => ({ type, get });
/** One overload of a method. */
export const method = (
  parameters: readonly Parameter[],
  returns: Type,
  // biome-ignore lint/suspicious/noExplicitAny: each overload knows its own argument types; the binder checks them
  call: (...args: any[]) => unknown,
  options: { variadic?: boolean; generic?: boolean } = {},
): Overload => ({ parameters, returns, call: call as Overload["call"], ...options });

/** An argument that must not be null. @throws ExpressionFailure */
export const nonNull = (text: string | null, what: string): string => {
  if (text === null) throw new ExpressionFailure(`Value cannot be null. (${what})`);
  return text;
};

/** The element at an index. @throws ExpressionFailure out of bounds */
export const elementAt = <T>(items: ArrayLike<T>, index: number): T => {
  const item = items[index];
  if (item === undefined) throw new ExpressionFailure("Index was outside the bounds of the array.");
  return item;
};
