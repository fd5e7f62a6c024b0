import {
  flag,
  isObject,
  type Properties,
  type PropertyValue,
  text,
  withoutUndefined,
} from "../../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { checkOneOf, verifying, within } from "../../argument-check.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { checkLoggingRole } from "../account.ts";
import { type MethodSettingsRecord, noSuchApi, type RestStageRecord, restApis, restStages } from "../record.ts";
import type { ApiMethod } from "../rest-api/definition.ts";
import { isDeployed } from "./deployed-method.ts";

/**
 * The settings of a new entry (docs.aws.amazon.com, API reference, MethodSetting). API Gateway's defaults for the two throttles are
 * those of the account, but the provider sends -1 (no throttle) unless the program sets them.
 */
const DEFAULTS: MethodSettingsRecord = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  throttlingBurstLimit: -1,
  throttlingRateLimit: -1,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

/**
 * `aws:apigateway/methodSettings:MethodSettings`: one entry of a stage's method settings, which creating and updating write alike
 * (terraform-provider-aws, internal/service/apigateway/method_settings.go). The provider passes the path on unchanged. API Gateway
 * requires each slash in the resource's path as `~1`, including the first (hashicorp/terraform-provider-aws#9738).
 */
export const methodSettings: ResourceModel<AwsSettings> = {
  replaces: ["methodPath", "region", "restApi", "stageName"],

  verify: verifying((inputs, fail) => {
    const { settings } = inputs;
    if (!isObject(settings)) return;
    const inside = within("settings", fail);
    checkOneOf(settings, "loggingLevel", ["OFF", "ERROR", "INFO"], inside);
    const strategies = ["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"];
    checkOneOf(settings, "unauthorizedCacheControlHeaderStrategy", strategies, inside);
  }),

  create(call, inputs) {
    const key = keyOf(call, inputs);
    return { id: `${key.apiId}-${key.stageName}-${key.path}`, outputs: put(call, key, inputs, DEFAULTS) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    // An import id is `REST-API-ID/STAGE-NAME/METHOD-PATH`, in which the path contains a slash.
    const [, importedApi, importedStage, importedPath] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(id) ?? [];
    const remembered = text(state, "restApi") !== undefined;
    const apiId = remembered ? text(state, "restApi") : importedApi;
    const stageName = remembered ? text(state, "stageName") : importedStage;
    const path = remembered ? text(state, "methodPath") : importedPath;
    if (apiId === undefined || stageName === undefined || path === undefined) {
      throw new VendorError(`Unexpected format of ID ("${id}"), expected REST-API-ID/STAGE-NAME/METHOD-PATH`);
    }
    const settings = restStages.get(call.records, region, apiId, stageName)?.methodSettings[path];
    if (settings === undefined) return undefined;
    return { id: `${apiId}-${stageName}-${path}`, outputs: outputs({ region, apiId, stageName, path }, settings) };
  },

  update(call, _id, { inputs }) {
    const key = keyOf(call, inputs);
    const before = stageOf(call, key)?.methodSettings[key.path];
    return put(call, key, inputs, before ?? DEFAULTS);
  },

  delete(call, _id, state) {
    const key = keyOf(call, state);
    const stage = stageOf(call, key);
    if (stage === undefined) return;
    const { [key.path]: _removed, ...rest } = stage.methodSettings;
    restStages.put(call.records, { ...stage, methodSettings: rest }, key.region, key.apiId, key.stageName);
  },
};

/** Identifies an entry. */
interface EntryKey {
  readonly region: string;
  readonly apiId: string;
  readonly stageName: string;
  readonly path: string;
}

function keyOf(call: Call<AwsSettings>, properties: Properties): EntryKey {
  return {
    region: regionOf(call.settings, properties),
    apiId: text(properties, "restApi") ?? "",
    stageName: text(properties, "stageName") ?? "",
    path: text(properties, "methodPath") ?? "",
  };
}

function stageOf(call: Call<AwsSettings>, { region, apiId, stageName }: EntryKey): RestStageRecord | undefined {
  return restStages.get(call.records, region, apiId, stageName);
}

function put(call: Call<AwsSettings>, key: EntryKey, inputs: Properties, before: MethodSettingsRecord): Properties {
  const { region, apiId, stageName, path } = key;
  const operation = `updating API Gateway Stage (${stageName})`;
  if (restApis.get(call.records, region, apiId) === undefined) throw new VendorError(noSuchApi(operation, apiId));
  const stage = stageOf(call, key);
  if (stage === undefined) throw new VendorError(`${operation}: NotFoundException: Invalid stage identifier specified`);
  if (isObject(inputs.settings) && (text(inputs.settings, "loggingLevel") ?? "OFF") !== "OFF") {
    checkLoggingRole(call.records, region, operation);
  }
  const method = methodOf(path, operation);
  if (method !== undefined && !isDeployed(call.records, stage, method)) {
    // Unverified: the text, and that API Gateway refuses such an entry instead of storing it without effect.
    throw new VendorError(
      `${operation}: NotFoundException: Invalid Method identifier specified: the stage has no ${method.name} ${method.resource}`,
    );
  }
  const settings = settingsOf(inputs.settings, before, operation);
  const after = { ...stage, methodSettings: { ...stage.methodSettings, [path]: settings } };
  restStages.put(call.records, after, region, apiId, stageName);
  return outputs(key, settings);
}

/** The method that a path refers to; undefined for all methods. */
function methodOf(path: string, operation: string): ApiMethod | undefined {
  if (path === "*/*") return undefined;
  const [, resource, name] = /^([^/]+)\/(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY)$/.exec(path) ?? [];
  // `~1a~1b/GET`. For a single segment, the provider's documentation writes `a/GET` without the first slash.
  if (resource !== undefined && name !== undefined && (resource.startsWith("~1") || !resource.includes("~1"))) {
    return { resource: resource.replaceAll("~1", "/").replace(/^\/?/, "/"), name };
  }
  throw new VendorError(
    `${operation}: BadRequestException: Invalid method setting path: /${path}: write */*, or the resource's path with each of its ` +
      "slashes, the first too, as ~1, then / and the method, e.g. ~1orders~1{id}/GET",
  );
}

function settingsOf(
  value: PropertyValue | undefined,
  before: MethodSettingsRecord,
  operation: string,
): MethodSettingsRecord {
  const wanted = isObject(value) ? value : {};
  const number = (name: string) => (typeof wanted[name] === "number" ? wanted[name] : undefined);
  const burst = number("throttlingBurstLimit") ?? DEFAULTS.throttlingBurstLimit;
  const rate = number("throttlingRateLimit") ?? DEFAULTS.throttlingRateLimit;
  if ((burst < 0 && burst !== -1) || (rate < 0 && rate !== -1) || !Number.isInteger(burst)) {
    throw new VendorError(`${operation}: BadRequestException: Invalid throttle: burst ${burst}, rate ${rate}`);
  }
  return {
    // An omitted setting keeps its value. Omitted throttles are the exception: the provider sends -1 for them.
    metricsEnabled: flag(wanted, "metricsEnabled") ?? before.metricsEnabled,
    loggingLevel: text(wanted, "loggingLevel") ?? before.loggingLevel,
    dataTraceEnabled: flag(wanted, "dataTraceEnabled") ?? before.dataTraceEnabled,
    throttlingBurstLimit: burst,
    // The provider writes the rate with `%f`, which has six decimals. A rate with more decimals differs at every later update.
    throttlingRateLimit: Number(rate.toFixed(6)),
    cachingEnabled: flag(wanted, "cachingEnabled") ?? before.cachingEnabled,
    cacheTtlInSeconds: number("cacheTtlInSeconds") ?? before.cacheTtlInSeconds,
    cacheDataEncrypted: flag(wanted, "cacheDataEncrypted") ?? before.cacheDataEncrypted,
    requireAuthorizationForCacheControl:
      flag(wanted, "requireAuthorizationForCacheControl") ?? before.requireAuthorizationForCacheControl,
    unauthorizedCacheControlHeaderStrategy:
      text(wanted, "unauthorizedCacheControlHeaderStrategy") ?? before.unauthorizedCacheControlHeaderStrategy,
  };
}

function outputs({ region, apiId, stageName, path }: EntryKey, settings: MethodSettingsRecord): Properties {
  return withoutUndefined({ methodPath: path, region, restApi: apiId, settings: { ...settings }, stageName });
}
