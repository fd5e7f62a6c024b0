import { UrlTemplate, UrlTemplateError } from "../../../data-plane/azure/api-management/url-template.ts";
import { type Properties, text } from "../../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, armKey, serviceId } from "../arm.ts";
import { apis, operations } from "./record.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { servicePart } from "./service-part.ts";

const METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"];

/** What the sandbox does not model: an import replaces the operations that were declared. */
export const NOT_BOTH = "the sandbox serves the operations or the document (value) of an API, not both";

/** `azure-native:apimanagement:ApiOperation`: an operation of an API without a document. */
export const apiOperation: ResourceModel<AzureSettings> = servicePart({
  kind: operations,
  path: "apis/{apiId}/operations/{operationId}",
  verify,
  check,
});

function verify(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const method = text(inputs, "method");
  if (method !== undefined && !METHODS.includes(method)) {
    failures.push({ property: "method", reason: `the sandbox serves ${METHODS.join(", ")} only` });
  }
  if (inputs.policies !== undefined) {
    failures.push({ property: "policies", reason: "put the policies into azure.apimanagement.ApiPolicy" });
  }
  const problem = templateProblem(text(inputs, "urlTemplate"));
  if (problem !== undefined) failures.push({ property: "urlTemplate", reason: problem });
  return failures;
}

function templateProblem(template: string | undefined): string | undefined {
  if (template === undefined) return undefined;
  if (template.includes("?")) return "the sandbox does not model a query in the template of an operation";
  try {
    new UrlTemplate(template, []);
    return undefined;
  } catch (error) {
    if (error instanceof UrlTemplateError) return error.message;
    throw error;
  }
}

function check(call: Call<AzureSettings>, inputs: Properties, owner: string): void {
  const apiId = `${serviceId(call.settings, inputs)}/apis/${text(inputs, "apiId") ?? ""}`;
  const api = apis.get(call.records, armKey(apiId));
  if (api === undefined) throw new VendorError(`Code="ResourceNotFound" Message="Api not found: '${apiId}'." (404)`);
  if (api.isImported === true) throw new VendorError(NOT_BOTH);
  refuseUnserved(call, owner, "operation");
}
