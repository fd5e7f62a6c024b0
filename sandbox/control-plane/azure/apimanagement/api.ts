import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { member, parseApiDocument } from "../../api-document.ts";
import { flag, isObject, type Properties, text, texts, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment, serviceId } from "../arm.ts";
import { serviceArtefacts } from "../gateways.ts";
import { verifyFormat } from "./document-format.ts";
import { NOT_BOTH } from "./operation.ts";
import { type ApiRecord, apiPolicies, apis, operations, services, versionSets } from "./record.ts";
import { serviceChild } from "./service-child.ts";
import { unservedInApi } from "./unserved.ts";

const stored = serviceChild({ kind: apis, path: "apis/{apiId}", put });

/** `azure-native:apimanagement:Api`. Each write replaces the whole API: properties that are not sent are reset. */
export const api: ResourceModel<AzureSettings> = {
  ...stored,
  verify: (inputs) => [...verifyFormat(inputs), ...unservedInApi(inputs)],
  delete(call, id, state) {
    stored.delete(call, id, state);
    for (const kind of [apiPolicies, operations]) call.records.deleteAll(`${kind.key(armKey(id))}/`);
  },
};

/** The document of an API without an import. Its operations are resources of their own. */
function emptyDocument(title: string): string {
  return JSON.stringify({ openapi: "3.0.1", info: { title, version: "1" }, paths: {} });
}

function put(call: Call<AzureSettings>, id: string, inputs: Properties, before: ApiRecord | undefined): Properties {
  const owner = serviceId(call.settings, inputs);
  const service = services.get(call.records, armKey(owner));
  if (service === undefined) {
    throw new VendorError(
      `Code="ResourceNotFound" Message="The Resource 'Microsoft.ApiManagement/service/${lastSegment(owner)}' under ` +
        `resource group '${text(inputs, "resourceGroupName")}' was not found." (404)`,
    );
  }
  const path = (text(inputs, "path") ?? "").replaceAll(/^\/+|\/+$/g, "");
  const version = text(inputs, "apiVersion");
  refuseTakenPath(call, id, armKey(owner), path, version);
  refuseMissingVersionSet(call, inputs);
  const value = text(inputs, "value");
  if (value !== undefined && operations.list(call.records, armKey(id)).length > 0) throw new VendorError(NOT_BOTH);
  const document = value === undefined ? undefined : imported(() => parseApiDocument(value));
  const names = isObject(inputs.subscriptionKeyParameterNames) ? inputs.subscriptionKeyParameterNames : {};
  // The import sets the backend's URL from the document, unless the write sets it. The old URL is never kept.
  const serviceUrl = text(inputs, "serviceUrl") ?? (document && firstHttpsServer(document));
  const record = {
    id,
    serviceId: armKey(owner),
    apiId: lastSegment(id),
    path,
    protocols: texts(inputs.protocols) ?? ["https"],
    // Unverified: the default. The sandbox requires a subscription, which is the safe choice.
    subscriptionRequired: flag(inputs, "subscriptionRequired") ?? true,
    subscriptionKeyNames: {
      header: text(names, "header") ?? "Ocp-Apim-Subscription-Key",
      query: text(names, "query") ?? "subscription-key",
    },
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    ...(version === undefined || version === "" ? {} : { version }),
    isImported: value !== undefined || before?.isImported === true,
    document: value ?? before?.document ?? emptyDocument(lastSegment(id)),
  };
  const title = document && member(member(document, "info"), "title");
  const displayName = text(inputs, "displayName") ?? (typeof title === "string" ? title : record.apiId);
  const outputs = outputsOf(record, displayName, inputs);
  apis.put(call.records, { ...record, outputs }, armKey(id));
  imported(() => call.ports.validate(serviceArtefacts(call.records, armKey(owner), service)));
  return outputs;
}

function refuseMissingVersionSet(call: Call<AzureSettings>, inputs: Properties): void {
  const id = text(inputs, "apiVersionSetId") ?? "";
  if (id === "" || versionSets.get(call.records, armKey(id)) !== undefined) return;
  throw new VendorError(`Code="ValidationError" Message="The API version set '${id}' was not found." (400)`);
}

function refuseTakenPath(
  call: Call<AzureSettings>,
  id: string,
  owner: string,
  path: string,
  version: string | undefined,
): void {
  const other = apis
    .list(call.records, owner)
    .find(
      ([, candidate]) =>
        candidate.path.toLowerCase() === path.toLowerCase() &&
        (candidate.version ?? "") === (version ?? "") &&
        armKey(candidate.id) !== armKey(id),
    );
  if (other === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="Cannot create API '${lastSegment(id)}' with the same Path '${path}' as the API ` +
      `'${other[1].apiId}'" (400)`,
  );
}

function imported<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact) && !(error instanceof VendorError)) throw error;
    // Not in the words of the service, which may take what the sandbox does not model.
    throw new VendorError(`the sandbox cannot import this document: ${error.message}`);
  }
}

function firstHttpsServer(document: object): string | undefined {
  const servers = member(document, "servers");
  if (!Array.isArray(servers)) return undefined;
  return servers
    .map((server) => member(server, "url"))
    .find((url): url is string => typeof url === "string" && url.startsWith("https://"));
}

function outputsOf(record: Omit<ApiRecord, "outputs">, displayName: string, inputs: Properties): Properties {
  const unchanged = Object.fromEntries(
    ["apiRevisionDescription", "apiType", "apiVersion", "apiVersionDescription", "apiVersionSetId", "description"].map(
      (name) => [name, inputs[name]],
    ),
  );
  return withoutUndefined({
    ...unchanged,
    apiRevision: text(inputs, "apiRevision") ?? "1",
    authenticationSettings: inputs.authenticationSettings ?? {},
    azureApiVersion: apimApiVersion,
    contact: inputs.contact,
    displayName,
    isCurrent: true,
    isOnline: true,
    license: inputs.license,
    name: record.apiId,
    path: record.path,
    protocols: [...record.protocols],
    provisioningState: "Succeeded",
    serviceUrl: record.serviceUrl,
    subscriptionKeyParameterNames: { ...record.subscriptionKeyNames },
    subscriptionRequired: record.subscriptionRequired,
    termsOfServiceUrl: inputs.termsOfServiceUrl,
    type: "Microsoft.ApiManagement/service/apis",
  });
}
