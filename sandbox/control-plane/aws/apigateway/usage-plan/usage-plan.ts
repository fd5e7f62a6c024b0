import { identifier } from "../../../identifier.ts";
import { isObject, type Properties, type PropertyValue, text, withoutUndefined } from "../../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { checkOneOf, verifying, within } from "../../argument-check.ts";
import { completeName } from "../../automatic-name.ts";
import { optional } from "../../optional.ts";
import { type AwsSettings, arn, regionOf } from "../../region.ts";
import { tagOutputs, tagsOf } from "../../tags.ts";
import { restStages } from "../record.ts";
import { isDeployed } from "../stage/deployed-method.ts";
import {
  type PlanStageRecord,
  plansOfStage,
  type ThrottleRecord,
  type UsagePlanRecord,
  usagePlanKeys,
  usagePlans,
} from "./record.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_METHOD_THROTTLES = 20;
const MAX_PLANS = 300;

/** The provider's rule for each period: the last day on which a quota may begin. */
const LAST_OFFSET = { DAY: 0, WEEK: 6, MONTH: 27 } as const;

/** `aws:apigateway/usagePlan:UsagePlan` (terraform-provider-aws, internal/service/apigateway/usage_plan.go). */
export const usagePlan: ResourceModel<AwsSettings> = {
  replaces: ["region"],
  same: { apiStages: sameStages },
  cleared: ["apiStages", "description", "productCode", "quotaSettings", "tags", "throttleSettings"],
  recomputed: { tags: ["tagsAll"] },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    if (isObject(inputs.quotaSettings)) {
      checkOneOf(inputs.quotaSettings, "period", ["DAY", "WEEK", "MONTH"], within("quotaSettings", fail));
    }
    const throttle = inputs.throttleSettings;
    if (isObject(throttle) && throttle.burstLimit === undefined && throttle.rateLimit === undefined) {
      fail(
        "throttleSettings",
        "one of `throttle_settings.0.burst_limit,throttle_settings.0.rate_limit` must be specified",
      );
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const operation = `creating API Gateway Usage Plan (${text(inputs, "name")})`;
    if (usagePlans.list(call.records, region).length >= MAX_PLANS) {
      throw new VendorError(
        `${operation}: LimitExceededException: Maximum number of Usage Plans (${MAX_PLANS}) reached`,
      );
    }
    const taken = (id: string) => usagePlans.get(call.records, region, id) !== undefined;
    const id = identifier(6, [call.urn, region, "usage plan"], taken);
    const plan = planOf(call, region, id, inputs, operation);
    usagePlans.put(call.records, plan, region, id);
    return { id, outputs: read(plan) };
  },

  read(call, id, state) {
    const plan = usagePlans.get(call.records, regionOf(call.settings, state), id);
    return plan && { id, outputs: read(plan) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating API Gateway Usage Plan (${id})`;
    if (usagePlans.get(call.records, region, id) === undefined) throw new VendorError(noSuchPlan(operation));
    const after = planOf(call, region, id, inputs, operation);
    for (const [, { keyId }] of usagePlanKeys.list(call.records, region, id)) {
      refuseTwoPlans(call, after, keyId, operation);
    }
    usagePlans.put(call.records, after, region, id);
    return read(after);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const plan = usagePlans.get(call.records, region, id);
    if (plan === undefined) return;
    // The provider removes the stages in its state, then deletes the plan. Unverified: that a stage which no longer exists is no error.
    const removed = new Set(stagesOf(state.apiStages).map(({ apiId, stage }) => `${apiId}:${stage}`));
    const left = plan.stages.find(({ apiId, stage }) => !removed.has(`${apiId}:${stage}`));
    if (left !== undefined) {
      throw new VendorError(
        `deleting API Gateway Usage Plan (${id}): BadRequestException: Cannot delete Usage Plan ${id} because there are API ` +
          `Stages associated with it, including ${left.apiId}:${left.stage}`,
      );
    }
    usagePlans.delete(call.records, region, id);
    call.records.deleteAll(`${usagePlanKeys.key(region, id)}/`);
  },
};

export function noSuchPlan(operation: string): string {
  return `${operation}: NotFoundException: Invalid Usage Plan ID specified`;
}

/** Refuses a key in two plans of the same stage: API Gateway could not know which plan to count a request for. */
export function refuseTwoPlans(call: Call<AwsSettings>, plan: UsagePlanRecord, keyId: string, operation: string): void {
  for (const { apiId, stage } of plan.stages) {
    for (const other of plansOfStage(call.records, plan.region, apiId, stage)) {
      if (other.id === plan.id || usagePlanKeys.get(call.records, plan.region, other.id, keyId) === undefined) continue;
      throw new VendorError(
        `${operation}: ConflictException: Usage Plan ${plan.id} cannot be added because API Key ${keyId} cannot reference ` +
          `multiple Usage Plans with the same API stage: ${apiId}:${stage}`,
      );
    }
  }
}

function planOf(
  call: Call<AwsSettings>,
  region: string,
  id: string,
  inputs: Properties,
  operation: string,
): UsagePlanRecord {
  const name = text(inputs, "name") ?? "";
  const stages = stagesOf(inputs.apiStages);
  const throttle = isObject(inputs.throttleSettings) ? throttleOf(inputs.throttleSettings) : undefined;
  const quota = quotaOf(inputs.quotaSettings, operation);
  for (const stage of stages) checkStage(call, region, name, stage, operation);
  if (throttle === undefined && stages.some(({ throttles }) => Object.keys(throttles).length > 0)) {
    // aws/aws-cdk#6411
    throw new VendorError(
      `${operation}: BadRequestException: Can not define fine grain throttling if usage plan throttle is not defined.`,
    );
  }
  return {
    id,
    region,
    name,
    stages,
    ...(throttle === undefined ? {} : { throttle }),
    ...(quota === undefined ? {} : { quota }),
    ...optional("description", text(inputs, "description")),
    ...optional("productCode", text(inputs, "productCode")),
    tags: tagsOf(inputs),
  };
}

function checkStage(
  call: Call<AwsSettings>,
  region: string,
  plan: string,
  { apiId, stage, throttles }: PlanStageRecord,
  operation: string,
): void {
  const record = restStages.get(call.records, region, apiId, stage);
  if (record === undefined) {
    // API Gateway's own text omits the three values (aws/aws-sdk#354).
    throw new VendorError(
      `${operation}: BadRequestException: Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${plan}`,
    );
  }
  const paths = Object.keys(throttles);
  if (paths.length > MAX_METHOD_THROTTLES) {
    throw new VendorError(
      `${operation}: LimitExceededException: ${paths.length} method throttles for the stage ${apiId}:${stage}; ` +
        `a usage plan has at most ${MAX_METHOD_THROTTLES} per stage`,
    );
  }
  for (const path of paths) {
    const [, resource, method] = /^(\/.*?)\/([A-Z]+)$/.exec(path) ?? [];
    if (resource === undefined || method === undefined) {
      throw new VendorError(
        `${operation}: BadRequestException: Invalid throttle path ${path}: write the resource's path, / and the method, e.g. ` +
          "/orders/{id}/GET, and //GET for the root",
      );
    }
    if (!isDeployed(call.records, record, { resource, name: method })) {
      // The beginning of the text and the status are from aws/aws-cdk#15426.
      throw new VendorError(
        `${operation}: NotFoundException: Invalid method: the stage ${apiId}:${stage} has no ${method} ${resource}`,
      );
    }
  }
}

