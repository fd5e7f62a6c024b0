import { closedParts, type Loss, twoPatterns } from "./loss.ts";
import {
  type ArrayPart,
  isNothing,
  LazyShape,
  type NumberPart,
  type ObjectPart,
  type Parts,
  partsOfValues,
  type Scalar,
  type Shape,
  type StringPart,
} from "./shape.ts";

/**
 * Combines shapes: what both accept (`allOf`), and what at least one accepts (`anyOf`). Where the result cannot be expressed, it accepts
 * more. The same two shapes are combined once, so schemas that contain themselves can be combined.
 */
export class Combiner {
  readonly #both = new PairCache();
  readonly #either = new PairCache();

  /**
   * What both shapes accept.
   *
   * @param place for what cannot be expressed
   */
  both(one: Shape, other: Shape, place: string): Shape {
    if (one === other) return one;
    const losses = [...one.losses, ...other.losses];
    const parts: Parts = {
      isNull: one.isNull && other.isNull,
      isBoolean: one.isBoolean && other.isBoolean,
      ...part("number", whereBoth(one.number, other.number, bothNumbers)),
      ...part(
        "string",
        whereBoth(one.string, other.string, (a, b) => bothStrings(a, b, losses, place)),
      ),
      ...part(
        "array",
        whereBoth(one.array, other.array, (a, b) => this.#bothArrays(a, b, place)),
      ),
      ...part(
        "object",
        whereBoth(one.object, other.object, (a, b) => this.#bothObjects(a, b, losses, place)),
      ),
    };
    const values = bothValues(one.values, other.values);
    return {
      ...(values === undefined ? parts : onlyValues(parts, values)),
      isReadOnly: one.isReadOnly || other.isReadOnly,
      place,
      losses,
    };
  }

  /** What at least one of the shapes accepts. */
  either(one: Shape, other: Shape, place: string): Shape {
    if (one === other) return one;
    const isReadOnly = one.isReadOnly && other.isReadOnly;
    const losses = [...one.losses, ...other.losses];
    if (isNothing(one)) return { ...other, isReadOnly, place, losses };
    if (isNothing(other)) return { ...one, isReadOnly, place, losses };
    const { values } = one;
    return {
      isNull: one.isNull || other.isNull,
      isBoolean: one.isBoolean || other.isBoolean,
      ...part("number", whereEither(one.number, other.number, eitherNumbers)),
      ...part("string", whereEither(one.string, other.string, eitherStrings)),
      ...part(
        "array",
        whereEither(one.array, other.array, (a, b) => this.#eitherArrays(a, b, place)),
      ),
      ...part(
        "object",
        whereEither(one.object, other.object, (a, b) => this.#eitherObjects(a, b, place)),
      ),
      ...(values === undefined || other.values === undefined
        ? {}
        : { values: [...new Set([...values, ...other.values])] }),
      isReadOnly,
      place,
      losses,
    };
  }

  #bothLazy(one: LazyShape, other: LazyShape, place: string): LazyShape {
    return this.#both.of(one, other, () => this.both(one.shape, other.shape, place));
  }

  #eitherLazy(one: LazyShape, other: LazyShape, place: string): LazyShape {
    return this.#either.of(one, other, () => this.either(one.shape, other.shape, place));
  }

  #bothArrays(one: ArrayPart, other: ArrayPart, place: string): ArrayPart {
    if (one.items === undefined) return other;
    return other.items === undefined ? one : { items: this.#bothLazy(one.items, other.items, place) };
  }

  #eitherArrays(one: ArrayPart, other: ArrayPart, place: string): ArrayPart {
    if (one.items === undefined || other.items === undefined) return {};
    return { items: this.#eitherLazy(one.items, other.items, place) };
  }

  /** A closed part refuses the keys of the others, but this accepts the keys of all parts. */
  #bothObjects(one: ObjectPart, other: ObjectPart, losses: Loss[], place: string): ObjectPart {
    if (refusesKeysOf(one, other) || refusesKeysOf(other, one)) losses.push({ cause: closedParts, place });
    const properties = new Map(one.properties);
    for (const [name, schema] of other.properties) {
      const own = properties.get(name);
      properties.set(name, own === undefined ? schema : this.#bothLazy(own, schema, place));
    }
    return {
      properties,
      required: one.required.union(other.required),
      isClosed: one.isClosed || other.isClosed,
      madeOf: partsOf(one, other),
    };
  }

  #eitherObjects(one: ObjectPart, other: ObjectPart, place: string): ObjectPart {
    const properties = new Map<string, LazyShape>();
    for (const name of new Set([...one.properties.keys(), ...other.properties.keys()])) {
      const [own, others] = [one.properties.get(name), other.properties.get(name)];
      if (own !== undefined && others !== undefined) properties.set(name, this.#eitherLazy(own, others, place));
      // An object with this member is one of the other alternative, unless that refuses it.
      else if (own !== undefined && other.isClosed) properties.set(name, own);
      else if (others !== undefined && one.isClosed) properties.set(name, others);
    }
    return {
      properties,
      required: one.required.intersection(other.required),
      isClosed: one.isClosed && other.isClosed,
      madeOf: partsOf(one, other),
    };
  }
}

/** The combinations of shapes, each made once. The order of the two makes no difference. */
class PairCache {
  readonly #known = new Map<number, LazyShape>();

  of(one: LazyShape, other: LazyShape, combine: () => Shape): LazyShape {
    if (one === other) return one;
    const key = Math.min(one.id, other.id) * mostShapes + Math.max(one.id, other.id);
    const known = this.#known.get(key) ?? new LazyShape(combine);
    this.#known.set(key, known);
    return known;
  }
}

/** More than a process can have. The product of two of them is still an exact number. */
const mostShapes = 2 ** 26;

function part<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value });
}

