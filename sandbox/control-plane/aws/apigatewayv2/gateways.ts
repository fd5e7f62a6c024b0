import type { DeployedGateway } from "../../../data-plane/artefacts.ts";
import type { AwsRouteSettings } from "../../../data-plane/aws/artefacts/http-api.ts";
import { parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { accessLogOf } from "../access-log-settings.ts";
import { mappedDomains } from "../api-domain/record.ts";
import { linkedNetwork } from "../ec2/linked-network.ts";
import { signersFor } from "../iam/signers.ts";
import { invokedFunctions } from "../lambda/invoked-functions.ts";
import { arn } from "../region.ts";
import { currentDefinition, routeKeys } from "./definition.ts";
import {
  deployments,
  gatewayKey,
  type HttpApiRecord,
  httpApis,
  type RouteSettingsRecord,
  type Snapshot,
  type StageRecord,
  stages,
} from "./record.ts";

/** The HTTP APIs that API Gateway would serve now: those with a stage. */
export function httpApiGateways(records: Records): readonly DeployedGateway[] {
  return stages.list(records).flatMap(([, stage]): DeployedGateway[] => {
    const api = httpApis.get(records, stage.region, stage.apiId);
    if (api === undefined || api.protocolType !== "HTTP") return [];
    const { document, cors } = released(records, api, stage);
    const network = linkedNetwork(records, api.region, document, stage.variables);
    return [
      {
        key: gatewayKey(api.region, api.id),
        name: api.name,
        vendor: "aws",
        region: api.region,
        artefacts: {
          kind: "aws-http-api",
          ...(endpointDisabled(api, stage) ? { defaultEndpointDisabled: true } : {}),
          document,
          executionArn: arn("execute-api", api.region, api.id, true),
          functions: invokedFunctions(records, document, stage.variables),
          ...(network === undefined ? {} : { network }),
          ...signersFor(records, document, api.region),
          ...(cors === undefined ? {} : { cors }),
          stage: {
            name: stage.name,
            variables: stage.variables,
            ...(stage.defaultRouteSettings === undefined
              ? {}
              : { defaultRouteSettings: throttle(stage.defaultRouteSettings) }),
            routeSettings: settingsInForce(stage, document),
            ...accessLogOf(stage.accessLogSettings),
          },
        },
        ...mappedDomains(records, api.region, api.id, stage.name),
      },
    ];
  });
}

/** A change takes effect with the next deployment, which `autoDeploy` makes at once (docs.aws.amazon.com, http-api-disable-default-endpoint). */
function endpointDisabled(api: HttpApiRecord, stage: StageRecord): boolean {
  if (stage.autoDeploy) return api.disableExecuteApiEndpoint;
  return stage.defaultEndpointDisabled ?? api.disableExecuteApiEndpoint;
}

/** The definition that a stage serves. A stage without a deployment has no routes. */
function released(records: Records, api: HttpApiRecord, stage: StageRecord): Snapshot {
  if (stage.autoDeploy) return currentDefinition(records, api);
  if (stage.released !== undefined) return stage.released;
  const deployment =
    stage.deploymentId === undefined ? undefined : deployments.get(records, api.region, api.id, stage.deploymentId);
  return (
    deployment ?? {
      document: JSON.stringify({ openapi: "3.0.1", info: { title: api.name, version: "1.0" }, paths: {} }),
    }
  );
}

/** The settings of existing routes. A stage keeps the settings of a removed route, without effect. */
function settingsInForce(stage: StageRecord, document: string): Record<string, AwsRouteSettings> {
  const routes = new Set(routeKeys(parseApiDocument(document)));
  return Object.fromEntries(
    Object.entries(stage.routeSettings)
      .filter(([key]) => routes.has(key))
      .map(([key, settings]) => [key, throttle(settings)]),
  );
}

function throttle({ throttlingBurstLimit, throttlingRateLimit }: RouteSettingsRecord): AwsRouteSettings {
  return {
    ...(throttlingBurstLimit === undefined ? {} : { throttlingBurstLimit }),
    ...(throttlingRateLimit === undefined ? {} : { throttlingRateLimit }),
  };
}
