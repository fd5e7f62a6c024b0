import { Kind, type RecordChanges, type Records } from "../../../records.ts";

export interface ThrottleRecord {
  readonly burstLimit: number;
  readonly rateLimit: number;
}

/** A stage that a plan limits. */
export interface PlanStageRecord {
  readonly apiId: string;
  readonly stage: string;
  /** By `/path/METHOD`. */
  readonly throttles: Readonly<Record<string, ThrottleRecord>>;
}

export interface UsagePlanRecord {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  readonly productCode?: string;
  readonly stages: readonly PlanStageRecord[];
  readonly throttle?: ThrottleRecord;
  readonly quota?: { readonly limit: number; readonly offset: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  readonly tags: Readonly<Record<string, string>>;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly value: string;
  readonly customerId?: string;
  /** RFC 3339. */
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The membership of a key in a plan. */
export interface UsagePlanKeyRecord {
  readonly planId: string;
  readonly keyId: string;
}

export const usagePlans = new Kind<UsagePlanRecord>("aws/apigateway/usage-plan");
export const apiKeys = new Kind<ApiKeyRecord>("aws/apigateway/api-key");
export const usagePlanKeys = new Kind<UsagePlanKeyRecord>("aws/apigateway/usage-plan-key");

/** The plans that limit a stage. */
export function plansOfStage(
  records: Records,
  region: string,
  apiId: string,
  stage: string,
): readonly UsagePlanRecord[] {
  return usagePlans
    .list(records, region)
    .map(([, plan]) => plan)
    .filter((plan) => plan.stages.some((each) => each.apiId === apiId && each.stage === stage));
}

/** Removes a stage from its plans, as API Gateway does when the stage is deleted (hashicorp/terraform-provider-aws#14100). */
export function detachStage(records: RecordChanges, region: string, apiId: string, stage: string): void {
  for (const plan of plansOfStage(records, region, apiId, stage)) {
    const stages = plan.stages.filter((each) => each.apiId !== apiId || each.stage !== stage);
    usagePlans.put(records, { ...plan, stages }, region, plan.id);
  }
}
