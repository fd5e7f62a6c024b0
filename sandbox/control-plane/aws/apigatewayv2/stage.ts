import { parseApiDocument } from "../../api-document.ts";
import { digest } from "../../identifier.ts";
import {
  flag,
  isEmpty,
  isObject,
  type Properties,
  type PropertyValue,
  text,
  textMap,
  withoutUndefined,
} from "../../property-value.ts";
import { type Call, type Change, type ResourceModel, VendorError } from "../../resource-model.ts";
import { accessLogSettingsOf } from "../access-log-settings.ts";
import { refuseMapped } from "../api-domain/record.ts";
import { noSuchApi } from "../apigateway/record.ts";
import { completeName } from "../automatic-name.ts";
import { splitImportId } from "../import-id.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { currentDefinition, routeKeys } from "./definition.ts";
import {
  deployments,
  gatewayKey,
  type HttpApiRecord,
  httpApis,
  type RouteSettingsRecord,
  type StageRecord,
  stages,
} from "./record.ts";

/** `aws:apigatewayv2/stage:Stage` (terraform-provider-aws, internal/service/apigatewayv2/stage.go). */
export const stage: ResourceModel<AwsSettings> = {
  replaces: ["apiId", "name", "region"],
  same: { routeSettings: sameRouteSettings },
  cleared: ["accessLogSettings", "clientCertificateId", "description", "routeSettings", "stageVariables", "tags"],
  recomputed: { tags: ["tagsAll"], autoDeploy: ["deploymentId"] },

  complete: completeName,

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "apiId") ?? "";
    const name = text(inputs, "name") ?? "";
    const api = apiOf(call, region, apiId);
    if (stages.get(call.records, region, apiId, name) !== undefined) {
      throw new VendorError(`creating API Gateway v2 Stage (${name}): ConflictException: Stage already exists`);
    }
    const [other] = stages.list(call.records, region, apiId);
    if (other !== undefined) {
      throw new VendorError(
        `creating API Gateway v2 Stage (${name}): the sandbox serves one stage per API, and API ${apiId} has ` +
          `the stage ${other[1].name} already; give the second stage an API of its own`,
      );
    }
    const stage = stageOf(call, api, name, inputs, undefined);
    stages.put(call.records, stage, region, apiId, name);
    return { id: name, outputs: read(call, stage) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    // An import id contains the API: `api-id/stage-name`.
    const [importedApi, importedName] = splitImportId(id);
    const apiId = importedApi ?? text(state, "apiId");
    const name = importedName ?? id;
    if (apiId === undefined) throw new VendorError(`wrong format of import ID (${id}), use: 'api-id/stage-name'`);
    const stage = stages.get(call.records, region, apiId, name);
    return stage && { id: name, outputs: read(call, stage) };
  },

  update(call, id, { inputs, state }: Change) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(state, "apiId") ?? "";
    const api = apiOf(call, region, apiId);
    const before = stages.get(call.records, region, apiId, id);
    if (before === undefined) {
      throw new VendorError(
        `updating API Gateway v2 Stage (${id}): NotFoundException: Invalid stage identifier specified`,
      );
    }
    const after = stageOf(call, api, id, inputs, before);
    stages.put(call.records, after, region, apiId, id);
    return read(call, after);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const apiId = text(state, "apiId") ?? "";
    refuseMapped(call.records, `deleting API Gateway v2 Stage (${id})`, region, apiId, id);
    stages.delete(call.records, region, apiId, id);
  },
};

function apiOf(call: Call<AwsSettings>, region: string, apiId: string): HttpApiRecord {
  const api = httpApis.get(call.records, region, apiId);
  if (api !== undefined) return api;
  throw new VendorError(noSuchApi(`reading API Gateway v2 API (${apiId})`, apiId));
}

function stageOf(
  call: Call<AwsSettings>,
  api: HttpApiRecord,
  name: string,
  inputs: Properties,
  before: StageRecord | undefined,
): StageRecord {
  const operation = `${before === undefined ? "creating" : "updating"} API Gateway v2 Stage (${name})`;
  const autoDeploy = flag(inputs, "autoDeploy") ?? false;
  const deploymentId = text(inputs, "deploymentId");
  if (autoDeploy && deploymentId !== undefined) {
    throw new VendorError(
      `${operation}: BadRequestException: Deployment ID cannot be set on this stage because AutoDeploy is enabled`,
    );
  }
  if (deploymentId !== undefined && deployments.get(call.records, api.region, api.id, deploymentId) === undefined) {
    throw new VendorError(`${operation}: NotFoundException: Unable to find Deployment by id ${deploymentId}`);
  }
  const definition = currentDefinition(call.records, api);
  const routeSettings = settingsByRoute(inputs.routeSettings);
  checkRouteKeys(Object.keys(routeSettings), definition.document, operation);
  const defaults = inputs.defaultRouteSettings;
  return {
    name,
    apiId: api.id,
    region: api.region,
    autoDeploy,
    ...deployed(autoDeploy, deploymentId, before, definition),
    ...optional("description", text(inputs, "description")),
    ...optional("clientCertificateId", text(inputs, "clientCertificateId")),
    ...accessLogSettingsOf(inputs.accessLogSettings, operation),
    ...(isObject(defaults) ? { defaultRouteSettings: settingsOf(defaults) } : {}),
    defaultEndpointDisabled: api.disableExecuteApiEndpoint,
    routeSettings,
    variables: textMap(inputs.stageVariables) ?? {},
    tags: tagsOf(inputs),
  };
}

