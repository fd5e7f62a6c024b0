import type { DeployedGateway } from "../../../data-plane/artefacts.ts";
import type { AwsRestApiCanary, AwsRestApiSnapshot, AwsUsagePlan } from "../../../data-plane/aws/artefacts/rest-api.ts";
import type { ReachingEndpoint } from "../../../data-plane/aws/artefacts/vpc-endpoint.ts";
import type { ClientIdentity } from "../../../data-plane/interpreter.ts";
import type { Records } from "../../records.ts";
import { accessLogOf } from "../access-log-settings.ts";
import { mappedDomains } from "../api-domain/record.ts";
import { gatewayKey } from "../apigatewayv2/record.ts";
import { linkedNetwork } from "../ec2/linked-network.ts";
import { reachableApiEndpoints } from "../ec2/vpc-endpoint.ts";
import { signersFor } from "../iam/signers.ts";
import { invokedFunctions } from "../lambda/invoked-functions.ts";
import { artefactOf, webAclOfStage } from "../wafv2/record.ts";
import {
  clientCertificates,
  executionArn,
  type RestApiRecord,
  type RestDeploymentRecord,
  type RestStageRecord,
  restApis,
  restDeployments,
  restStages,
} from "./record.ts";
import { apiDomain, apiHost } from "./rest-api/endpoint.ts";
import { apiKeys, plansOfStage, type UsagePlanRecord, usagePlanKeys } from "./usage-plan/record.ts";

/** The REST APIs that API Gateway would serve now: those with a stage. */
export function restApiGateways(records: Records): readonly DeployedGateway[] {
  return restStages.list(records).flatMap(([, stage]): DeployedGateway[] => {
    const api = restApis.get(records, stage.region, stage.apiId);
    const deployment = restDeployments.get(records, stage.region, stage.apiId, stage.deploymentId);
    if (api === undefined || deployment === undefined) return [];
    const webAcl = webAclOfStage(records, stage.region, stage.apiId, stage.name);
    // A change takes effect when a setting of the stage is updated (docs.aws.amazon.com, rest-api-disable-default-endpoint).
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
          ...(api.endpointType === "PRIVATE" ? { private: true } : {}),
          ...snapshotOf(records, stage.deploymentId, deployment, stage.variables),
          executionArn: executionArn(api),
          ...canaryOf(records, stage),
          stage: {
            name: stage.name,
            variables: stage.variables,
            methodSettings: stage.methodSettings,
            ...accessLogOf(stage.accessLogSettings),
            traced: stage.xrayTracingEnabled,
            ...certificateOf(records, stage),
            ...(stage.cacheClusterSize === undefined ? {} : { cached: true }),
            ...(webAcl === undefined ? {} : { webAcl: artefactOf(webAcl) }),
          },
          usagePlans: plansOfStage(records, stage.region, stage.apiId, stage.name).map((plan) =>
            planOf(records, plan, stage),
          ),
        },
        ...mappedDomains(records, api.region, api.id, stage.name),
        ...(api.endpointType === "PRIVATE" ? { vpcEndpoints: reachingEndpoints(records, api, stage.name) } : {}),
      },
    ];
  });
}

/** The certificate that a stage presents to backends. */
function certificateOf(
  records: Records,
  { region, clientCertificateId: id }: RestStageRecord,
): { readonly clientCertificate?: ClientIdentity } {
  const found = id === undefined ? undefined : clientCertificates.get(records, region, id);
  return found === undefined ? {} : { clientCertificate: { certificate: found.certificate, key: found.key } };
}

/** A deployment, with the present state of the functions, networks and signers that it refers to. */
function snapshotOf(
  records: Records,
  deploymentId: string,
  { region, document, policy, apiKeySource, binaryMediaTypes }: RestDeploymentRecord,
  variables: Readonly<Record<string, string>>,
): AwsRestApiSnapshot {
  const network = linkedNetwork(records, region, document, variables);
  return {
    deploymentId,
    document,
    ...(policy === undefined ? {} : { policy }),
    apiKeySource,
    binaryMediaTypes,
    functions: invokedFunctions(records, document, variables),
    ...(network === undefined ? {} : { network }),
    ...signersFor(records, document, region),
  };
}

/** The canary release of a stage. */
function canaryOf(records: Records, stage: RestStageRecord): { readonly canary?: AwsRestApiCanary } {
  const { canary } = stage;
  const deployment = canary && restDeployments.get(records, stage.region, stage.apiId, canary.deploymentId);
  if (canary === undefined || deployment === undefined) return {};
  const variables = { ...stage.variables, ...canary.stageVariableOverrides };
  return {
    canary: {
      ...snapshotOf(records, canary.deploymentId, deployment, variables),
      percentTraffic: canary.percentTraffic,
      variables,
      cached: canary.useStageCache && stage.cacheClusterSize !== undefined,
      sameDeployment: canary.deploymentId === stage.deploymentId,
    },
  };
}

/**
 * The VPC endpoints that lead to a private API: all those of the Region, whose requests the API's policy then allows or denies. An
 * endpoint that is associated with the API has an additional host, which contains both ids.
 */
function reachingEndpoints(records: Records, api: RestApiRecord, stage: string): readonly ReachingEndpoint[] {
  return reachableApiEndpoints(records, api.region).map(({ id, vpcId }): ReachingEndpoint => {
    const host = api.vpcEndpointIds?.includes(id) === true ? apiHost(api, id) : undefined;
    return {
      key: `aws/${api.region}/vpc-endpoint/${id}`,
      id,
      vpcId,
      certificateName: `*.${apiDomain(api.region)}`,
      hosts: [apiHost(api), ...(host === undefined ? [] : [host])],
      ...(host === undefined ? {} : { url: `https://${host}/${stage}` }),
    };
  });
}

function planOf(records: Records, plan: UsagePlanRecord, stage: RestStageRecord): AwsUsagePlan {
  const limits = plan.stages.find(({ apiId, stage: name }) => apiId === stage.apiId && name === stage.name);
  return {
    id: plan.id,
    ...(plan.throttle === undefined ? {} : { throttle: plan.throttle }),
    ...(plan.quota === undefined ? {} : { quota: plan.quota }),
    methodThrottles: limits?.throttles ?? {},
    keys: usagePlanKeys.list(records, plan.region, plan.id).flatMap(([, { keyId }]) => {
      const key = apiKeys.get(records, plan.region, keyId);
      return key === undefined ? [] : [{ id: key.id, value: key.value, enabled: key.enabled }];
    }),
  };
}
