import { hex, withAutomaticName } from "../automatic-name.ts";
import type { Properties } from "../property-value.ts";
import type { CheckCall } from "../resource-model.ts";
import type { AwsSettings } from "./region.ts";

/** Fills in `name` unless the program sets `name` or `namePrefix`: the resource's name, a hyphen and seven hexadecimal digits. */
export function completeName(inputs: Properties, call: CheckCall<AwsSettings>): Properties {
  if (inputs.namePrefix !== undefined) return inputs;
  return withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`);
}
