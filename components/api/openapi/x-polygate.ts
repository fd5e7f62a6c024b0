import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { Reader } from "../reader.ts";
import { unescapeStep } from "./place.ts";
import { schemaFault } from "./schema-fault.ts";
import type { OpenApiSource } from "./source.ts";
import schema from "./x-polygate.schema.json" with { type: "json" };

/** The objects of a document that can have an `x-polygate`. */
type ExtensionLevel = "root" | "path" | "operation" | "securityScheme";
/** A definition of the schema. */
type Definition = ExtensionLevel | "answers";

/** Reports a problem that may cause others. */
type Fault = (reader: Reader, code: string, rule: string, remedy: string) => void;

const require = createRequire(import.meta.url);
const compiled = new Map<Definition, ValidateFunction>();

/** The validator of a level. It is compiled when the first document needs it, because most programs never do. */
function validator(level: Definition): ValidateFunction {
  let validate = compiled.get(level);
  if (validate === undefined) {
    const { Ajv2020 } = require("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
    const ajv = new Ajv2020({ allErrors: true, verbose: true, discriminator: true, validateSchema: false });
    validate = ajv.compile({ ...schema, anyOf: undefined, $ref: `#/$defs/${level}` });
    compiled.set(level, validate);
  }
  return validate;
}

/** The `x-polygate` of an object. Reports everything in it that `x-polygate.schema.json` does not allow. */
export function extensionOf(owner: Reader, level: ExtensionLevel, source: OpenApiSource): Reader {
  const extension = owner.at("x-polygate");
  if (!extension.present) return extension;
  const validate = validator(level);
  const fault: Fault = (reader, code, rule, remedy) => source.fault(reader, code, rule, remedy);
  if (!validate(extension.value)) report(validate.errors ?? [], extension, fault);
  return extension;
}

/**
 * Answers that the schema allows; others are as if they were absent.
 *
 * @param isReported whether to report what the schema does not allow: that of a document is reported with its `x-polygate`
 */
export function allowedAnswers(answers: Reader, isReported: boolean): Reader {
  if (!answers.present) return answers;
  const validate = validator("answers");
  if (validate(answers.value)) return answers;
  const fault: Fault = (reader, code, rule, remedy) => reader.problem(code, rule, remedy);
  if (isReported) report(validate.errors ?? [], answers, fault);
  return answers.with(undefined);
}

function report(errors: readonly ErrorObject[], extension: Reader, reportFault: Fault): void {
  const seen = new Set<string>();
  for (const error of errors) {
    const fault = schemaFault(error);
    if (fault === undefined) continue;
    let reader = extension;
    for (const step of [...error.instancePath.split("/").slice(1).map(unescapeStep), ...fault.below]) {
      reader = reader.at(Array.isArray(reader.value) ? Number(step) : step);
    }
    // Further errors at the same place follow from the first.
    if (seen.has(reader.place)) continue;
    seen.add(reader.place);
    reportFault(reader, fault.code, fault.rule, fault.remedy);
  }
  if (seen.size > 0) return;
  const rule = "The schema of x-polygate does not allow this value.";
  reportFault(extension, "bad-value", rule, "See x-polygate.schema.json.");
}
