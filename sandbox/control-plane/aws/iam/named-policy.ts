import type { Properties } from "../../property-value.ts";
import type { CheckCall } from "../../resource-model.ts";
import type { Fail } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { checkPolicy, withPolicyText } from "../policy-document.ts";
import type { AwsSettings } from "../region.ts";
import { checkName } from "./name.ts";

/** Fills in the text and the name of a policy, whether it is inline or managed. */
export function completeNamedPolicy(inputs: Properties, call: CheckCall<AwsSettings>): Properties {
  return completeName(withPolicyText(inputs, "policy"), call);
}

/** Checks a policy and its name, as the provider does. */
export function checkNamedPolicy(inputs: Properties, fail: Fail): void {
  checkPolicy(inputs, "policy", fail);
  checkName(inputs, 128, 102, fail);
}
