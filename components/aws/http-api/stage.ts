import type { Api, Deployment } from "@pulumi/aws/apigatewayv2/index.js";
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Api as CheckedApi } from "../../api/checked-api.ts";
import { accessLog } from "../operations/access-log.ts";
import { httpApiAccessLogFields } from "../operations/access-log-format.ts";
import type { AwsOperations } from "../operations/operations.ts";
import type { HttpApiParts } from "./parts.ts";
import { settingsOf } from "./settings.ts";

/** The name of the stage that serves an API at the root of its URL. */
export const STAGE = "$default";

/**
 * The throttle of routes without their own: AWS's default for an account in most Regions. A lower limit of the account still applies.
 * It is set explicitly because a stage without it reads back as zeros.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
const defaultThrottle = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 };

/** What a stage serves, and how. */
interface ServedDeployment {
  readonly httpApi: Api;
  readonly deployment: Deployment;
  readonly api: CheckedApi;
  readonly operations: AwsOperations;
  readonly dependsOn: pulumi.Input<pulumi.Resource[]>;
}

/** Declares the stage, and its access log if there is one. */
export function declareStage(
  { name, parent, transform }: HttpApiParts,
  { httpApi, deployment, api, operations, dependsOn }: ServedDeployment,
): Stage {
  const { metrics, accessLog: log } = operations;
  const detailed = metrics === undefined ? {} : { detailedMetricsEnabled: metrics };
  // A route's settings replace the default settings as a whole.
  const routeSettings = Object.entries(settingsOf(api).routeSettings).map(([routeKey, throttle]) => ({
    routeKey,
    ...throttle,
    ...detailed,
  }));
  return transform.stage.declare(
    Stage,
    `${name}-stage`,
    {
      apiId: httpApi.id,
      name: STAGE,
      deploymentId: deployment.id,
      autoDeploy: false,
      defaultRouteSettings: { ...defaultThrottle, ...detailed },
      routeSettings,
      ...accessLog(name, log, httpApiAccessLogFields, { parent }, transform.accessLog),
    },
    { parent, dependsOn },
  );
}
