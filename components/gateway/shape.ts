import type { OutputInstance } from "@pulumi/pulumi";

/**
 * What the value of an argument looks like, as far as Polygate must know the names in it. An argument that no shape lists is rejected.
 * Each class has one table of shapes, beside the type of its arguments.
 */
export type Shape = Leaf<"value"> | Leaf<"function"> | Leaf<"description"> | ListShape | NamedShape | ObjectShape;

/** Whether the class rejects a value of another type by itself, with a remedy of its own. */
interface Checked {
  readonly checked?: true;
}

/** A value without names in it. */
export interface Leaf<Kind extends string> {
  readonly kind: Kind;
}

export interface ListShape extends Checked {
  readonly kind: "list";
  readonly of: Shape;
}

/** An object whose names the user chooses. */
export interface NamedShape extends Checked {
  readonly kind: "named";
  readonly of: Shape;
}

/** An object with fixed names. */
export interface ObjectShape extends Checked {
  readonly kind: "object";
  readonly members: Readonly<Record<string, Shape>>;
  /** Whether the whole object may be an Output. Its names are then checked during the deployment, where the class reads them. */
  readonly mayBeLater?: true;
  /** Unknown names that the class rejects by itself, with a reason. */
  readonly explained?: readonly string[];
}

/** Text, number, boolean, or an Output of one. Its type is checked where it is used. */
export const value: Leaf<"value"> = { kind: "value" };

/** A function, such as a transform. */
export const callback: Leaf<"function"> = { kind: "function" };

/** The description of an API. */
export const description: Leaf<"description"> = { kind: "description" };

/** A list. */
export function listOf(of: Shape, options: Checked = {}): ListShape {
  return { kind: "list", of, ...options };
}

/** An object whose names the user chooses. */
export function namedBy(of: Shape, options: Checked = {}): NamedShape {
  return { kind: "named", of, ...options };
}

/** The names of a type's members; of a union, those of all its types. */
type NamesOf<T> = T extends unknown ? keyof T & string : never;

/** The type of a member; of a union, in any of its types. */
type MemberOf<T, Name> = T extends unknown ? (Name extends keyof T ? T[Name] : never) : never;

/** A value without the cases in which it is missing or an Output. */
// biome-ignore lint/suspicious/noExplicitAny: an Output of any type
type Now<T> = Exclude<T, undefined | Promise<any> | OutputInstance<any>>;

/** The kinds of shape that a type may have. What has names in it is no mere value. */
type ShapeOf<T> = [T] extends [string | number | boolean]
  ? Leaf<"value">
  : [T] extends [(...args: never[]) => unknown]
    ? Leaf<"function">
    : [T] extends [readonly unknown[]]
      ? ListShape
      : ObjectShape | NamedShape | Leaf<"description">;

/**
 * The shapes of the members of a type. A member that is missing in the table, or unknown to the type, or whose own members are not in the
 * table, is a type error.
 */
export type Members<T extends object> = { readonly [Name in NamesOf<T>]: ShapeOf<Now<MemberOf<T, Name>>> };

/** An object with fixed names: those of its type. */
export function objectOf<T extends object>(
  members: Members<T>,
  options: Pick<ObjectShape, "checked" | "mayBeLater" | "explained"> = {},
): ObjectShape {
  return { kind: "object", members, ...options };
}

/** Functions that change resources, by the part that they change. */
export function transforms<T extends object>(names: Readonly<Record<NamesOf<T>, Leaf<"function">>>): ObjectShape {
  return { kind: "object", members: names };
}
