import type { ApimBackend } from "../../../data-plane/azure/api-management/artefacts.ts";
import { isEmpty, isObject, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment } from "../arm.ts";
import { apiPolicies, type BackendRecord, backends } from "./record.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { ownerOf, serviceChild } from "./service-child.ts";

const OTHERWISE = "leave it out here, or run this stack against the cloud";
const UNSERVED: Readonly<Record<string, string>> = {
  circuitBreaker: "the sandbox does not model circuitBreaker, which counts failures on each machine of the service",
  pool: "the sandbox does not model pools of backends",
  properties: "the sandbox has no Service Fabric",
  proxy: "the sandbox has no proxies of backends",
};

/** `azure-native:apimanagement:Backend`: the URL, credentials and certificate checks of a backend. */
export const backend: ResourceModel<AzureSettings> = {
  ...serviceChild({ kind: backends, path: "backends/{backendId}", put, refuseDelete: refuseNamed }),
  verify: (inputs) => [...unserved(inputs), ...malformed(inputs)],
};

/** Unverified: API Management does not delete a backend that a policy names. */
function refuseNamed(call: Call<AzureSettings>, { id, serviceId }: BackendRecord): void {
  const named = `backend-id="${lastSegment(id).toLowerCase()}"`;
  const user = apiPolicies.list(call.records, serviceId).find(([, { value }]) => value.toLowerCase().includes(named));
  if (user === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="Backend '${lastSegment(id)}' is referenced by the policy ${user[1].id}" (400)`,
  );
}

function unserved(inputs: Properties): readonly CheckFailure[] {
  const failures = Object.entries(UNSERVED)
    .filter(([name]) => inputs[name] !== undefined)
    .map(([property, reason]) => ({ property, reason: `${reason}; ${OTHERWISE}` }));
  const { credentials, type } = inputs;
  for (const name of ["certificate", "certificateIds"]) {
    if (!isObject(credentials) || isEmpty(credentials[name])) continue;
    const reason = `the sandbox presents no certificates to backends; ${OTHERWISE}`;
    failures.push({ property: `credentials.${name}`, reason });
  }
  if (type !== undefined && type !== "Single") {
    failures.push({ property: "type", reason: `the sandbox does not model pools of backends; ${OTHERWISE}` });
  }
  return failures;
}

function malformed(inputs: Properties): readonly CheckFailure[] {
  const id = text(inputs, "backendId");
  const failures: CheckFailure[] = [];
  // https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update
  if (id !== undefined && !/^[^*#&+:<>?]{1,80}$/.test(id)) {
    failures.push({ property: "backendId", reason: "must be 1 to 80 characters without * # & + : < > ?" });
  }
  const protocol = text(inputs, "protocol");
  if (protocol !== undefined && protocol !== "http") {
    failures.push({ property: "protocol", reason: `the sandbox does not model SOAP backends; use "http"` });
  }
  return failures;
}

function put(call: Call<AzureSettings>, id: string, inputs: Properties): Properties {
  const owner = ownerOf(call, inputs);
  const url = text(inputs, "url");
  if (url === undefined || !/^https?:\/\/[^\s\\?#@]+$/i.test(url) || !URL.canParse(url)) {
    throw new VendorError(`Code="ValidationError" Message="url must be an absolute http(s) URL" (400)`);
  }
  const { resourceGroupName: _group, serviceName: _service, backendId: _id, ...others } = inputs;
  const outputs = withoutUndefined({
    ...others,
    azureApiVersion: apimApiVersion,
    name: lastSegment(id),
    type: "Microsoft.ApiManagement/service/backends",
  });
  const { credentials, tls } = inputs as Pick<ApimBackend, "credentials" | "tls"> & Properties;
  const parts = { ...(credentials === undefined ? {} : { credentials }), ...(tls === undefined ? {} : { tls }) };
  backends.put(call.records, { id, serviceId: owner, backend: { url, ...parts }, outputs }, armKey(id));
  refuseUnserved(call, owner, "backend");
  return outputs;
}
