import type { Input } from "@pulumi/pulumi";
import type { ApiManagementSku } from "./sku.ts";

/** The API Management service that serves an API: a plain record, so that it survives a stack reference. */
export interface ApiManagementServiceLink {
  readonly resourceGroupName: Input<string>;
  readonly serviceName: Input<string>;
  /** The service's `gatewayUrl`, e.g. `https://contoso.azure-api.net`. */
  readonly gatewayUrl: Input<string>;
  /** The service's region, e.g. `westeurope`. */
  readonly location: Input<string>;
  /** The service's tier. It decides which features the gateway has, so it may not be an Output. */
  readonly sku: ApiManagementSku;
  /**
   * The id of the subnet that the service is injected into (Developer, Premium) or integrated with (StandardV2, PremiumV2). Required for
   * private backends.
   *
   * @default none; the service reaches public addresses only
   */
  readonly subnetId?: Input<string>;
}
