import { parseApiDocument } from "../../api-document.ts";
import { identifier } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { noSuchApi } from "../apigateway/record.ts";
import { splitImportId } from "../import-id.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { currentDefinition, routeKeys } from "./definition.ts";
import { type DeploymentRecord, deployments, httpApis, stages } from "./record.ts";

/** `aws:apigatewayv2/deployment:Deployment`: a snapshot of the API. */
export const deployment: ResourceModel<AwsSettings> = {
  replaces: ["apiId", "region", "triggers"],
  cleared: ["description"],

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "apiId") ?? "";
    const api = httpApis.get(call.records, region, apiId);
    if (api === undefined) {
      throw new VendorError(noSuchApi("creating API Gateway v2 Deployment", apiId));
    }
    const definition = currentDefinition(call.records, api);
    if (routeKeys(parseApiDocument(definition.document)).length === 0) {
      throw new VendorError(
        "creating API Gateway v2 Deployment: BadRequestException: At least one route is required before deploying the Api.",
      );
    }
    const taken = (id: string) => deployments.get(call.records, region, apiId, id) !== undefined;
    const id = identifier(6, [call.urn, region, apiId], taken);
    const deployment = { ...definition, id, apiId, region, ...optional("description", text(inputs, "description")) };
    deployments.put(call.records, deployment, region, apiId, id);
    return { id, outputs: read(deployment, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [importedApi, importedId] = splitImportId(id);
    const apiId = importedApi ?? text(state, "apiId");
    if (apiId === undefined) throw new VendorError(`wrong format of import ID (${id}), use: 'api-id/deployment-id'`);
    const found = deployments.get(call.records, region, apiId, importedId ?? id);
    return found && { id: found.id, outputs: read(found, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(state, "apiId") ?? "";
    const before = deployments.get(call.records, region, apiId, id);
    if (before === undefined) {
      throw new VendorError(`updating API Gateway v2 Deployment (${id}): NotFoundException: no such deployment`);
    }
    const { description: _description, ...rest } = before;
    const after: DeploymentRecord = { ...rest, ...optional("description", text(inputs, "description")) };
    deployments.put(call.records, after, region, apiId, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const apiId = text(state, "apiId") ?? "";
    const active = stages.list(call.records, region, apiId).find(([, stage]) => stage.deploymentId === id);
    if (active !== undefined) {
      throw new VendorError(
        `deleting API Gateway v2 Deployment (${id}): BadRequestException: Active stages pointing to this deployment ` +
          `must be moved or deleted before deleting this deployment (stage ${active[1].name})`,
      );
    }
    deployments.delete(call.records, region, apiId, id);
  },
};

function read(deployment: DeploymentRecord, remembered: Properties): Properties {
  return withoutUndefined({
    apiId: deployment.apiId,
    autoDeployed: false,
    description: deployment.description ?? "",
    region: deployment.region,
    triggers: remembered.triggers,
  });
}
