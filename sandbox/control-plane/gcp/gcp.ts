import { text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { api } from "./apigateway/api.ts";
import { apiConfig } from "./apigateway/api-config.ts";
import { gateway, gcpGateways } from "./apigateway/gateway.ts";
import { gcpEcho } from "./echo.ts";
import { type GcpSettings, projectNumber } from "./project.ts";
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
    functions: {
      // https://www.pulumi.com/registry/packages/gcp/api-docs/organizations/getclientconfig/
      "gcp:organizations/getClientConfig:getClientConfig": ({ project, region }) => ({
        accessToken: "polygate-sandbox",
        defaultLabels: {},
        id: `projects/${JSON.stringify(project)}/regions/${JSON.stringify(region ?? "")}/zones/""`,
        project,
        region: region ?? "",
        zone: "",
      }),
      "gcp:organizations/getProject:getProject": (settings, args) => {
        const project = text(args, "projectId") ?? settings.project;
        return {
          autoCreateNetwork: false,
          billingAccount: "",
          deletionPolicy: "PREVENT",
          effectiveLabels: {},
          folderId: "",
          id: `projects/${project}`,
          labels: {},
          name: project,
          number: projectNumber,
          orgId: "",
          projectId: project,
          pulumiLabels: {},
          tags: {},
        };
      },
    },
    models: {
      "gcp:apigateway/api:Api": api,
      "gcp:apigateway/apiConfig:ApiConfig": apiConfig,
      "gcp:apigateway/gateway:Gateway": gateway,
    },
    unmodelled: gcpUnmodelled,
    echo: gcpEcho,
    gateways: gcpGateways,
  };
}
