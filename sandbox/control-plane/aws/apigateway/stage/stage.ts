import { flag, isObject, type Properties, text, textMap, withoutUndefined } from "../../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { accessLogSettingsOf } from "../../access-log-settings.ts";
import { refuseMapped } from "../../api-domain/record.ts";
import { gatewayKey } from "../../apigatewayv2/record.ts";
import { checkArn, checkOneOf, verifying, within } from "../../argument-check.ts";
import { splitImportId } from "../../import-id.ts";
import { optional } from "../../optional.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { tagOutputs, tagsOf } from "../../tags.ts";
import { webAclOfStage } from "../../wafv2/record.ts";
import { webAclArn } from "../../wafv2/web-acl.ts";
import { disassociate, stageArn } from "../../wafv2/web-acl-association.ts";
import { checkLoggingRole } from "../account.ts";
import {
  clientCertificates,
  executionArn,
  noSuchApi,
  type RestApiRecord,
  type RestStageRecord,
  restApis,
  restDeployments,
  restStages,
} from "../record.ts";
import { apiHost } from "../rest-api/endpoint.ts";
import { detachStage } from "../usage-plan/record.ts";
import { canaryOf, canaryOutput, updatedCanary } from "./canary.ts";
import { checkVariables } from "./variables.ts";

/** The sizes of a cache, in gigabytes. */
const SIZES = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] as const;

/** `aws:apigateway/stage:Stage` (terraform-provider-aws, internal/service/apigateway/stage.go). */
export const restStage: ResourceModel<AwsSettings> = {
  replaces: ["region", "restApi", "stageName"],
  cleared: [
    "accessLogSettings",
    "cacheClusterEnabled",
    "cacheClusterSize",
    "canarySettings",
    "clientCertificateId",
    "description",
    "documentationVersion",
    "tags",
    "variables",
  ],
  recomputed: { tags: ["tagsAll"] },

  verify: verifying((inputs, fail) => {
    if (isObject(inputs.accessLogSettings)) {
      checkArn(inputs.accessLogSettings, "destinationArn", within("accessLogSettings", fail));
    }
    checkOneOf(inputs, "cacheClusterSize", SIZES, fail);
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "restApi") ?? "";
    const name = text(inputs, "stageName") ?? "";
    const operation = `creating API Gateway Stage (${name})`;
    const api = apiOf(call, region, apiId, operation);
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
      throw new VendorError(`${operation}: BadRequestException: Stage name only allows a-zA-Z0-9_-`);
    }
    if (restStages.get(call.records, region, apiId, name) !== undefined) {
      throw new VendorError(`${operation}: ConflictException: Stage already exists`);
    }
    const [other] = restStages.list(call.records, region, apiId);
    if (other !== undefined) {
      throw new VendorError(
        `${operation}: the sandbox serves one stage per API, and API ${apiId} has the stage ${other[1].name} already; ` +
          "give the second stage an API of its own",
      );
    }
    const stage = stageOf(call, api, name, inputs, operation, {});
    restStages.put(call.records, stage, region, apiId, name);
    return { id: idOf(apiId, name), outputs: read(call, stage) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [importedApi, importedName] = splitImportId(id);
    const apiId = importedApi ?? text(state, "restApi");
    const name = importedName ?? text(state, "stageName");
    if (apiId === undefined || name === undefined) {
      throw new VendorError(`Unexpected format of ID ("${id}"), expected REST-API-ID/STAGE-NAME`);
    }
    const stage = restStages.get(call.records, region, apiId, name);
    return stage && { id: idOf(apiId, name), outputs: read(call, stage) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "restApi") ?? "";
    const name = text(inputs, "stageName") ?? "";
    const operation = `updating API Gateway Stage (${id})`;
    const api = apiOf(call, region, apiId, operation);
    const before = restStages.get(call.records, region, apiId, name);
    if (before === undefined) {
      throw new VendorError(`${operation}: NotFoundException: Invalid stage identifier specified`);
    }
    const after = updatedCanary(before, stageOf(call, api, name, inputs, operation, before.methodSettings), operation);
    restStages.put(call.records, after, region, apiId, name);
    return read(call, after);
  },

  delete(call, _id, state) {
    const region = regionOf(call.settings, state);
    const apiId = text(state, "restApi") ?? "";
    const name = text(state, "stageName") ?? "";
    refuseMapped(call.records, `deleting API Gateway Stage (${name})`, region, apiId, name);
    restStages.delete(call.records, region, apiId, name);
    detachStage(call.records, region, apiId, name);
    disassociate(call.records, region, apiId, name);
  },
};

