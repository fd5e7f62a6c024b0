import { hex, withAutomaticName } from "../../automatic-name.ts";
import type { Properties } from "../../property-value.ts";
import type { CheckCall } from "../../resource-model.ts";
import { checkLength, checkMatch, type Fail } from "../argument-check.ts";
import { checkPolicy, withPolicyText } from "../policy-document.ts";
import type { AwsSettings } from "../region.ts";

/** The arguments of a policy of IAM's that has a name, whoever's it is. */
export function completeNamedPolicy(inputs: Properties, call: CheckCall<AwsSettings>): Properties {
  const written = withPolicyText(inputs, "policy");
  if (written.namePrefix !== undefined) return written;
  return withAutomaticName(written, "name", call, (seed) => `-${hex(seed, 7)}`);
}

/** The policy and its name, as the provider checks them. */
export function checkNamedPolicy(inputs: Properties, fail: Fail): void {
  checkPolicy(inputs, "policy", fail);
  checkLength(inputs, "name", 1, 128, fail);
  checkLength(inputs, "namePrefix", 1, 102, fail);
  for (const name of ["name", "namePrefix"]) {
    checkMatch(inputs, name, /^[\w+=,.@-]*$/, "must match [\\w+=,.@-]", fail);
  }
}
