import type { Properties } from "./property-value.ts";
import { text } from "./property-value.ts";
import type { CheckCall } from "./resource-model.ts";

/**
 * Sets a name that the program left out: the resource's present name, or a new one.
 *
 * @param suffix creates what the provider appends to the resource's own name, from the engine's seed
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

/** The first hexadecimal digits of the engine's seed. */
export function hex(seed: Uint8Array, digits: number): string {
  return Buffer.from(seed).toString("hex").padEnd(digits, "0").slice(0, digits);
}
