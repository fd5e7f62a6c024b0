import type { AwsUsagePlan, DeployedGateway } from "../../data-plane/artefacts.ts";
import type { Records } from "../records.ts";
import { accessLogOf } from "./access-log-settings.ts";
import { mappedDomains } from "./api-domain-record.ts";
import { gatewayKey } from "./http-api-record.ts";
import { signersFor } from "./iam-signers.ts";
import { invokedFunctions } from "./invoked-functions.ts";
import { linkedNetwork } from "./linked-network.ts";
import { executionArn } from "./rest-api.ts";
import { type RestStageRecord, restApis, restDeployments, restStages } from "./rest-api-record.ts";
import { apiKeys, plansOfStage, type UsagePlanRecord, usagePlanKeys } from "./usage-plan-record.ts";
import { artefactOf, webAclOfStage } from "./web-acl-record.ts";

/** The REST APIs that answer now: those with a stage. */
export function restApiGateways(records: Records): readonly DeployedGateway[] {
  return restStages.list(records).flatMap(([, stage]): DeployedGateway[] => {
    const api = restApis.get(records, stage.region, stage.apiId);
    const deployment = restDeployments.get(records, stage.region, stage.apiId, stage.deploymentId);
    if (api === undefined || deployment === undefined) return [];
    const network = linkedNetwork(records, api.region, deployment.document, stage.variables);
    const webAcl = webAclOfStage(records, stage.region, stage.apiId, stage.name);
    // docs.aws.amazon.com, rest-api-disable-default-endpoint: in force when any setting of a stage is updated.
    const endpointDisabled = stage.defaultEndpointDisabled ?? api.disableExecuteApiEndpoint;
    return [
      {
        key: gatewayKey(api.region, api.id),
        name: api.name,
        vendor: "aws",
        region: api.region,
        artefacts: {
          kind: "aws-rest-api",
          ...(endpointDisabled ? { defaultEndpointDisabled: true } : {}),
          document: deployment.document,
          executionArn: executionArn(api),
          ...(deployment.policy === undefined ? {} : { policy: deployment.policy }),
          apiKeySource: deployment.apiKeySource,
          binaryMediaTypes: deployment.binaryMediaTypes,
          functions: invokedFunctions(records, deployment.document, stage.variables),
          ...(network === undefined ? {} : { network }),
          ...signersFor(records, deployment.document, api.region),
          stage: {
            name: stage.name,
            variables: stage.variables,
            methodSettings: stage.methodSettings,
            ...accessLogOf(stage.accessLogSettings),
            traced: stage.xrayTracingEnabled,
            ...(stage.cacheClusterSize === undefined ? {} : { cached: true }),
            ...(webAcl === undefined ? {} : { webAcl: artefactOf(webAcl) }),
          },
          usagePlans: plansOfStage(records, stage.region, stage.apiId, stage.name).map((plan) =>
            planOf(records, plan, stage),
          ),
        },
        ...mappedDomains(records, api.region, api.id, stage.name),
      },
    ];
  });
}

function planOf(records: Records, plan: UsagePlanRecord, stage: RestStageRecord): AwsUsagePlan {
  const own = plan.stages.find(({ apiId, stage: name }) => apiId === stage.apiId && name === stage.name);
  return {
    id: plan.id,
    ...(plan.throttle === undefined ? {} : { throttle: plan.throttle }),
    ...(plan.quota === undefined ? {} : { quota: plan.quota }),
    methodThrottles: own?.throttles ?? {},
    keys: usagePlanKeys.list(records, plan.region, plan.id).flatMap(([, { keyId }]) => {
      const key = apiKeys.get(records, plan.region, keyId);
      return key === undefined ? [] : [{ id: key.id, value: key.value, enabled: key.enabled }];
    }),
  };
}
