import {
  ApiKey,
  type ApiKeyArgs,
  MethodSettings,
  type MethodSettingsArgs,
  type Stage,
  UsagePlan,
  type UsagePlanArgs,
  UsagePlanKey,
  type UsagePlanKeyArgs,
} from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { vendorName } from "../../../gateway/names.ts";
import { type Transform, transformed } from "../../../gateway/transform.ts";
import { awsRestApi } from "../capabilities.ts";
import type { Consumers } from "../consumer.ts";
import { STAGE } from "./name.ts";
import type { RestApiSettings, RestMethodThrottle, RestPlan } from "./settings.ts";

/** A REST API's name, its stage, what its resources are children of, and what a user changes of them. */
export interface StageParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly stage: Stage;
  readonly transform: {
    readonly methodSettings?: Transform<MethodSettingsArgs>;
    readonly usagePlan?: Transform<UsagePlanArgs>;
    readonly apiKey?: Transform<ApiKeyArgs>;
    readonly usagePlanKey?: Transform<UsagePlanKeyArgs>;
  };
}

/**
 * The throttle of all methods, and one resource for each that differs. They depend on the stage, which by then serves the
 * methods that they name; those of methods that are gone are taken away after it.
 */
export function methodSettings(
  { name, parent, stage, transform }: StageParts,
  methods: RestApiSettings["methods"],
  metrics: boolean | undefined,
): void {
  for (const method of methods) {
    const { methodPath, cachedSeconds } = method;
    const [args, options] = transformed<MethodSettingsArgs>(
      transform.methodSettings,
      {
        restApi: stage.restApi,
        stageName: stage.stageName,
        methodPath,
        settings: entryOf(method, metrics),
      },
      // Taken away before its stage, an entry would leave the stage with its cache, which keeps every answer to GET.
      { parent, ...(cachedSeconds === undefined ? {} : { deletedWith: stage }) },
      fixed,
    );
    new MethodSettings(`${name}-throttle-${methodPath}`, args, options);
  }
}

const fixed = ["restApi", "stageName", "methodPath", "region"] as const;

/** An entry of a method's own replaces that of all methods whole. */
function entryOf(
  { rate, burst, cachedSeconds }: RestMethodThrottle,
  metrics: boolean | undefined,
): MethodSettingsArgs["settings"] {
  const counted = metrics === undefined ? {} : { metricsEnabled: metrics };
  return { throttlingRateLimit: rate, throttlingBurstLimit: burst, ...counted, ...caching(cachedSeconds) };
}

/** What the stage will hold of each method, by its path, before anything of it is registered: a transform is asked once more. */
export function foreseenMethodSettings(
  transform: Transform<MethodSettingsArgs> | undefined,
  methods: RestApiSettings["methods"],
  metrics: boolean | undefined,
): pulumi.Output<Readonly<Record<string, object>>> {
  const foreseen = methods.map((method) => {
    const { methodPath } = method;
    const plain = { restApi: "", stageName: STAGE, methodPath, settings: entryOf(method, metrics) };
    const [{ settings }] = transformed<MethodSettingsArgs>(transform, plain, {}, fixed);
    return [methodPath, settings] as const;
  });
  return pulumi.output(Object.fromEntries(foreseen)) as pulumi.Output<Readonly<Record<string, object>>>;
}

/**
 * Said of every entry where there is a cache, since a stage's keeps every answer to GET unless told otherwise. Clients cannot have
 * an answer dropped (`Cache-Control: max-age=0`): nobody is permitted to.
 */
function caching(seconds: number | undefined): Partial<MethodSettingsArgs["settings"]> {
  if (seconds === undefined) return {};
  if (seconds === 0) return { cachingEnabled: false };
  return {
    cachingEnabled: true,
    cacheTtlInSeconds: seconds,
    cacheDataEncrypted: true,
    requireAuthorizationForCacheControl: true,
    unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITHOUT_RESPONSE_HEADER",
  };
}

/** A usage plan for each plan, a key for each consumer; the keys by consumer. */
export function usagePlans(
  parts: StageParts,
  plans: RestApiSettings["plans"],
  consumers: Consumers,
): pulumi.Output<Readonly<Record<string, string>>> {
  const made = new Map(Object.entries(plans).map(([plan, settings]) => [plan, usagePlan(parts, plan, settings)]));
  const values = Object.entries(consumers).map(([consumer, { plan, value }]) => {
    const key = apiKey(parts, consumer, value);
    const { id } = made.get(plan) as UsagePlan;
    member(parts, consumer, id, key);
    return [consumer, key.value] as const;
  });
  return pulumi.secret(pulumi.output(Object.fromEntries(values)));
}

function usagePlan({ name, parent, stage, transform }: StageParts, plan: string, settings: RestPlan): UsagePlan {
  const { throttle, quota, methods } = settings;
  const [args, options] = transformed<UsagePlanArgs>(
    transform.usagePlan,
    {
      name: vendorName(`${name}-${plan}`, { longest: awsRestApi.limits.nameCharacters.value }),
      apiStages: [
        {
          apiId: stage.restApi,
          stage: stage.stageName,
          throttles: methods.map(({ path, rate, burst }) => ({ path, rateLimit: rate, burstLimit: burst })),
        },
      ],
      ...(throttle === undefined ? {} : { throttleSettings: { rateLimit: throttle.rate, burstLimit: throttle.burst } }),
      ...(quota === undefined ? {} : { quotaSettings: quota }),
    },
    { parent },
    ["apiStages", "throttleSettings", "quotaSettings", "region"],
  );
  return new UsagePlan(`${name}-plan-${plan}`, args, options);
}

function apiKey(
  { name, parent, transform }: StageParts,
  consumer: string,
  value: pulumi.Input<string> | undefined,
): ApiKey {
  const [args, options] = transformed<ApiKeyArgs>(
    transform.apiKey,
    {
      name: vendorName(`${name}-${consumer}`, { longest: awsRestApi.limits.nameCharacters.value }),
      ...(value === undefined ? {} : { value: pulumi.secret(value) }),
    },
    { parent },
    ["value", "region"],
  );
  return new ApiKey(`${name}-consumer-${consumer}`, args, options);
}

/** A key is in one plan of a stage at most, so it leaves one before it enters another; between the two it opens nothing. */
function member(
  { name, parent, transform }: StageParts,
  consumer: string,
  plan: pulumi.Output<string>,
  key: ApiKey,
): void {
  const [args, options] = transformed<UsagePlanKeyArgs>(
    transform.usagePlanKey,
    { usagePlanId: plan, keyId: key.id, keyType: "API_KEY" },
    { parent, deleteBeforeReplace: true },
    ["usagePlanId", "keyId", "keyType", "region"],
  );
  new UsagePlanKey(`${name}-consumer-${consumer}-plan`, args, options);
}
