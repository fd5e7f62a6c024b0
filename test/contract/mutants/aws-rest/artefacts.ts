import type { GatewayArtefacts } from "../../../../sandbox/data-plane/artefacts.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsRestApiArtefacts, AwsUsagePlan } from "../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { type Editable, edited, operation } from "../json-document.ts";

export type Change = (artefacts: GatewayArtefacts) => GatewayArtefacts;

export function onArtefacts(change: (artefacts: AwsRestApiArtefacts) => AwsRestApiArtefacts): Change {
  return (artefacts) => {
    if (artefacts.kind !== "aws-rest-api") throw new Error("These artefacts do not belong to a REST API.");
    return change(artefacts);
  };
}

export function onDocument(change: (root: Editable) => void): Change {
  return onArtefacts((artefacts) => ({ ...artefacts, document: edited(artefacts.document, change) }));
}

export const INTEGRATION = "x-amazon-apigateway-integration";

export function integration(root: Editable, method: string, shape: string): Editable {
  const found = operation(root, method, shape)[INTEGRATION];
  if (found === undefined) throw new Error(`${method} ${shape} has no integration.`);
  return found;
}

export function onFunctions(pattern: RegExp, change: (target: AwsFunction) => AwsFunction): Change {
  return onArtefacts((artefacts) => {
    const functions = Object.entries(artefacts.functions);
    if (!functions.some(([arn]) => pattern.test(arn))) throw new Error(`No function matches ${pattern}.`);
    return {
      ...artefacts,
      functions: Object.fromEntries(
        functions.map(([arn, target]) => [arn, pattern.test(arn) ? change(target) : target]),
      ),
    };
  });
}

export function onPlan(name: string, change: (plan: AwsUsagePlan) => AwsUsagePlan): Change {
  return onArtefacts((artefacts) => {
    if (!artefacts.usagePlans.some(({ id }) => id === name)) throw new Error(`The plan ${name} does not exist.`);
    return { ...artefacts, usagePlans: artefacts.usagePlans.map((plan) => (plan.id === name ? change(plan) : plan)) };
  });
}
