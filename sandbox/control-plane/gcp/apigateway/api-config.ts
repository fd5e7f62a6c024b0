import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { parseApiDocument } from "../../api-document.ts";
import { digest } from "../../identifier.ts";
import {
  isEmpty,
  isObject,
  isUnknown,
  type Properties,
  type PropertyValue,
  text,
  withoutUndefined,
} from "../../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { isAbandoned } from "../deletion-policy.ts";
import { defaultComputeAccount, type GcpSettings, importedInputs, labelOutputs, projectOf } from "../project.ts";
import { resourceIdFailures } from "./api.ts";
import { type ApiRecord, apiConfigs, apis, gateways } from "./gateway-record.ts";

/**
 * `gcp:apigateway/apiConfig:ApiConfig`. A change replaces it (terraform-provider-google-beta, resource_api_gateway_api_config.go).
 */
export const apiConfig: ResourceModel<GcpSettings> = {
  replaces: [
    "api",
    "apiConfigId",
    "apiConfigIdPrefix",
    "gatewayConfig",
    "grpcServices",
    "managedServiceConfigs",
    "openapiDocuments",
    "project",
  ],
  recomputed: { labels: ["effectiveLabels", "pulumiLabels"] },

  verify(inputs) {
    const failures: CheckFailure[] = [...resourceIdFailures(inputs, "apiConfigId")];
    if (inputs.apiConfigId !== undefined && inputs.apiConfigIdPrefix !== undefined) {
      failures.push({ property: "apiConfigIdPrefix", reason: "conflicts with apiConfigId; set only one of them" });
    }
    if ((inputs.openapiDocuments === undefined) === (inputs.grpcServices === undefined)) {
      failures.push({
        property: "openapiDocuments",
        reason: "exactly one of openapiDocuments and grpcServices is required",
      });
    }
    failures.push(...unserved(inputs));
    documents(inputs).forEach((document, index) => {
      const contents = document.contents;
      if (typeof contents === "string" && !isUnknown(contents) && !isBase64(contents)) {
        failures.push({
          property: `openapiDocuments[${index}].document.contents`,
          reason: "expected the content to be a base64-encoded string",
        });
      }
    });
    return failures;
  },

  create(call, inputs) {
    const project = projectOf(call.settings, inputs);
    const apiId = text(inputs, "api") ?? "";
    const parent = `projects/${project}/locations/global/apis/${apiId}`;
    const owner = apis.get(call.records, parent);
    if (owner === undefined) {
      const hint = apiId.includes("/") ? "; api must be the apiId, not the full id" : "";
      throw new VendorError(
        `Error creating ApiConfig: googleapi: Error 404: Resource '${parent}' was not found${hint}`,
      );
    }
    const prefix = text(inputs, "apiConfigIdPrefix");
    const apiConfigId = text(inputs, "apiConfigId") ?? uniqueId(call, prefix ?? "pulumi-", parent);
    const id = `${parent}/configs/${apiConfigId}`;
    if (apiConfigs.get(call.records, id) !== undefined) {
      throw new VendorError(`Error creating ApiConfig: googleapi: Error 409: Resource '${id}' already exists`);
    }
    const document = documentOf(call, owner, inputs);
    const outputs = outputsOf(id, project, document, inputs);
    apiConfigs.put(
      call.records,
      { id, project, apiId, document, serviceAccount: serviceAccountOf(inputs), outputs },
      id,
    );
    return { id, outputs };
  },

  read(call, id, state) {
    const found = apiConfigs.get(call.records, fullId(id, call.settings));
    if (found === undefined) return undefined;
    // A read returns the document, but not gatewayConfig, and not the prefix, which the API does not store.
    const { gatewayConfig: _gatewayConfig, apiConfigIdPrefix: _prefix, ...read } = found.outputs as Properties;
    const fromState = { gatewayConfig: state.gatewayConfig, apiConfigIdPrefix: state.apiConfigIdPrefix };
    return { id: found.id, outputs: withoutUndefined({ ...read, ...fromState }), inputs: importedInputs(read) };
  },

  update(call, id, { inputs }) {
    const found = apiConfigs.get(call.records, id);
    if (found === undefined) throw new VendorError(`Error updating ApiConfig "${id}": googleapi: Error 404: not found`);
    const outputs = outputsOf(id, found.project, found.document, inputs);
    apiConfigs.put(call.records, { ...found, outputs }, id);
    return outputs;
  },

  delete(call, id, state) {
    if (isAbandoned("ApiConfig", id, state)) return;
    const user = gateways.list(call.records).find(([, gateway]) => gateway.apiConfig === id);
    if (user !== undefined) {
      throw new VendorError(
        `Error when reading or editing ApiConfig: googleapi: Error 400: Cannot delete API Config '${id}': it is in use ` +
          `by the gateway ${user[1].id}`,
      );
    }
    apiConfigs.delete(call.records, id);
  },
};

