import { allowOnly, at, boolean, object, type Plain, type PlainObject, text } from "../../../document.ts";
import { headerValues } from "../../../header-values.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { queryPairs } from "../../shared/query.ts";
import type { Exchange } from "../exchange.ts";

/** A parameter that an operation declares. */
export interface Parameter {
  readonly in: "header" | "querystring" | "path";
  readonly name: string;
  readonly required: boolean;
}

/** The checks of a validator. */
export interface Validator {
  readonly parameters: boolean;
  readonly body: boolean;
}

/** Reads `x-amazon-apigateway-request-validators`: the checks, by the name of the validator. */
export function readValidators(value: Plain | undefined, place: string): ReadonlyMap<string, Validator> {
  return new Map(
    Object.entries(value === undefined ? {} : object(value, place)).map(([name, validator]) => {
      const where = at(place, name);
      const checks: PlainObject = object(validator, where);
      allowOnly(checks, where, ["validateRequestBody", "validateRequestParameters"]);
      const flag = (member: "validateRequestBody" | "validateRequestParameters") =>
        boolean(checks[member] ?? false, at(where, member));
      return [name, { parameters: flag("validateRequestParameters"), body: flag("validateRequestBody") }];
    }),
  );
}

/**
 * Reads the name of a validator.
 * @returns its checks; undefined when no validator is named
 * @throws UnsupportedArtefact when no validator has the name
 */
export function readValidatorName(
  value: Plain | undefined,
  place: string,
  validators: ReadonlyMap<string, Validator>,
): Validator | undefined {
  if (value === undefined) return undefined;
  const checks = validators.get(text(value, place));
  if (checks === undefined) throw new UnsupportedArtefact(place, "is not the name of a request validator");
  return checks;
}

/**
 * The names of the required parameters that are missing or empty in a request, those of headers first (as in the AWS-validated tests of
 * localstack/localstack). Unverified: the order of the others.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function missingParameters(
  { request, variables }: Exchange,
  parameters: readonly Parameter[],
): readonly string[] {
  const query = queryPairs(request.query);
  return parameters
    .filter(({ in: where, name, required }) => {
      if (!required) return false;
      if (where === "path") return (variables.get(name) ?? "") === "";
      if (where === "header") return !headerValues(request.headers, name.toLowerCase()).some((value) => value !== "");
      return !query.some(
        (pair) => pair.name === name && pair.raw.length > pair.raw.indexOf("=") + 1 && pair.raw.includes("="),
      );
    })
    .toSorted((one, other) => Number(other.in === "header") - Number(one.in === "header"))
    .map(({ name }) => name);
}
