import { flag, isEmpty, isObject, type Properties, text, textMap } from "../../../property-value.ts";
import { VendorError } from "../../../resource-model.ts";
import type { RestStageRecord, StageCanaryRecord } from "../record.ts";

/**
 * What a stage says of a canary release; undefined for none.
 *
 * Traffic outside of 0 to 100 is refused by the page's range (docs.aws.amazon.com, API reference, CanarySettings); the words are U.
 * That a deployment must exist is seen of the service (AWS-validated in localstack's tests); the words are U.
 * @param exists whether the API has a deployment of this id
 */
export function canaryOf(
  inputs: Properties,
  exists: (deploymentId: string) => boolean,
  operation: string,
): StageCanaryRecord | undefined {
  const given = inputs.canarySettings;
  if (!isObject(given) || isEmpty(given)) return undefined;
  const deploymentId = text(given, "deploymentId") ?? "";
  if (!exists(deploymentId)) {
    throw new VendorError(
      `${operation}: BadRequestException: Deployment id does not exist (canarySettings: ${deploymentId})`,
    );
  }
  const percentTraffic = typeof given.percentTraffic === "number" ? given.percentTraffic : 0;
  if (!(percentTraffic >= 0 && percentTraffic <= 100)) {
    throw new VendorError(
      `${operation}: BadRequestException: Invalid canary traffic ${percentTraffic}: it is a percentage from 0.0 to 100.0`,
    );
  }
  return {
    deploymentId,
    percentTraffic,
    stageVariableOverrides: textMap(given.stageVariableOverrides) ?? {},
    useStageCache: flag(given, "useStageCache") ?? false,
  };
}

/**
 * A stage after UpdateStage, whose operations the provider sends in one call, those of the canary before that of the deployment
 * (terraform-provider-aws, internal/service/apigateway/stage.go). The share of requests goes as a text with six digits behind the
 * point: one with more is read back as another.
 *
 * While a canary is enabled, a stage "cannot be associated with another non-canary release deployment"
 * (docs.aws.amazon.com, canary-release); to the canary's own it can (promote-canary-deployment). That operations apply in their
 * order, so that a call which first removes the canary may then move the stage, is the API reference's word (UpdateStage).
 */
export function updatedCanary(before: RestStageRecord, after: RestStageRecord, operation: string): RestStageRecord {
  const { canary } = after;
  if (canary === undefined) return after;
  if (after.deploymentId !== before.deploymentId && after.deploymentId !== canary.deploymentId) {
    throw new VendorError(
      `${operation}: BadRequestException: the stage has a canary, and cannot be associated with another deployment than the canary's ` +
        "until its canary settings are removed",
    );
  }
  return { ...after, canary: { ...canary, percentTraffic: Number(canary.percentTraffic.toFixed(6)) } };
}

/** As the provider reads it. */
export function readCanary(canary: StageCanaryRecord | undefined): Properties | undefined {
  if (canary === undefined) return undefined;
  const { deploymentId, percentTraffic, stageVariableOverrides, useStageCache } = canary;
  return {
    deploymentId,
    percentTraffic,
    ...(Object.keys(stageVariableOverrides).length === 0
      ? {}
      : { stageVariableOverrides: { ...stageVariableOverrides } }),
    useStageCache,
  };
}
