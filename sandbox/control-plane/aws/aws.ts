import { text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { RequestThrottle } from "./apigateway/request-throttle.ts";
import { awsLinks } from "./ec2/links.ts";
import { awsEcho } from "./echo.ts";
import { awsFunctions } from "./functions.ts";
import { awsGateways } from "./gateways.ts";
import { awsModels } from "./models.ts";
import { type AwsSettings, checkRegion } from "./region.ts";
import { awsUnmodelled } from "./unmodelled-types.ts";

/**
 * The `aws` package.
 * @param defaultRegion the Region of a provider whose configuration sets none, as `AWS_REGION` would set it
 * @param throttle refuses requests to the control planes; @default refuses none
 */
export function awsPackage(
  defaultRegion: string,
  throttle: RequestThrottle = new RequestThrottle(),
): ProviderPackage<AwsSettings> {
  return {
    name: "aws",
    bridged: true,
    replacingConfig: ["region"],
    configure: (config) => ({ region: checkRegion(text(config, "region") ?? defaultRegion) }),
    assumed: ({ region }) => ({ region }),
    plainType: (type) => type,
    admit: (operation, type) => throttle.admit(operation, type),
    functions: awsFunctions,
    models: awsModels,
    unmodelled: awsUnmodelled,
    echo: awsEcho,
    gateways: awsGateways,
    links: awsLinks,
  };
}