/** Refuses settings of routes that a definition does not contain. */
function checkRouteKeys(keys: readonly string[], document: string, operation: string): void {
  const routes = new Set(routeKeys(parseApiDocument(document)));
  const missing = keys.find((key) => !routes.has(key));
  if (missing === undefined) return;
  throw new VendorError(
    `${operation}: NotFoundException: Unable to find Route by key ${missing} within the provided RouteSettings`,
  );
}

/**
 * The deployment that a stage serves. With `autoDeploy` it serves the API's present definition. A stage whose program no longer sets a
 * deployment keeps the last one, because the provider cannot remove it.
 */
function deployed(
  autoDeploy: boolean,
  deploymentId: string | undefined,
  before: StageRecord | undefined,
  definition: StageRecord["released"],
): Pick<StageRecord, "deploymentId" | "released"> {
  if (autoDeploy) return {};
  if (deploymentId !== undefined) return { deploymentId };
  if (before === undefined) return {};
  if (before.autoDeploy && definition !== undefined) {
    return { deploymentId: automaticDeployment(before.apiId, before.name), released: definition };
  }
  return {
    ...(before.deploymentId === undefined ? {} : { deploymentId: before.deploymentId }),
    ...(before.released === undefined ? {} : { released: before.released }),
  };
}

/**
 * The id of an automatic deployment. In API Gateway each one has a new id. Here the id stays, so that a refresh after an update of the
 * API shows no difference, which no program could cause or resolve.
 */
function automaticDeployment(apiId: string, name: string): string {
  return digest(`${apiId}/${name}`, 6);
}

function settingsByRoute(value: PropertyValue | undefined): Readonly<Record<string, RouteSettingsRecord>> {
  if (!Array.isArray(value)) return {};
  return Object.fromEntries(
    value
      .filter(isObject)
      .map((entry): [string, RouteSettingsRecord] => [text(entry, "routeKey") ?? "", settingsOf(entry)]),
  );
}

/** The provider sends an omitted throttle as 0, which refuses every request. */
function settingsOf(value: Properties): RouteSettingsRecord {
  return {
    // The provider sends this setting for WebSocket APIs only.
    dataTraceEnabled: false,
    detailedMetricsEnabled: flag(value, "detailedMetricsEnabled") ?? false,
    throttlingBurstLimit: typeof value.throttlingBurstLimit === "number" ? value.throttlingBurstLimit : 0,
    throttlingRateLimit: typeof value.throttlingRateLimit === "number" ? value.throttlingRateLimit : 0,
  };
}

function read(call: Call<AwsSettings>, stage: StageRecord): Properties {
  const { apiId, region, name } = stage;
  const settings = (entry: RouteSettingsRecord | undefined): Properties => ({
    dataTraceEnabled: entry?.dataTraceEnabled ?? false,
    detailedMetricsEnabled: entry?.detailedMetricsEnabled ?? false,
    loggingLevel: "",
    throttlingBurstLimit: entry?.throttlingBurstLimit ?? 0,
    throttlingRateLimit: entry?.throttlingRateLimit ?? 0,
  });
  const endpoint = call.ports.url(gatewayKey(region, apiId));
  return withoutUndefined({
    accessLogSettings: stage.accessLogSettings === undefined ? undefined : { ...stage.accessLogSettings },
    apiId,
    arn: arn("apigateway", region, `/apis/${apiId}/stages/${name}`, false),
    autoDeploy: stage.autoDeploy,
    clientCertificateId: stage.clientCertificateId ?? "",
    defaultRouteSettings: settings(stage.defaultRouteSettings),
    deploymentId: stage.autoDeploy ? automaticDeployment(apiId, name) : (stage.deploymentId ?? ""),
    description: stage.description ?? "",
    executionArn: arn("execute-api", region, `${apiId}/${name}`, true),
    // As the provider writes it: with a slash after the endpoint of $default, without one after another stage's name.
    invokeUrl: name === "$default" ? `${endpoint}/` : `${endpoint}/${name}`,
    name,
    region,
    routeSettings: Object.entries(stage.routeSettings).map(([routeKey, entry]) => ({ ...settings(entry), routeKey })),
    stageVariables: { ...stage.variables },
    ...tagOutputs(stage.tags),
  });
}

/** Compares route settings as a set. */
function sameRouteSettings(left: PropertyValue, right: PropertyValue): boolean {
  if (isEmpty(left) && isEmpty(right)) return true;
  const key = (value: PropertyValue) =>
    JSON.stringify(Object.entries(settingsByRoute(value)).sort(([one], [other]) => (one < other ? -1 : 1)));
  return key(left) === key(right);
}
