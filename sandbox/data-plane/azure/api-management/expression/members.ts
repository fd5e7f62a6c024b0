import { ExpressionFailure } from "./failure.ts";

/** A C# type's name, as far as policies need one. `static X` is the class itself. */
export type Type = string;

/** What an overload takes: a type, or a lambda over an element. */
export type Parameter = Type | { readonly lambda: Type; readonly returns: Type };

export interface Property {
  readonly type: Type;
  readonly get: (target: never) => unknown;
}

export interface Overload {
  readonly parameters: readonly Parameter[];
  /** The last parameter may be given any number of times (`params`). */
  readonly variadic?: boolean;
  /** The call names a type, `F<T>(...)`, and returns it. */
  readonly generic?: boolean;
  readonly returns: Type;
  readonly call: (target: never, ...args: never[]) => unknown;
}

export interface Members {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly methods?: Readonly<Record<string, readonly Overload[]>>;
  /** The type of `x[...]`: what the index is and what comes back. */
  readonly indexer?: { readonly index: Type; readonly returns: Type; readonly get: (t: never, i: never) => unknown };
}

/** A property, read from a target of type T. */
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
