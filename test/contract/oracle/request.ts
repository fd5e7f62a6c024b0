import type { RequestText, SchemaText } from "./description.ts";

/** The parts of a request that are validated. */
interface Sent {
  /** As sent, without `?`. */
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer | undefined;
  /** The length of the body, as sent or as announced. */
  readonly bodyBytes: number;
}

type Conformity = "conforms" | "fails" | "either";

/** Whether a request meets the requirements of the route. */
export function conformityOf(required: RequestText | undefined, sent: Sent): Conformity {
  if (required === undefined) return "conforms";
  const query = new URLSearchParams(sent.query);
  const found = [
    ...(required.query ?? []).map((name) => presence(query.getAll(name))),
    ...(required.headers ?? []).map((name) =>
      presence(sent.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)),
    ),
    // The content of a body that was announced but not sent is unknown.
    ...(required.body === undefined || (sent.body === undefined && sent.bodyBytes > 0)
      ? []
      : [conformityOfTypedBody(required.body, required.bodyTypes, sent)]),
  ];
  return found.find((one) => one === "fails") ?? found.find((one) => one === "either") ?? "conforms";
}

/** Whether a value is present and not empty. A gateway may treat white space as empty or not. */
function presence(values: readonly string[]): Conformity {
  if (values.every((value) => value === "")) return "fails";
  return values.every((value) => value.trim() === "") ? "either" : "conforms";
}

/** A body of a type that the route does not check conforms. Without a declared type, a gateway may check it or not. */
function conformityOfTypedBody(schema: SchemaText, types: readonly string[] | undefined, sent: Sent): Conformity {
  const conformity = conformityOfBody(schema, sent.body ?? Buffer.alloc(0));
  if (types === undefined || conformity === "conforms") return conformity;
  const declared = sent.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  if (declared === undefined) return "either";
  const type = declared.split(";")[0]?.trim().toLowerCase() ?? "";
  return types.some((each) => each.toLowerCase() === type) ? conformity : "conforms";
}

/** An empty body is not JSON, but a gateway may treat it as an empty object. */
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

/** The part of JSON schema draft 4 that a description may use. Each keyword applies to one kind of value only. */
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
