import type { MethodSettingsArgs, Stage } from "@pulumi/aws/apigateway/index.js";
import { MethodSettings } from "@pulumi/aws/apigateway/methodSettings.js";
import * as pulumi from "@pulumi/pulumi";
import type { RestApiOwner } from "../owner.ts";
import { STAGE } from "./name.ts";
import type { RestApiSettings, RestMethodThrottle } from "./settings.ts";

/**
 * Declares the settings of all methods, and a resource for each method whose settings differ. They depend on the stage, which by then
 * serves the methods that they name. Settings of methods that no longer exist are deleted after the stage has changed.
 */
export function declareMethodSettings(
  { name, parent, transform }: RestApiOwner,
  stage: Stage,
  methods: RestApiSettings["methods"],
  metrics: boolean | undefined,
): void {
  for (const method of methods) {
    const { methodPath, cachedSeconds } = method;
    transform.methodSettings.declare(
      MethodSettings,
      resourceNameOf(name, method),
      {
        restApi: stage.restApi,
        stageName: stage.stageName,
        methodPath,
        settings: settingsOf(method, metrics),
      },
      // A stage that outlives its settings keeps its cache, which then stores the response to every GET.
      { parent, ...(cachedSeconds === undefined ? {} : { deletedWith: stage }) },
    );
  }
}

/** The name of the resource of one method's settings. */
function resourceNameOf(name: string, { methodPath }: RestMethodThrottle): string {
  return `${name}-throttle-${positionalPath(methodPath)}`;
}

/** Names the variables of a path by their position. The name of a resource stays the same if a parameter is renamed. */
function positionalPath(methodPath: string): string {
  const parts = methodPath.split("~1");
  return parts.map((part, index) => part.replace(/^\{[^+}]*/, `{p${index}`)).join("~1");
}

/**
 * Returns the settings of each method, by its path, as {@link declareMethodSettings} will declare them. Calls the transform once more for
 * each.
 */
export function upcomingMethodSettings(
  { name, transform }: Pick<RestApiOwner, "name" | "transform">,
  methods: RestApiSettings["methods"],
  metrics: boolean | undefined,
): pulumi.Output<Readonly<Record<string, object>>> {
  const upcoming = methods.map((method) => {
    const { methodPath } = method;
    const args = { restApi: "", stageName: STAGE, methodPath, settings: settingsOf(method, metrics) };
    const [{ settings }] = transform.methodSettings.apply(resourceNameOf(name, method), args, {});
    return [methodPath, settings] as const;
  });
  return pulumi.output(Object.fromEntries(upcoming)) as pulumi.Output<Readonly<Record<string, object>>>;
}

/** The settings of one method. They replace the settings of all methods completely, so they repeat what applies to all. */
function settingsOf(
  { rate, burst, cachedSeconds }: RestMethodThrottle,
  metrics: boolean | undefined,
): MethodSettingsArgs["settings"] {
  const metricSettings = metrics === undefined ? {} : { metricsEnabled: metrics };
  return { throttlingRateLimit: rate, throttlingBurstLimit: burst, ...metricSettings, ...cacheSettings(cachedSeconds) };
}

/**
 * The cache settings of one method. Every method has them if the stage has a cache, since the cache stores the response to every GET
 * by default. No client may discard a cached response with `Cache-Control: max-age=0`, since none has the permission.
 */
function cacheSettings(seconds: number | undefined): Partial<MethodSettingsArgs["settings"]> {
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
