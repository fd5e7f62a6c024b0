import type { ErrorObject } from "ajv/dist/2020.js";
import { anyOf, suggest } from "../suggestion.ts";

/** A validator's error in the terms of a user. */
export interface SchemaFault {
  /** The steps from the value with the error to the member that is missing or unknown. */
  readonly below: readonly string[];
  readonly code: string;
  readonly rule: string;
  readonly remedy: string;
}

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  object: "an object",
  string: "a string",
};

const authKinds = {
  rule: 'The kind must be "jwt", "apiKey", "allOf", "iam" or "open".',
  remedy:
    'Write { "kind": "jwt", "audiences": [...] }, { "kind": "apiKey" }, { "kind": "allOf", "of": [...] } of both, { "kind": "iam" }, or { "kind": "open", "reason": "..." }.',
};
/** What a kind can be, by a part of the path in the schema. */
const kindsOf: Readonly<Record<string, { readonly rule: string; readonly remedy: string }>> = {
  "answers/properties/schemes": {
    rule: 'The kind must be "jwt", "apiKey", "sameAs", "backend" or "open".',
    remedy:
      'Write "kind": "jwt" with "audiences", "kind": "apiKey", "kind": "sameAs" with "auth", or "kind": "backend" or "open" with "reason"; and "operations".',
  },
  "answers/properties/scopes": {
    rule: 'The kind must be "all" or "any".',
    remedy: 'Write "kind": "all", or "kind": "any" with "reason"; and "operations".',
  },
  "answers/properties/unsecured": {
    rule: 'The kind must be "sameAs" or "open".',
    remedy: 'Write "kind": "sameAs" with "auth", or "kind": "open" with "reason"; and "operations".',
  },
};

const readers: Readonly<Record<string, (error: ErrorObject) => SchemaFault>> = {
  additionalProperties: unknownProperty,
  required: ({ params }) => {
    const name = String(params.missingProperty);
    return { below: [name], code: "missing-property", rule: `"${name}" is missing.`, remedy: "Add it." };
  },
  type: ({ schema }) => {
    const kind = kinds[String(schema)] ?? String(schema);
    return { below: [], code: "wrong-type", rule: `The value must be ${kind}.`, remedy: `Write ${kind}.` };
  },
  enum: ({ schema }) => unknownValue(schema as readonly unknown[]),
  const: ({ schema }) => unknownValue([schema]),
  discriminator: ({ schemaPath }) => {
    const form = Object.entries(kindsOf).find(([part]) => schemaPath.includes(part))?.[1] ?? authKinds;
    return { below: ["kind"], code: "unknown-value", ...form };
  },
  minimum: ({ schema }) => outOfRange(`at least ${String(schema)}`),
  maximum: ({ schema }) => outOfRange(`at most ${String(schema)}`),
  items: badAllOf,
  minItems: (error) => (error.schema === 2 ? badAllOf() : emptyList(error)),
  uniqueItems: () => ({
    below: [],
    code: "duplicate",
    rule: "An entry of the list is listed twice.",
    remedy: "Remove one.",
  }),
  pattern: ({ parentSchema, propertyName }) => ({
    below: propertyName === undefined ? [] : [propertyName],
    code: "bad-value",
    rule: `The text must be ${String((parentSchema as { readonly $comment?: unknown }).$comment)}.`,
    remedy: "Correct the text.",
  }),
};

/** Undefined for an error that only summarises others. */
export function schemaFault(error: ErrorObject): SchemaFault | undefined {
  return Object.hasOwn(readers, error.keyword) ? readers[error.keyword]?.(error) : undefined;
}

function unknownProperty({ params, parentSchema }: ErrorObject): SchemaFault {
  const name = String(params.additionalProperty);
  const known = Object.keys((parentSchema?.properties as object | undefined) ?? {});
  return {
    below: [name],
    code: "unknown-property",
    rule: `The property "${name}" is unknown here.`,
    remedy: suggest(name, known, "Remove it."),
  };
}

function unknownValue(choices: readonly unknown[]): SchemaFault {
  const rule = `The value must be ${anyOf(choices.map(String))}.`;
  return { below: [], code: "unknown-value", rule, remedy: "Choose one of them." };
}

function outOfRange(bound: string): SchemaFault {
  const rule = `The number must be ${bound}.`;
  return { below: [], code: "out-of-range", rule, remedy: "Choose a number in that range." };
}

function badAllOf(): SchemaFault {
  return {
    below: [],
    code: "bad-all-of",
    rule: "The list must contain a token and an API key, in this order.",
    remedy: 'Write [{ "kind": "jwt", "audiences": [...] }, { "kind": "apiKey" }].',
  };
}

function emptyList({ instancePath }: ErrorObject): SchemaFault {
  return {
    below: [],
    code: `empty-${instancePath.split("/").at(-1)}`,
    rule: "The list must not be empty: an empty one would check nothing, or let nobody in.",
    remedy: "List at least one entry.",
  };
}
