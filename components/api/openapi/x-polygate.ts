import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { anyOf, nearest, type Reader } from "../check/reader.ts";
import type { OpenApiSource } from "./source.ts";
import schema from "./x-polygate.schema.json" with { type: "json" };

/** Where an `x-polygate` may stand. */
type ExtensionLevel = "root" | "path" | "operation" | "securityScheme";

const require = createRequire(import.meta.url);
const compiled = new Map<ExtensionLevel, ValidateFunction>();

/** Compiled when the first document needs it: most programs that import this never do. */
function validator(level: ExtensionLevel): ValidateFunction {
  let validate = compiled.get(level);
  if (validate === undefined) {
    const { Ajv2020 } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
    const ajv = new Ajv2020({ allErrors: true, verbose: true, discriminator: true, validateSchema: false });
    validate = ajv.compile({ ...schema, anyOf: undefined, $ref: `#/$defs/${level}` });
    compiled.set(level, validate);
  }
  return validate;
}

/** The `x-polygate` of an object, with all reported in it that `x-polygate.schema.json` does not allow. */
export function extensionOf(owner: Reader, level: ExtensionLevel, source: OpenApiSource): Reader {
  const extension = owner.at("x-polygate");
  if (!extension.present) return extension;
  const validate = validator(level);
  if (validate(extension.value)) return extension;
  const seen = new Set<string>();
  for (const error of validate.errors ?? []) {
    const fault = faultOf(error);
    if (fault === undefined) continue;
    let reader = extension;
    for (const step of [...error.instancePath.split("/").slice(1), ...fault.below]) {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      reader = reader.at(Array.isArray(reader.value) ? Number(name) : name);
    }
    // One at a place: what else the schema finds there follows from the first.
    if (seen.has(reader.place)) continue;
    seen.add(reader.place);
    source.fault(reader, fault.code, fault.rule, fault.remedy);
  }
  if (seen.size === 0) {
    source.fault(extension, "bad-value", "the schema of x-polygate does not allow this", "See x-polygate.schema.json.");
  }
  return extension;
}

interface Fault {
  /** From where the error is to what it means: a member that is missing or too much. */
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

/** A step of a JSON pointer. */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function faultOf(error: ErrorObject): Fault | undefined {
  const { keyword, params, parentSchema, schema: wanted, propertyName } = error;
  const known = Object.keys((parentSchema?.properties as object | undefined) ?? {});
  switch (keyword) {
    case "additionalProperties": {
      const name = String(params.additionalProperty);
      const near = nearest(name, known);
      return {
        below: [escaped(name)],
        code: "unknown-property",
        rule: `there is no property "${name}" here`,
        remedy: near === undefined ? `Known are ${anyOf(known)}.` : `Did you mean "${near}"?`,
      };
    }
    case "required":
      return {
        below: [String(params.missingProperty)],
        code: "missing-property",
        rule: `"${String(params.missingProperty)}" is missing`,
        remedy: "Add it.",
      };
    case "type": {
      const kind = kinds[String(wanted)] ?? String(wanted);
      return { below: [], code: "wrong-type", rule: `${kind} is wanted here`, remedy: `Write ${kind}.` };
    }
    case "enum":
    case "const": {
      const choices = (keyword === "enum" ? (wanted as readonly unknown[]) : [wanted]).map(String);
      return {
        below: [],
        code: "unknown-value",
        rule: `this is none of ${anyOf(choices)}`,
        remedy: "Choose one of them.",
      };
    }
    case "discriminator":
      return {
        below: ["kind"],
        code: "unknown-value",
        rule: 'this is none of "jwt", "apiKey", "allOf", "iam" or "open"',
        remedy:
          'Write { "kind": "jwt", "audiences": [...] }, { "kind": "apiKey" }, { "kind": "allOf", "of": [...] } of both, { "kind": "iam" }, or { "kind": "open", "reason": "..." }.',
      };
    case "minimum":
    case "maximum":
      return {
        below: [],
        code: "out-of-range",
        rule: `a number ${keyword === "minimum" ? "from" : "up to"} ${String(wanted)} is wanted`,
        remedy: "Choose a number in that range.",
      };
    case "items":
    case "minItems":
      if (keyword === "items" || wanted === 2) {
        return {
          below: [],
          code: "bad-all-of",
          rule: "this is not a token and an API key, in this order",
          remedy: 'Write [{ "kind": "jwt", "audiences": [...] }, { "kind": "apiKey" }].',
        };
      }
      return {
        below: [],
        code: `empty-${error.instancePath.split("/").at(-1)}`,
        rule: "an empty list would check nothing, or let nobody in",
        remedy: "Name at least one.",
      };
    case "uniqueItems":
      return { below: [], code: "duplicate", rule: "an entry of this list stands twice", remedy: "Remove one." };
    case "pattern":
      return {
        below: propertyName === undefined ? [] : [escaped(propertyName)],
        code: "bad-value",
        rule: `this is not ${String((parentSchema as { readonly $comment?: unknown }).$comment)}`,
        remedy: "Correct it.",
      };
    // What leads to it is reported for itself.
    default:
      return undefined;
  }
}
