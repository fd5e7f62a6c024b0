import type { MappedDomain } from "./aws/artefacts/custom-domain.ts";
import type { AwsHttpApiArtefacts } from "./aws/artefacts/http-api.ts";
import type { AwsRestApiArtefacts } from "./aws/artefacts/rest-api.ts";
import type { ReachingEndpoint } from "./aws/artefacts/vpc-endpoint.ts";
import type { ApimArtefacts } from "./azure/api-management/artefacts.ts";
import type { GcpApiGatewayArtefacts } from "./gcp/api-gateway/artefacts.ts";
import type { GcpCloudRunArtefacts } from "./gcp/cloud-run/artefacts.ts";

/**
 * The vendor's own artefacts of one deployed gateway, as the vendor would hold them after the deployment. The control plane
 * passes them to the data plane. Nothing in them comes from Polygate's description.
 */
export type GatewayArtefacts =
  | AwsHttpApiArtefacts
  | AwsRestApiArtefacts
  | ApimArtefacts
  | GcpApiGatewayArtefacts
  | GcpCloudRunArtefacts;

/** One gateway that is currently deployed. */
export interface DeployedGateway {
  /** Provider, region or location, and the vendor's id. Stable over restarts and updates; the port is assigned to it. */
  readonly key: string;
  /** The name of the vendor's resource, which users recognise. */
  readonly name: string;
  readonly vendor: "aws" | "azure" | "gcp";
  readonly region: string;
  readonly artefacts: GatewayArtefacts;
  /** The scheme of the gateway's own URL. @default "http" */
  readonly scheme?: "https";
  /** @default no custom domains */
  readonly domains?: readonly MappedDomain[];
  /** The VPC endpoints of a private gateway. */
  readonly vpcEndpoints?: readonly ReachingEndpoint[];
}
