import type { Properties } from "./property-value.ts";
import { text } from "./property-value.ts";
import type { CheckCall } from "./resource-model.ts";

/**
 * Fills a name that the program left out: the one it already has, or a new one.
 * @param suffix what the provider adds to the resource's own name, from the engine's seed
 */
export function withAutomaticName<Settings>(
  inputs: Properties,
  property: string,
  call: CheckCall<Settings>,
  suffix: (seed: Uint8Array) => string,
): Properties {
  if (inputs[property] !== undefined) return inputs;
  const name = (call.olds && text(call.olds, property)) ?? call.autoName(suffix);
  return name === undefined ? inputs : { ...inputs, [property]: name };
}

/** So many hexadecimal digits of the engine's seed. */
export function hex(seed: Uint8Array, digits: number): string {
  return Buffer.from(seed).toString("hex").padEnd(digits, "0").slice(0, digits);
}
