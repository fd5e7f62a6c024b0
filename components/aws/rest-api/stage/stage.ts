import type { StageArgs } from "@pulumi/aws/apigateway/index.js";
import { Stage } from "@pulumi/aws/apigateway/stage.js";
import type * as pulumi from "@pulumi/pulumi";
import type { GatewayDomain } from "../../domain/gateway-domain.ts";
import { accessLog } from "../../operations/access-log.ts";
import { canaryAccessLogFields, restApiAccessLogFields } from "../../operations/access-log-format.ts";
import type { RestApiOnlyArgs } from "../args.ts";
import type { Deployments } from "../canary/deployments.ts";
import type { RestApiOwner } from "../owner.ts";
import { provingStageRule } from "../transform-rules.ts";
import { STAGE } from "./name.ts";

interface StageSource extends Deployments {
  readonly restApiId: pulumi.Input<string>;
  readonly domain: GatewayDomain | undefined;
  /** The id of the certificate that the stage presents to backends. */
  readonly clientCertificateId: pulumi.Input<string> | undefined;
  /** The resources that have to exist before the stage serves the deployment: permissions and the web ACL. */
  readonly after: readonly pulumi.Resource[];
}

/** Declares the stage and, if the arguments enable it, the log group of its access log. */
export function declareStage(owner: RestApiOwner, options: RestApiOnlyArgs, source: StageSource): Stage {
  const { name, parent, transform } = owner;
  const { canarySettings, domain, clientCertificateId } = source;
  const rule = clientCertificateId === undefined ? transform.stage : transform.stage.under(provingStageRule);
  const after = [...source.after];
  return rule.declare(
    Stage,
    `${name}-stage`,
    {
      restApi: source.restApiId,
      stageName: STAGE,
      deployment: source.deployment.id,
      ...optionalSettings(options),
      ...(clientCertificateId === undefined ? {} : { clientCertificateId }),
      ...(canarySettings === undefined ? {} : { canarySettings: canarySettings as StageArgs["canarySettings"] }),
      ...accessLog(
        name,
        options.accessLog,
        options.canary === undefined ? restApiAccessLogFields : canaryAccessLogFields,
        { parent },
        transform.accessLog,
      ),
    },
    { parent, dependsOn: domain?.stageAfter(after) ?? after },
  );
}

function optionalSettings({ cache, tracing }: RestApiOnlyArgs): Partial<StageArgs> {
  return {
    ...(cache === undefined ? {} : { cacheClusterEnabled: true, cacheClusterSize: cache.sizeGb }),
    ...(tracing === undefined ? {} : { xrayTracingEnabled: tracing }),
  };
}
