import { parseApiDocument } from "../../../api-document.ts";
import type { Records } from "../../../records.ts";
import { type RestStageRecord, restDeployments } from "../record.ts";
import { type ApiMethod, methodsOf } from "../rest-api/definition.ts";

/**
 * The methods that a stage serves now. Settings and throttles of single methods must refer to one of these.
 *
 * Unverified: that the deployment of the stage decides, rather than the API's present definition. This is stricter for a new route.
 * Unverified: that the methods of a canary do not count. This is stricter too.
 */
function deployedMethods(records: Records, stage: RestStageRecord): readonly ApiMethod[] {
  const deployment = restDeployments.get(records, stage.region, stage.apiId, stage.deploymentId);
  return deployment === undefined ? [] : methodsOf(parseApiDocument(deployment.document));
}

/** Whether a stage serves a method now. */
export function isDeployed(records: Records, stage: RestStageRecord, method: ApiMethod): boolean {
  return deployedMethods(records, stage).some(
    ({ resource, name }) => resource === method.resource && name === method.name,
  );
}
