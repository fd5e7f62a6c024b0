import { ApiKey } from "@pulumi/aws/apigateway/apiKey.js";
import type { Stage } from "@pulumi/aws/apigateway/index.js";
import { UsagePlan } from "@pulumi/aws/apigateway/usagePlan.js";
import { UsagePlanKey } from "@pulumi/aws/apigateway/usagePlanKey.js";
import * as pulumi from "@pulumi/pulumi";
import { vendorName } from "../../../gateway/names.ts";
import { awsRestApi } from "../capabilities.ts";
import type { Consumers } from "../consumer.ts";
import type { RestApiOwner } from "../owner.ts";
import type { RestApiSettings, RestPlan } from "./settings.ts";

/** Declares a usage plan for each plan and a key for each consumer. Returns the keys by consumer, as a secret. */
export function declareUsagePlans(
  owner: RestApiOwner,
  stage: Stage,
  plans: RestApiSettings["plans"],
  consumers: Consumers,
): pulumi.Output<Readonly<Record<string, string>>> {
  const usagePlans = new Map(
    Object.entries(plans).map(([plan, settings]) => [plan, declareUsagePlan(owner, stage, plan, settings)]),
  );
  const keys = Object.entries(consumers).map(([consumer, { plan, value }]) => {
    const key = declareApiKey(owner, consumer, value);
    const { id } = usagePlans.get(plan) as UsagePlan;
    declareUsagePlanKey(owner, consumer, id, key);
    return [consumer, key.value] as const;
  });
  return pulumi.secret(pulumi.output(Object.fromEntries(keys)));
}

function declareUsagePlan(
  { name, parent, transform }: RestApiOwner,
  stage: Stage,
  plan: string,
  { throttle, quota, methods }: RestPlan,
): UsagePlan {
  return transform.usagePlan.declare(
    UsagePlan,
    `${name}-plan-${plan}`,
    {
      name: physicalName(name, plan),
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
  );
}

function declareApiKey(
  { name, parent, transform }: RestApiOwner,
  consumer: string,
  value: pulumi.Input<string> | undefined,
): ApiKey {
  return transform.apiKey.declare(
    ApiKey,
    `${name}-consumer-${consumer}`,
    {
      name: physicalName(name, consumer),
      ...(value === undefined ? {} : { value: pulumi.secret(value) }),
    },
    { parent },
  );
}

/**
 * Declares that a key belongs to a usage plan. A key belongs to at most one plan of a stage, so it leaves its plan before it joins
 * another. Between the two, requests with that key are rejected.
 */
function declareUsagePlanKey(
  { name, parent, transform }: RestApiOwner,
  consumer: string,
  usagePlanId: pulumi.Output<string>,
  key: ApiKey,
): void {
  transform.usagePlanKey.declare(
    UsagePlanKey,
    `${name}-consumer-${consumer}-plan`,
    { usagePlanId, keyId: key.id, keyType: "API_KEY" },
    { parent, deleteBeforeReplace: true },
  );
}

function physicalName(name: string, part: string): string {
  return vendorName(`${name}-${part}`, { longest: awsRestApi.limits.nameCharacters.value });
}