function idOf(apiId: string, name: string): string {
  return `ags-${apiId}-${name}`;
}

function apiOf(call: Call<AwsSettings>, region: string, apiId: string, operation: string): RestApiRecord {
  const api = restApis.get(call.records, region, apiId);
  if (api === undefined) throw new VendorError(noSuchApi(operation, apiId));
  return api;
}

function stageOf(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  name: string,
  inputs: Properties,
  operation: string,
  methodSettings: RestStageRecord["methodSettings"],
): RestStageRecord {
  const deploymentId = text(inputs, "deployment") ?? "";
  const exists = (id: string) => restDeployments.get(call.records, api.region, api.id, id) !== undefined;
  if (!exists(deploymentId)) {
    throw new VendorError(`${operation}: NotFoundException: Invalid Deployment identifier specified`);
  }
  const certificateId = text(inputs, "clientCertificateId");
  if (certificateId !== undefined && clientCertificates.get(call.records, api.region, certificateId) === undefined) {
    throw new VendorError(`${operation}: NotFoundException: Invalid client certificate identifier specified`);
  }
  const canary = canaryOf(inputs, exists, operation);
  const variables = textMap(inputs.variables) ?? {};
  for (const each of [variables, canary?.stageVariableOverrides ?? {}]) checkVariables(each, operation);
  if (isObject(inputs.accessLogSettings)) checkLoggingRole(call.records, api.region, operation);
  return {
    name,
    apiId: api.id,
    region: api.region,
    deploymentId,
    ...optional("description", text(inputs, "description")),
    ...optional("clientCertificateId", certificateId),
    ...optional("documentationVersion", text(inputs, "documentationVersion")),
    ...accessLogSettingsOf(inputs.accessLogSettings, operation),
    xrayTracingEnabled: flag(inputs, "xrayTracingEnabled") ?? false,
    defaultEndpointDisabled: api.disableExecuteApiEndpoint,
    // A size alone does not enable a cache; a cache without a size has the smallest one (API reference, CreateStage).
    ...(flag(inputs, "cacheClusterEnabled") === true
      ? { cacheClusterSize: text(inputs, "cacheClusterSize") ?? SIZES[0] }
      : {}),
    variables,
    ...(canary === undefined ? {} : { canary }),
    tags: tagsOf(inputs),
    methodSettings,
  };
}

/** The origin of an API. A private API keeps its name in the VPC, because it has no address outside it. */
function originOf(call: Call<AwsSettings>, region: string, apiId: string): string {
  const api = restApis.get(call.records, region, apiId);
  return api?.endpointType === "PRIVATE" ? `https://${apiHost(api)}` : call.ports.url(gatewayKey(region, apiId));
}

function read(call: Call<AwsSettings>, stage: RestStageRecord): Properties {
  const { apiId, region, name } = stage;
  const acl = webAclOfStage(call.records, region, apiId, name);
  return withoutUndefined({
    accessLogSettings: stage.accessLogSettings === undefined ? undefined : { ...stage.accessLogSettings },
    arn: stageArn(region, apiId, name),
    cacheClusterEnabled: stage.cacheClusterSize !== undefined,
    cacheClusterSize: stage.cacheClusterSize,
    canarySettings: canaryOutput(stage.canary),
    clientCertificateId: stage.clientCertificateId ?? "",
    deployment: stage.deploymentId,
    description: stage.description ?? "",
    documentationVersion: stage.documentationVersion ?? "",
    executionArn: `${executionArn({ region, id: apiId })}/${name}`,
    invokeUrl: `${originOf(call, region, apiId)}/${name}`,
    region,
    restApi: apiId,
    stageName: name,
    ...tagOutputs(stage.tags),
    variables: { ...stage.variables },
    webAclArn: acl === undefined ? "" : webAclArn(acl),
    xrayTracingEnabled: stage.xrayTracingEnabled,
  });
}
