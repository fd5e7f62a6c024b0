import { createHash } from "node:crypto";
import type { BodySchema } from "../../../api/checked-api.ts";

/** An import replaces such a variable anywhere in a document. */
const importVariable = "${AWS::";

/** Whether a text in a schema has a meaning of its own in an import. It cannot be escaped. */
export function isReservedText(text: string, isMemberName: boolean): boolean {
  return text.includes(importVariable) || (isMemberName && /^(?:\$|x-)/i.test(text));
}

/** What is known of schemas, which are not changed. A description is checked and compiled several times. */
const known = {
  texts: new WeakMap<BodySchema, readonly string[]>(),
  names: new WeakMap<BodySchema, string>(),
  sizes: new WeakMap<BodySchema, number>(),
};

function once<Value>(
  map: WeakMap<BodySchema, Value>,
  schema: BodySchema,
  compute: (schema: BodySchema) => Value,
): Value {
  const value = map.get(schema) ?? compute(schema);
  map.set(schema, value);
  return value;
}

/** Returns every text in a schema that has a meaning of its own in an import. */
export function reservedTexts(schema: BodySchema): readonly string[] {
  return once(known.texts, schema, findReservedTexts);
}

function findReservedTexts(schema: BodySchema): readonly string[] {
  const found: string[] = [];
  const add = (text: unknown, isMemberName: boolean): void => {
    if (typeof text === "string" && isReservedText(text, isMemberName)) found.push(text);
  };
  const walk = ({ properties = {}, required = [], enum: values = [], pattern, items }: BodySchema): void => {
    for (const [name, inner] of Object.entries(properties)) {
      add(name, true);
      walk(inner);
    }
    for (const text of [...required, ...values, pattern]) add(text, false);
    if (items !== undefined) walk(items);
  };
  walk(schema);
  return found;
}

/** Returns the name of a schema's model, which may contain only letters and digits. Equal schemas share a model. */
export function modelName(schema: BodySchema): string {
  return once(known.names, schema, () => {
    const digest = createHash("sha256").update(JSON.stringify(schema)).digest("hex");
    return `Body${digest.slice(0, 32)}`;
  });
}

/** Returns the number of bytes of a schema in a document, with its white space. Unverified: AWS may count fewer. */
export function modelBytes(schema: BodySchema): number {
  return once(known.sizes, schema, () =>
    Buffer.byteLength(JSON.stringify({ components: { schemas: { model: schema } } }, null, 2)),
  );
}
