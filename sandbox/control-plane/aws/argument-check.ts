import { isEmpty, type Properties, text } from "../property-value.ts";
import type { CheckFailure } from "../resource-model.ts";

/** Reports what is wrong with an argument. */
export type Fail = (property: string, reason: string) => void;

/** The `verify` of a model: runs `check` and returns the failures that it reports. */
export function verifying(
  check: (inputs: Properties, fail: Fail) => void,
): (inputs: Properties) => readonly CheckFailure[] {
  return (inputs) => {
    const failures: CheckFailure[] = [];
    check(inputs, (property, reason) => failures.push({ property, reason }));
    return failures;
  };
}

/**
 * Reports the arguments that change what a resource does in a way that the sandbox does not model.
 * @param instead what to do instead
 */
export function refuseArguments(inputs: Properties, names: readonly string[], instead: string, fail: Fail): void {
  for (const name of names) {
    if (!isEmpty(inputs[name])) fail(name, `the sandbox does not model ${name}; ${instead}`);
  }
}

/** Reports the failures of a nested object under its path. */
export function within(path: string, fail: Fail): Fail {
  return (property, reason) => fail(`${path}.${property}`, reason);
}

/** `validation.StringLenBetween` of the Terraform plugin SDK. */
export function checkLength(inputs: Properties, property: string, min: number, max: number, fail: Fail): void {
  const value = text(inputs, property);
  if (value === undefined || (value.length >= min && value.length <= max)) return;
  // The text omits the value, which may be a secret.
  fail(property, `expected length of ${property} to be in the range (${min} - ${max}), got ${value.length}`);
}

/** `validation.StringInSlice`. */
export function checkOneOf(inputs: Properties, property: string, options: readonly string[], fail: Fail): void {
  const value = text(inputs, property);
  if (value === undefined || options.includes(value)) return;
  fail(property, `expected ${property} to be one of ${options.join(", ")}, got ${JSON.stringify(value)}`);
}

/** `validation.StringMatch`. */
export function checkMatch(inputs: Properties, property: string, form: RegExp, rule: string, fail: Fail): void {
  const value = text(inputs, property);
  if (value === undefined || form.test(value)) return;
  fail(property, `invalid value for ${property} (${rule}), got ${JSON.stringify(value)}`);
}

/** `validation.IntBetween`. */
export function checkRange(inputs: Properties, property: string, min: number, max: number, fail: Fail): void {
  const value = inputs[property];
  if (typeof value !== "number" || (Number.isInteger(value) && value >= min && value <= max)) return;
  fail(property, `expected ${property} to be in the range (${min} - ${max}), got ${value}`);
}

/** `verify.ValidARN`. */
export function checkArn(inputs: Properties, property: string, fail: Fail): void {
  checkMatch(inputs, property, /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws|\*)?:.+$/, "an ARN", fail);
}
