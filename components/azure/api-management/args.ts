import type { ApiArgs, ApiPolicyArgs, BackendArgs } from "@pulumi/azure-native/apimanagement/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Description } from "../../api/description.ts";
import type { FunctionInput } from "../../gateway/binding-inputs.ts";
import type { GatewayArgs } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { AzureLink } from "../link/link-inputs.ts";
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

/** Changes to the arguments and options of the resources, as far as docs/transforms.md lists them. */
export interface AzureApiManagementApiTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly policy?: Transform<ApiPolicyArgs>;
  /** Changes the entity of each private backend. */
  readonly backend?: Transform<BackendArgs>;
}

/**
 * The arguments of `AzureApiManagementApi`.
 *
 * There are no `tags`: none of the resources accepts Azure resource tags.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 */
export type AzureApiManagementApiArgs<D extends Description = Description> = GatewayArgs<
  D,
  AzureLink,
  FunctionInput
> & {
  /** The service that serves the API. */
  readonly service: ApiManagementServiceLink;
  /**
   * The API's path on the service, without a leading or trailing slash. Write `""` if it is the service's only API.
   *
   * @default derived from the component's name
   */
  readonly path?: string;
  readonly transform?: AzureApiManagementApiTransforms;
};
