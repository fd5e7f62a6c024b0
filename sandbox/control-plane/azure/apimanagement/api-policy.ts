import { policyProblem } from "../../../data-plane/azure/api-management/policy-check.ts";
import { type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, serviceId } from "../arm.ts";
import { apiPolicies, apis, namedValues, services } from "./record.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { serviceChild } from "./service-child.ts";

/** `azure-native:apimanagement:ApiPolicy`: the policy of an API. Each API has one, with the id `policy`. */
export const apiPolicy: ResourceModel<AzureSettings> = {
  ...serviceChild({ kind: apiPolicies, path: "apis/{apiId}/policies/{policyId}", put }),
  complete: (inputs) => (inputs.policyId === undefined ? { ...inputs, policyId: "policy" } : inputs),
  verify: (inputs) => [
    ...(text(inputs, "policyId") === "policy"
      ? []
      : [{ property: "policyId", reason: 'must be "policy", the id of the only policy of an API' }]),
    ...verifyPolicy(text(inputs, "format") ?? "xml", text(inputs, "value")),
  ],
};

/** Reports at preview what no deployment could change. */
function verifyPolicy(format: string, value: string | undefined): readonly CheckFailure[] {
  if (format !== "xml" && format !== "rawxml") {
    const reason = `${format}: the sandbox calls only this machine and does not fetch a policy; pass it as xml or rawxml`;
    return [{ property: "format", reason }];
  }
  const problem = value === undefined ? undefined : policyProblem(value);
  return problem === undefined
    ? []
    : [{ property: "value", reason: `the sandbox cannot serve this policy: ${problem}` }];
}

function apiIdOf(call: Call<AzureSettings>, inputs: Properties): string {
  return `${serviceId(call.settings, inputs)}/apis/${text(inputs, "apiId") ?? ""}`;
}

function put(call: Call<AzureSettings>, id: string, inputs: Properties): Properties {
  const apiId = apiIdOf(call, inputs);
  const api = apis.get(call.records, armKey(apiId));
  const service = api && services.get(call.records, api.serviceId);
  if (api === undefined || service === undefined) {
    throw new VendorError(`Code="ResourceNotFound" Message="Api not found: '${apiId}'." (404)`);
  }
  const format = text(inputs, "format") ?? "xml";
  const value = text(inputs, "value") ?? "";
  refuseMissingNamedValues(call.records, api.serviceId, value);
  const outputs = {
    azureApiVersion: apimApiVersion,
    format,
    name: "policy",
    type: "Microsoft.ApiManagement/service/apis/policies",
    value,
  };
  apiPolicies.put(call.records, { id, apiId: armKey(apiId), value, outputs }, armKey(id));
  refuseUnserved(call, api.serviceId, "policy");
  return outputs;
}

/** The display names in the references of a policy: `{{name}}`. */
export function referencedNames(policy: string): readonly string[] {
  return [...policy.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name = ""]) => name.trim());
}

function refuseMissingNamedValues(records: Records, owner: string, policy: string): void {
  const names = new Set(namedValues.list(records, owner).map(([, { displayName }]) => displayName));
  const missing = referencedNames(policy).find((name) => !names.has(name));
  if (missing === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="One or more fields contain incorrect values: Cannot find a property '${missing}'" (400): ` +
      "the policy refers to a named value that does not exist; create it first (dependsOn)",
  );
}
