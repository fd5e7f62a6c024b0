import { parseApiDocument } from "../../../api-document.ts";
import type { Records } from "../../../records.ts";
import { type RestStageRecord, restDeployments } from "../record.ts";
import { type ApiMethod, methodsOf } from "../rest-api/definition.ts";

/**
 * The methods that a stage serves now. What is set for one method of a stage, or of a plan, is checked against these. U: that the
 * stage's deployment decides and not the API as it is now; of the two it is the stricter where a route is new. U as well: whether
 * those of its canary count; the stricter reading is that they do not.
 */
export function deployedMethods(records: Records, stage: RestStageRecord): readonly ApiMethod[] {
  const deployment = restDeployments.get(records, stage.region, stage.apiId, stage.deploymentId);
  return deployment === undefined ? [] : methodsOf(parseApiDocument(deployment.document));
}

export function isDeployed(records: Records, stage: RestStageRecord, method: ApiMethod): boolean {
  return deployedMethods(records, stage).some(
    ({ resource, name }) => resource === method.resource && name === method.name,
  );
}