/** Reports services and documents that the sandbox does not serve. */
function unserved(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const property of ["grpcServices", "managedServiceConfigs"]) {
    if (isEmpty(inputs[property])) continue;
    const reason = "the sandbox does not serve gRPC services and service configurations; leave it out here";
    failures.push({ property, reason });
  }
  if (Array.isArray(inputs.openapiDocuments) && inputs.openapiDocuments.length > 1) {
    const reason = "the sandbox serves one document per config; merge the documents";
    failures.push({ property: "openapiDocuments", reason });
  }
  return failures;
}

function documents(inputs: Properties): readonly Properties[] {
  const entries = Array.isArray(inputs.openapiDocuments) ? inputs.openapiDocuments : [];
  return entries.map((entry) => (isObject(entry) && isObject(entry.document) ? entry.document : {}));
}

function isBase64(contents: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(contents);
}

/** A prefix and 26 digits, like the provider's ids: the time and a counter. */
function uniqueId(call: Call<GcpSettings>, prefix: string, parent: string): string {
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[^0-9]/g, "")
    .slice(0, 18)
    .padEnd(18, "0");
  for (let count = 1; ; count++) {
    const id = `${prefix}${stamp}${count.toString(16).padStart(8, "0")}`;
    if (apiConfigs.get(call.records, `${parent}/configs/${id}`) === undefined) return id;
  }
}

function documentOf(call: Call<GcpSettings>, owner: ApiRecord, inputs: Properties): string {
  const entries = documents(inputs);
  const [first] = entries;
  const contents = first?.contents;
  if (entries.length !== 1 || typeof contents !== "string") {
    throw new VendorError(
      "Error creating ApiConfig: googleapi: Error 400: exactly one OpenAPI document with contents is required",
    );
  }
  const document = Buffer.from(contents, "base64").toString("utf8");
  try {
    parseApiDocument(document);
    call.ports.validate({ kind: "gcp-api-gateway", document, managedService: owner.managedService });
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact) && !(error instanceof VendorError)) throw error;
    throw new VendorError(
      "Error waiting to create ApiConfig: Error waiting for Creating ApiConfig: Error code 3, message: " +
        `Cannot convert to service config. ${error.message}`,
    );
  }
  return document;
}

function outputsOf(id: string, project: string, document: string, inputs: Properties): Properties {
  const apiConfigId = id.slice(id.lastIndexOf("/") + 1);
  const outputs: Record<string, PropertyValue | undefined> = {
    api: text(inputs, "api"),
    apiConfigId,
    apiConfigIdPrefix: text(inputs, "apiConfigIdPrefix") ?? "",
    deletionPolicy: text(inputs, "deletionPolicy") ?? "DELETE",
    displayName: text(inputs, "displayName") ?? apiConfigId,
    gatewayConfig: inputs.gatewayConfig,
    managedServiceConfigs: inputs.managedServiceConfigs,
    name: id,
    openapiDocuments: inputs.openapiDocuments,
    project,
    serviceConfigId: `${apiConfigId}-${digest(document, 8)}`,
    ...labelOutputs(inputs),
  };
  return withoutUndefined(outputs);
}

/** The account's email address: the argument may also be its full name. */
function serviceAccountOf({ gatewayConfig }: Properties): string {
  const backend = isObject(gatewayConfig) && isObject(gatewayConfig.backendConfig) ? gatewayConfig.backendConfig : {};
  const account = text(backend, "googleServiceAccount") ?? defaultComputeAccount;
  return account.slice(account.lastIndexOf("/") + 1);
}

/** The full id for each of the forms that an import accepts. */
function fullId(id: string, settings: GcpSettings): string {
  const parts = id.split("/");
  if (parts.length === 2) return `projects/${settings.project}/locations/global/apis/${parts[0]}/configs/${parts[1]}`;
  if (parts.length === 3) return `projects/${parts[0]}/locations/global/apis/${parts[1]}/configs/${parts[2]}`;
  return id;
}
