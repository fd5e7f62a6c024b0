import type { RequestText, SchemaText } from "./description.ts";

/** What was sent, as far as it is checked. */
interface Sent {
  /** As sent, without `?`. */
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer | undefined;
  /** The body's length, as sent or as announced. */
  readonly bodyBytes: number;
}

type Conformity = "conforms" | "fails" | "either";

/** Whether a request is as the route asks. */
export function conformityOf(asked: RequestText | undefined, sent: Sent): Conformity {
  if (asked === undefined) return "conforms";
  const query = new URLSearchParams(sent.query);
  const found = [
    ...(asked.query ?? []).map((name) => presence(query.getAll(name))),
    ...(asked.headers ?? []).map((name) =>
      presence(sent.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)),
    ),
    // What was announced and not sent says nothing of its content.
    ...(asked.body === undefined || (sent.body === undefined && sent.bodyBytes > 0)
      ? []
      : [conformityOfBody(asked.body, sent.body ?? Buffer.alloc(0))]),
  ];
  return found.find((one) => one === "fails") ?? found.find((one) => one === "either") ?? "conforms";
}

/** There, and not empty; whether white space is empty is left open. */
function presence(values: readonly string[]): Conformity {
  if (values.every((value) => value === "")) return "fails";
  return values.every((value) => value.trim() === "") ? "either" : "conforms";
}

/** An empty body is no JSON; a gateway may take it for an empty object. */
function conformityOfBody(schema: SchemaText, body: Buffer): Conformity {
  if (body.length === 0) return accepts(schema, {}) ? "either" : "fails";
  try {
    return accepts(schema, JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))) ? "conforms" : "fails";
  } catch {
    return "fails";
  }
}

const kinds: Readonly<Record<NonNullable<SchemaText["type"]>, (value: unknown) => boolean>> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON schema draft 4, as much of it as a description can say. Each keyword is of its own kind of value alone. */
export function accepts(schema: SchemaText, value: unknown): boolean {
  if (schema.type !== undefined && !kinds[schema.type](value)) return false;
  if (schema.enum !== undefined && !schema.enum.some((one) => one === value)) return false;
  if (typeof value === "number") {
    return (
      value >= (schema.minimum ?? Number.NEGATIVE_INFINITY) && value <= (schema.maximum ?? Number.POSITIVE_INFINITY)
    );
  }
  if (typeof value === "string") {
    const { length } = [...value];
    if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) return false;
    return schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value);
  }
  if (Array.isArray(value))
    return schema.items === undefined || value.every((item) => accepts(schema.items ?? {}, item));
  if (!isRecord(value)) return true;
  const { properties = {}, required = [], additionalProperties = true } = schema;
  return (
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => {
      const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return inner === undefined ? additionalProperties : accepts(inner, member);
    })
  );
}
