import { type Loss, ownRecursion } from "./loss.ts";

/** A value of JSON that gateways can compare. */
export type Scalar = string | number | boolean | null;

/** The numbers that a schema accepts. */
export interface NumberPart {
  readonly isInteger: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The strings that a schema accepts. */
export interface StringPart {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** The arrays that a schema accepts. */
export interface ArrayPart {
  readonly items?: LazyShape;
}

/** The objects that a schema accepts. */
export interface ObjectPart {
  readonly properties: ReadonlyMap<string, LazyShape>;
  readonly required: ReadonlySet<string>;
  /** Whether members that `properties` does not name are refused. */
  readonly isClosed: boolean;
  /** The parts and alternatives that it is made of. Their schemas for a member show whether the member is read-only. */
  readonly madeOf: readonly ObjectPart[];
}

/**
 * The values that a schema accepts, and more where this form cannot express them exactly. It has one part for each type of JSON that
 * the schema accepts; a type without a part is refused.
 */
export interface Shape {
  readonly isNull: boolean;
  readonly isBoolean: boolean;
  readonly number?: NumberPart;
  readonly string?: StringPart;
  readonly array?: ArrayPart;
  readonly object?: ObjectPart;
  /** The only values that are accepted. The parts are those of their types. */
  readonly values?: readonly Scalar[];
  readonly isReadOnly: boolean;
  /** Where the schema is in the document, as reports show it. */
  readonly place?: string;
  /** Where this accepts more than the document, without the members of objects and the items of arrays. */
  readonly losses: readonly Loss[];
}

/** The parts of a shape, without its remarks. */
export type Parts = Omit<Shape, "isReadOnly" | "place" | "losses">;

/** A shape that is read when it is needed, and once. So schemas may contain themselves. */
export class LazyShape {
  static #count = 0;
  /** Distinguishes it from all others. */
  readonly id = LazyShape.#count++;
  #read: (() => Shape) | undefined;
  #shape: Shape | undefined;

  constructor(read: () => Shape) {
    this.#read = read;
  }

  /** A schema that consists of itself (`allOf`, `anyOf`, `oneOf`, `$ref`) accepts anything. */
  get shape(): Shape {
    if (this.#shape !== undefined) return this.#shape;
    const read = this.#read;
    this.#read = undefined;
    if (read === undefined) return composedOfItself;
    this.#shape = read();
    return this.#shape;
  }
}

const anyObject: ObjectPart = { properties: new Map(), required: new Set(), isClosed: false, madeOf: [] };

const everyPart: Parts = {
  isNull: true,
  isBoolean: true,
  number: { isInteger: false },
  string: {},
  array: {},
  object: anyObject,
};

/** Accepts every value. */
export const anything: Shape = { ...everyPart, isReadOnly: false, losses: [] };

/** Accepts no value. */
export const nothing: Shape = { isNull: false, isBoolean: false, isReadOnly: false, losses: [] };

/** Whether a shape accepts no value. */
export function isNothing({ isNull, isBoolean, number, string, array, object }: Parts): boolean {
  return !isNull && !isBoolean && [number, string, array, object].every((part) => part === undefined);
}

/** Accepts anything, and leaves unchecked what the loss names. */
export function lost(...losses: readonly Loss[]): Shape {
  return { ...anything, losses };
}

const composedOfItself = lost({ cause: ownRecursion, place: "" });

/** The parts of some types of JSON, without further restrictions. */
export function partsOf(types: ReadonlySet<string>): Parts {
  const { number, string, array, object } = everyPart;
  return {
    isNull: types.has("null"),
    isBoolean: types.has("boolean"),
    ...(types.has("number") ? { number } : types.has("integer") ? { number: { isInteger: true } } : {}),
    ...(types.has("string") ? { string } : {}),
    ...(types.has("array") ? { array } : {}),
    ...(types.has("object") ? { object } : {}),
  };
}

/** The parts of some values. Only their types, if one is an object or an array. */
export function partsOfValues(values: readonly unknown[]): Parts {
  const types = partsOf(new Set(values.map(typeOf)));
  return types.array === undefined && types.object === undefined ? { ...types, values: values as Scalar[] } : types;
}

/** The name that JSON Schema has for the type of a value. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