function stagesOf(value: PropertyValue | undefined): readonly PlanStageRecord[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((entry) => ({
    apiId: text(entry, "apiId") ?? "",
    stage: text(entry, "stage") ?? "",
    throttles: Object.fromEntries(
      (Array.isArray(entry.throttles) ? entry.throttles : [])
        .filter(isObject)
        .map((throttle): [string, ThrottleRecord] => [text(throttle, "path") ?? "", throttleOf(throttle)]),
    ),
  }));
}

/** The provider sends an omitted limit as 0, which refuses every request. */
function throttleOf(value: Properties): ThrottleRecord {
  return {
    burstLimit: typeof value.burstLimit === "number" ? value.burstLimit : 0,
    rateLimit: typeof value.rateLimit === "number" ? value.rateLimit : 0,
  };
}

function quotaOf(value: PropertyValue | undefined, operation: string): UsagePlanRecord["quota"] | undefined {
  if (!isObject(value)) return undefined;
  const period = text(value, "period") as keyof typeof LAST_OFFSET;
  const limit = typeof value.limit === "number" ? value.limit : 0;
  const offset = typeof value.offset === "number" ? value.offset : 0;
  if (offset < 0 || offset > LAST_OFFSET[period]) {
    const rule = period === "DAY" ? "zero" : `between 0 and ${LAST_OFFSET[period]} inclusive`;
    throw new VendorError(
      `${operation}: validating the quota settings: [Usage Plan quota offset must be ${rule} in the ${period} period]`,
    );
  }
  if (!Number.isInteger(limit) || limit < 0) {
    throw new VendorError(
      `${operation}: BadRequestException: Usage Plan quota limit must be a whole number, is ${limit}`,
    );
  }
  return { limit, offset, period };
}

function read(plan: UsagePlanRecord): Properties {
  return withoutUndefined({
    apiStages: plan.stages.map(({ apiId, stage, throttles }) => ({
      apiId,
      stage,
      throttles: Object.entries(throttles).map(([path, throttle]) => ({ ...throttle, path })),
    })),
    arn: arn("apigateway", plan.region, `/usageplans/${plan.id}`, false),
    description: plan.description ?? "",
    name: plan.name,
    productCode: plan.productCode ?? "",
    quotaSettings: plan.quota === undefined ? undefined : { ...plan.quota },
    region: plan.region,
    ...tagOutputs(plan.tags),
    throttleSettings: plan.throttle === undefined ? undefined : { ...plan.throttle },
  });
}

/** Compares stages and their throttles as sets. */
function sameStages(left: PropertyValue, right: PropertyValue): boolean {
  const key = (value: PropertyValue) =>
    JSON.stringify(
      stagesOf(value)
        .map(({ apiId, stage, throttles }) =>
          JSON.stringify([apiId, stage, Object.entries(throttles).sort(([one], [other]) => (one < other ? -1 : 1))]),
        )
        .sort(),
    );
  return key(left) === key(right);
}
