import { mostSchemaLevels } from "../../check/body-schema.ts";
import type { BodySchema } from "../../description.ts";
import {
  type Cause,
  innerLevels,
  nothingAllowed,
  nullType,
  ownRecursion,
  readOnlyRequired,
  severalTypes,
  uncheckedKeyword,
} from "./loss.ts";
import { isNothing, type LazyShape, type ObjectPart, type Shape } from "./shape.ts";

/** What a body may have, and who is told what it leaves unchecked. */
export interface Lowering {
  /** The most schemas that the body may have. */
  readonly most: number;
  /** Whether `readOnly` leaves `required` in force, as in OpenAPI 3.1. */
  readonly isNew: boolean;
  /** The place of the body, for values without a schema of their own. */
  readonly place: string;
  readonly lose: (cause: Cause, place: string) => void;
}

/** A schema that is not yet written. */
interface Pending {
  readonly shape: LazyShape;
  readonly schema: Record<string, unknown>;
  readonly level: number;
  /** The schema that contains it. */
  readonly outer: Pending | undefined;
}

/**
 * Writes a shape as a schema that gateways check. It accepts what the shape accepts, or more. The outer levels come first, so that of a
 * large body only the inner levels are left unchecked.
 *
 * @returns the schema, and the number of schemas that it consists of
 */
export function lower(
  shape: LazyShape,
  { most, isNew, place, lose: report }: Lowering,
): { readonly schema: BodySchema; readonly count: number } {
  const root: Pending = { shape, schema: {}, level: 0, outer: undefined };
  const queue = [root];
  for (let index = 0; index < queue.length; index++) {
    const next = queue[index] as Pending;
    const found = next.shape.shape;
    const here = found.place ?? place;
    for (const loss of found.losses) report(loss.cause, loss.place === "" ? here : loss.place);
    const lose = (cause: Cause): void => report(cause, here);
    const inner = (child: LazyShape): Record<string, unknown> => {
      const schema = {};
      const pending = { shape: child, schema, level: next.level + 1, outer: next };
      if (isWithin(child, next)) lose(ownRecursion);
      else if (queue.length >= most || pending.level >= mostSchemaLevels) lose(innerLevels);
      else queue.push(pending);
      return schema;
    };
    write(next.schema, found, { inner, lose, isNew });
  }
  return { schema: root.schema as BodySchema, count: queue.length };
}

function isWithin(shape: LazyShape, { shape: own, outer }: Pending): boolean {
  for (let each: Pending | undefined = { shape: own, schema: {}, level: 0, outer }; each; each = each.outer) {
    if (each.shape === shape) return true;
  }
  return false;
}

interface Writing {
  readonly inner: (child: LazyShape) => Record<string, unknown>;
  readonly lose: (cause: Cause) => void;
  readonly isNew: boolean;
}

function write(schema: Record<string, unknown>, shape: Shape, writing: Writing): void {
  const { lose } = writing;
  if (isNothing(shape)) {
    lose(nothingAllowed);
    return;
  }
  const values = shape.values?.filter((value) => value !== null);
  // No gateway is known to accept null in an enum.
  if (values !== undefined && !shape.isNull) schema.enum = values;
  else if (values !== undefined) lose(uncheckedKeyword("enum"));
  writeType(schema, shape, lose);
  const { number, string, array, object } = shape;
  if (number !== undefined) Object.assign(schema, without(number, "isInteger"));
  if (string !== undefined) Object.assign(schema, string);
  if (array?.items !== undefined) schema.items = writing.inner(array.items);
  if (object !== undefined) writeObject(schema, object, writing);
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

/** The type, if there is only one. Every other keyword applies to one type, so values of others pass. */
function writeType(schema: Record<string, unknown>, shape: Shape, lose: Writing["lose"]): void {
  const { isNull, isBoolean, number, string, array, object } = shape;
  const types = [
    ...(isBoolean ? ["boolean"] : []),
    ...(number === undefined ? [] : [number.isInteger ? "integer" : "number"]),
    ...(string === undefined ? [] : ["string"]),
    ...(array === undefined ? [] : ["array"]),
    ...(object === undefined ? [] : ["object"]),
  ];
  const isAny = isNull && types.length === 5 && number?.isInteger === false;
  if (types.length === 1 && !isNull) schema.type = types[0];
  else if (!isAny && schema.enum === undefined) lose(isNull ? nullType : severalTypes);
}

function writeObject(schema: Record<string, unknown>, object: ObjectPart, { inner, lose, isNew }: Writing): void {
  const parts = [object, ...object.madeOf];
  const isReadOnly = (name: string): boolean =>
    parts.some(({ properties }) => properties.get(name)?.shape.isReadOnly === true);
  const required = [...object.required].filter((name) => !isReadOnly(name));
  if (isNew && required.length < object.required.size) lose(readOnlyRequired);
  if (required.length > 0) schema.required = required;
  if (object.properties.size > 0) {
    schema.properties = Object.fromEntries([...object.properties].map(([name, child]) => [name, inner(child)]));
  }
  if (object.isClosed) schema.additionalProperties = false;
}
