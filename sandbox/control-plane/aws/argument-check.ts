import { type Properties, text } from "../property-value.ts";

/** Told what is wrong with which argument. */
export type Fail = (property: string, reason: string) => void;

/** `validation.StringLenBetween` of the providers for Terraform. */
export function checkLength(inputs: Properties, property: string, least: number, most: number, fail: Fail): void {
  const value = text(inputs, property);
  if (value === undefined || (value.length >= least && value.length <= most)) return;
  // Not the value itself: it may be a secret.
  fail(property, `expected length of ${property} to be in the range (${least} - ${most}), got ${value.length}`);
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
export function checkRange(inputs: Properties, property: string, least: number, most: number, fail: Fail): void {
  const value = inputs[property];
  if (typeof value !== "number" || (Number.isInteger(value) && value >= least && value <= most)) return;
  fail(property, `expected ${property} to be in the range (${least} - ${most}), got ${value}`);
}

/** `verify.ValidARN`. */
export function checkArn(inputs: Properties, property: string, fail: Fail): void {
  checkMatch(inputs, property, /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws|\*)?:.+$/, "an ARN", fail);
}