function whereBoth<T>(one: T | undefined, other: T | undefined, combine: (one: T, other: T) => T): T | undefined {
  return one === undefined || other === undefined ? undefined : combine(one, other);
}

function whereEither<T>(one: T | undefined, other: T | undefined, combine: (one: T, other: T) => T): T | undefined {
  return one === undefined || other === undefined ? (one ?? other) : combine(one, other);
}

function refusesKeysOf({ isClosed, properties }: ObjectPart, other: ObjectPart): boolean {
  return isClosed && [...other.properties.keys()].some((name) => !properties.has(name));
}

function partsOf(one: ObjectPart, other: ObjectPart): readonly ObjectPart[] {
  const parts = [one, other].flatMap((part) => (part.madeOf.length === 0 ? [part] : part.madeOf));
  return [...new Set(parts)];
}

function bothNumbers(one: NumberPart, other: NumberPart): NumberPart {
  return {
    isInteger: one.isInteger || other.isInteger,
    ...part("minimum", whereEither(one.minimum, other.minimum, Math.max)),
    ...part("maximum", whereEither(one.maximum, other.maximum, Math.min)),
  };
}

function eitherNumbers(one: NumberPart, other: NumberPart): NumberPart {
  return {
    isInteger: one.isInteger && other.isInteger,
    ...part("minimum", whereBoth(one.minimum, other.minimum, Math.min)),
    ...part("maximum", whereBoth(one.maximum, other.maximum, Math.max)),
  };
}

function bothStrings(one: StringPart, other: StringPart, losses: Loss[], place: string): StringPart {
  if (one.pattern !== undefined && other.pattern !== undefined && one.pattern !== other.pattern) {
    losses.push({ cause: twoPatterns, place });
  }
  return {
    ...part("minLength", whereEither(one.minLength, other.minLength, Math.max)),
    ...part("maxLength", whereEither(one.maxLength, other.maxLength, Math.min)),
    ...part("pattern", one.pattern ?? other.pattern),
  };
}

function eitherStrings(one: StringPart, other: StringPart): StringPart {
  return {
    ...part("minLength", whereBoth(one.minLength, other.minLength, Math.min)),
    ...part("maxLength", whereBoth(one.maxLength, other.maxLength, Math.max)),
    ...(one.pattern === undefined || one.pattern !== other.pattern ? {} : { pattern: one.pattern }),
  };
}

function bothValues(
  one: readonly Scalar[] | undefined,
  other: readonly Scalar[] | undefined,
): readonly Scalar[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const allowed = new Set(other);
  return one.filter((value) => allowed.has(value));
}

function acceptsScalar({ isNull, isBoolean, number, string }: Parts, value: Scalar): boolean {
  if (value === null) return isNull;
  if (typeof value === "boolean") return isBoolean;
  if (typeof value === "number") {
    const { isInteger = false, minimum = value, maximum = value } = number ?? {};
    return number !== undefined && (!isInteger || Number.isInteger(value)) && minimum <= value && value <= maximum;
  }
  const { minLength = 0, maxLength = value.length, pattern = "" } = string ?? {};
  const { length } = [...value];
  return string !== undefined && minLength <= length && length <= maxLength && new RegExp(pattern, "u").test(value);
}

/** The values that the parts accept, and the parts of those values. */
function onlyValues(parts: Parts, values: readonly Scalar[]): Parts {
  const accepted = values.filter((value) => acceptsScalar(parts, value));
  const { isNull, isBoolean, number, string } = partsOfValues(accepted);
  return {
    isNull,
    isBoolean,
    ...part("number", number && parts.number),
    ...part("string", string && parts.string),
    values: accepted,
  };
}
