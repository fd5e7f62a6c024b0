import { text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { api } from "./apigateway/api.ts";
import { apiConfig } from "./apigateway/api-config.ts";
import { gateway, gcpGateways } from "./apigateway/gateway.ts";
import { deployedRunServices } from "./cloudrunv2/deployed-services.ts";
import { runGrantModels } from "./cloudrunv2/grants.ts";
import { runService } from "./cloudrunv2/service.ts";
import { gcpEcho } from "./echo.ts";
import { gcpFunctions } from "./functions.ts";
import { gcpLinks } from "./network/links.ts";
import { networkModels } from "./network/models.ts";
import type { GcpSettings } from "./project.ts";
import { bucket, bucketObject } from "./storage.ts";
import { gcpUnmodelled } from "./unmodelled-types.ts";

/**
 * The `gcp` package.
 *
 * @param defaultProject the project of a provider whose configuration sets none, like `GOOGLE_CLOUD_PROJECT`
 */
export function gcpPackage(defaultProject: string): ProviderPackage<GcpSettings> {
  return {
    name: "gcp",
    bridged: true,
    replacingConfig: ["project"],
    configure: (config) => ({ project: text(config, "project") ?? defaultProject, region: text(config, "region") }),
    plainType: (type) => type,
    functions: gcpFunctions,
    models: {
      "gcp:apigateway/api:Api": api,
      "gcp:apigateway/apiConfig:ApiConfig": apiConfig,
      "gcp:apigateway/gateway:Gateway": gateway,
      "gcp:cloudrunv2/service:Service": runService,
      ...runGrantModels,
      "gcp:storage/bucket:Bucket": bucket,
      "gcp:storage/bucketObject:BucketObject": bucketObject,
      ...networkModels,
    },
    unmodelled: gcpUnmodelled,
    echo: gcpEcho,
    gateways: (records) => [...gcpGateways(records), ...deployedRunServices(records)],
    links: gcpLinks,
  };
}
