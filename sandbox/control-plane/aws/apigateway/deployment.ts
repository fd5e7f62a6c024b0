import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { parseApiDocument } from "../../api-document.ts";
import { identifier } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { splitImportId } from "../import-id.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { timestamp } from "../timestamp.ts";
import { documentOfParts, unintegrated } from "./parts/document.ts";
import {
  executionArn,
  noSuchApi,
  type RestApiRecord,
  type RestDeploymentRecord,
  restApis,
  restDeployments,
  restStages,
} from "./record.ts";
import { methodsOf, undeployed } from "./rest-api/definition.ts";

/**
 * `aws:apigateway/deployment:Deployment`: a snapshot of the API (terraform-provider-aws, internal/service/apigateway/deployment.go).
 * `variables` belong to a stage that former versions of the provider created with the deployment; now a change of them only replaces
 * the deployment.
 */
export const restDeployment: ResourceModel<AwsSettings> = {
  replaces: ["region", "restApi", "triggers", "variables"],
  cleared: ["description"],

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "restApi") ?? "";
    const operation = "creating API Gateway Deployment";
    const api = restApis.get(call.records, region, apiId);
    if (api === undefined) throw new VendorError(noSuchApi(operation, apiId));
    const document = documentOfParts(call.records, api) ?? api.document;
    if (document === undefined || methodsOf(parseApiDocument(document)).length === 0) {
      throw new VendorError(`${operation}: BadRequestException: The REST API doesn't contain any methods`);
    }
    // hashicorp/terraform-provider-aws#14290
    if (api.endpointType === "PRIVATE" && api.policy === undefined) {
      throw new VendorError(
        `${operation}: BadRequestException: Private REST API doesn't have a resource policy attached to it`,
      );
    }
    checkParts(call, api, document, operation);
    const taken = (id: string) => restDeployments.get(call.records, region, apiId, id) !== undefined;
    const id = identifier(6, [call.urn, region, apiId], taken);
    const deployment: RestDeploymentRecord = {
      id,
      apiId,
      region,
      createdDate: timestamp(),
      document,
      apiKeySource: api.apiKeySource,
      binaryMediaTypes: api.binaryMediaTypes,
      ...optional("policy", api.policy),
      ...optional("description", text(inputs, "description")),
    };
    restDeployments.put(call.records, deployment, region, apiId, id);
    return { id, outputs: read(deployment, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [importedApi, importedId] = splitImportId(id);
    const apiId = importedApi ?? text(state, "restApi");
    if (apiId === undefined) {
      throw new VendorError(`Unexpected format of ID (${id}), use: 'REST-API-ID/DEPLOYMENT-ID'`);
    }
    const found = restDeployments.get(call.records, region, apiId, importedId ?? id);
    return found && { id: found.id, outputs: read(found, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(state, "restApi") ?? "";
    const before = restDeployments.get(call.records, region, apiId, id);
    if (before === undefined) {
      throw new VendorError(
        `updating API Gateway Deployment (${id}): NotFoundException: Invalid Deployment identifier specified`,
      );
    }
    const { description: _description, ...rest } = before;
    const after: RestDeploymentRecord = { ...rest, ...optional("description", text(inputs, "description")) };
    restDeployments.put(call.records, after, region, apiId, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const apiId = text(state, "restApi") ?? "";
    const stages = restStages.list(call.records, region, apiId);
    const active = stages.find(([, stage]) => stage.deploymentId === id);
    const canary = stages.find(([, stage]) => stage.canary?.deploymentId === id);
    if (canary !== undefined) {
      // The provider looks for this text (in the same file).
      throw new VendorError(
        `deleting API Gateway Deployment (${id}): BadRequestException: Active stages with canary settings pointing to this ` +
          `deployment must be moved or deleted (stage ${canary[1].name})`,
      );
    }
    if (active !== undefined) {
      throw new VendorError(
        `deleting API Gateway Deployment (${id}): BadRequestException: Active stages pointing to this deployment ` +
          `must be moved or deleted (stage ${active[1].name})`,
      );
    }
    restDeployments.delete(call.records, region, apiId, id);
  },
};

/**
 * Checks the document of an API with parts. An imported document was checked by the import.
 * @throws VendorError for a method without an integration, and for what the sandbox does not serve
 */
function checkParts(call: Call<AwsSettings>, api: RestApiRecord, document: string, operation: string): void {
  if (document === api.document) return;
  if (unintegrated(document))
    throw new VendorError(`${operation}: BadRequestException: No integration defined for method`);
  try {
    call.ports.validate(undeployed(document, executionArn(api), api, undefined));
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw new VendorError(`${operation}: the sandbox cannot serve the API: ${error.message}`);
  }
}

/** A refresh reads the description and the date. The provider remembers the rest. */
function read(deployment: RestDeploymentRecord, remembered: Properties): Properties {
  return withoutUndefined({
    createdDate: deployment.createdDate,
    description: deployment.description ?? "",
    region: deployment.region,
    restApi: deployment.apiId,
    triggers: remembered.triggers,
    variables: remembered.variables,
  });
}
