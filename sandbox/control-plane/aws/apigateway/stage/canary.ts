import { flag, isEmpty, isObject, type Properties, text, textMap } from "../../../property-value.ts";
import { VendorError } from "../../../resource-model.ts";
import type { RestStageRecord, StageCanaryRecord } from "../record.ts";

/**
 * The canary release in a stage's arguments; undefined without one.
 *
 * API Gateway refuses traffic outside 0 to 100 (docs.aws.amazon.com, API reference, CanarySettings) and a deployment that does not exist
 * (AWS-validated in localstack's tests). Unverified: both texts.
 *
 * @param exists whether the API has a deployment with an id
 */
export function canaryOf(
  inputs: Properties,
  exists: (deploymentId: string) => boolean,
  operation: string,
): StageCanaryRecord | undefined {
  const settings = inputs.canarySettings;
  if (!isObject(settings) || isEmpty(settings)) return undefined;
  const deploymentId = text(settings, "deploymentId") ?? "";
  if (!exists(deploymentId)) {
    throw new VendorError(
      `${operation}: BadRequestException: Deployment id does not exist (canarySettings: ${deploymentId})`,
    );
  }
  const percentTraffic = typeof settings.percentTraffic === "number" ? settings.percentTraffic : 0;
  if (!(percentTraffic >= 0 && percentTraffic <= 100)) {
    throw new VendorError(
      `${operation}: BadRequestException: Invalid canary traffic ${percentTraffic}: it is a percentage from 0.0 to 100.0`,
    );
  }
  return {
    deploymentId,
    percentTraffic,
    stageVariableOverrides: textMap(settings.stageVariableOverrides) ?? {},
    useStageCache: flag(settings, "useStageCache") ?? false,
  };
}

/**
 * A stage after UpdateStage. The provider sends all operations in one call, those of the canary before that of the deployment
 * (terraform-provider-aws, internal/service/apigateway/stage.go). It writes the share of requests with six decimals, so that a share
 * with more decimals differs when it is read back.
 *
 * While a canary is enabled, a stage "cannot be associated with another non-canary release deployment" (docs.aws.amazon.com,
 * canary-release), but with the canary's own (promote-canary-deployment). Operations apply in order, so that a call may first remove
 * the canary and then change the stage's deployment (API reference, UpdateStage).
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

/** The `canarySettings` output of a stage. */
export function canaryOutput(canary: StageCanaryRecord | undefined): Properties | undefined {
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
