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
import { type MethodSettingsRecord, type RestStageRecord, restApis, restStages } from "../record.ts";
import type { ApiMethod } from "../rest-api/definition.ts";
import { noSuchApi } from "../rest-api/rest-api.ts";
import { isDeployed } from "./deployed-method.ts";

/**
 * What API Gateway holds of an entry of which nothing was said (docs.aws.amazon.com, API reference, MethodSetting); the two
 * throttles are the account's own, which the provider overwrites with -1, none, unless the program states them.
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
 * `aws:apigateway/methodSettings:MethodSettings`: one entry of a stage's method settings, made and changed alike
 * (terraform-provider-aws, internal/service/apigateway/method_settings.go). The provider passes the path on as it is, and API
 * Gateway wants the slashes of the resource's path as `~1`, the first among them (hashicorp/terraform-provider-aws#9738).
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
    const place = placeOf(call, inputs);
    return { id: `${place.apiId}-${place.stageName}-${place.path}`, outputs: put(call, place, inputs, DEFAULTS) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    // An import is by `REST-API-ID/STAGE-NAME/METHOD-PATH`, and a path holds a slash too.
    const [, importedApi, importedStage, importedPath] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(id) ?? [];
    const remembered = text(state, "restApi") !== undefined;
    const apiId = remembered ? text(state, "restApi") : importedApi;
    const stageName = remembered ? text(state, "stageName") : importedStage;
    const path = remembered ? text(state, "methodPath") : importedPath;
    if (apiId === undefined || stageName === undefined || path === undefined) {
      throw new VendorError(`Unexpected format of ID ("${id}"), expected REST-API-ID/STAGE-NAME/METHOD-PATH`);
    }
    const found = restStages.get(call.records, region, apiId, stageName)?.methodSettings[path];
    if (found === undefined) return undefined;
    return { id: `${apiId}-${stageName}-${path}`, outputs: outputs({ region, apiId, stageName, path }, found) };
  },

  update(call, _id, { inputs }) {
    const place = placeOf(call, inputs);
    const before = stageOf(call, place)?.methodSettings[place.path];
    return put(call, place, inputs, before ?? DEFAULTS);
  },

  delete(call, _id, state) {
    const place = placeOf(call, state);
    const stage = stageOf(call, place);
    if (stage === undefined) return;
    const { [place.path]: _removed, ...rest } = stage.methodSettings;
    restStages.put(call.records, { ...stage, methodSettings: rest }, place.region, place.apiId, place.stageName);
  },
};

interface Place {
  readonly region: string;
  readonly apiId: string;
  readonly stageName: string;
  readonly path: string;
}

function placeOf(call: Call<AwsSettings>, properties: Properties): Place {
  return {
    region: regionOf(call.settings, properties),
    apiId: text(properties, "restApi") ?? "",
    stageName: text(properties, "stageName") ?? "",
    path: text(properties, "methodPath") ?? "",
  };
}

function stageOf(call: Call<AwsSettings>, { region, apiId, stageName }: Place): RestStageRecord | undefined {
  return restStages.get(call.records, region, apiId, stageName);
}

function put(call: Call<AwsSettings>, place: Place, inputs: Properties, before: MethodSettingsRecord): Properties {
  const { region, apiId, stageName, path } = place;
  const operation = `updating API Gateway Stage (${stageName})`;
  if (restApis.get(call.records, region, apiId) === undefined) throw new VendorError(noSuchApi(operation, apiId));
  const stage = stageOf(call, place);
  if (stage === undefined) throw new VendorError(`${operation}: NotFoundException: Invalid stage identifier specified`);
  if (isObject(inputs.settings) && (text(inputs.settings, "loggingLevel") ?? "OFF") !== "OFF") {
    checkLoggingRole(call.records, region, operation);
  }
  const method = methodOf(path, operation);
  if (method !== undefined && !isDeployed(call.records, stage, method)) {
    // U: the words, and that it is refused rather than kept without effect.
    throw new VendorError(
      `${operation}: NotFoundException: Invalid Method identifier specified: the stage has no ${method.name} ${method.resource}`,
    );
  }
  const settings = settingsOf(inputs.settings, before, operation);
  const after = { ...stage, methodSettings: { ...stage.methodSettings, [path]: settings } };
  restStages.put(call.records, after, region, apiId, stageName);
  return outputs(place, settings);
}

/** The method that a path is of; undefined for all of them. */
function methodOf(path: string, operation: string): ApiMethod | undefined {
  if (path === "*/*") return undefined;
  const [, resource, name] = /^([^/]+)\/(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY)$/.exec(path) ?? [];
  // `~1a~1b/GET`; of a single segment the provider's own documentation has `a/GET`, without the first slash.
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
  const given = isObject(value) ? value : {};
  const number = (name: string) => (typeof given[name] === "number" ? given[name] : undefined);
  const burst = number("throttlingBurstLimit") ?? DEFAULTS.throttlingBurstLimit;
  const rate = number("throttlingRateLimit") ?? DEFAULTS.throttlingRateLimit;
  if ((burst < 0 && burst !== -1) || (rate < 0 && rate !== -1) || !Number.isInteger(burst)) {
    throw new VendorError(`${operation}: BadRequestException: Invalid throttle: burst ${burst}, rate ${rate}`);
  }
  return {
    // Left out: what it was, or the default; but for the throttles, which the provider then sends as none.
    metricsEnabled: flag(given, "metricsEnabled") ?? before.metricsEnabled,
    loggingLevel: text(given, "loggingLevel") ?? before.loggingLevel,
    dataTraceEnabled: flag(given, "dataTraceEnabled") ?? before.dataTraceEnabled,
    throttlingBurstLimit: burst,
    // The provider writes it with `%f`, which is six decimals. A rate with more is read back as another one: a difference at
    // every update from then on.
    throttlingRateLimit: Number(rate.toFixed(6)),
    cachingEnabled: flag(given, "cachingEnabled") ?? before.cachingEnabled,
    cacheTtlInSeconds: number("cacheTtlInSeconds") ?? before.cacheTtlInSeconds,
    cacheDataEncrypted: flag(given, "cacheDataEncrypted") ?? before.cacheDataEncrypted,
    requireAuthorizationForCacheControl:
      flag(given, "requireAuthorizationForCacheControl") ?? before.requireAuthorizationForCacheControl,
    unauthorizedCacheControlHeaderStrategy:
      text(given, "unauthorizedCacheControlHeaderStrategy") ?? before.unauthorizedCacheControlHeaderStrategy,
  };
}

function outputs({ region, apiId, stageName, path }: Place, settings: MethodSettingsRecord): Properties {
  return withoutUndefined({ methodPath: path, region, restApi: apiId, settings: { ...settings }, stageName });
}
