import type { ApiArgs, ApiPolicyArgs } from "@pulumi/azure-native/apimanagement/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Description } from "../../api/description.ts";
import type { FunctionInput, LinkInput } from "../../gateway/binding-inputs.ts";
import type { GatewayArgs } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
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
}

/** Changes to the arguments and options of the two resources, as far as docs/transforms.md lists them. */
export interface AzureApiManagementApiTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly policy?: Transform<ApiPolicyArgs>;
}

/**
 * The arguments of `AzureApiManagementApi`.
 *
 * There are no `tags`: neither of the two resources accepts Azure resource tags.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 */
export type AzureApiManagementApiArgs<D extends Description = Description> = GatewayArgs<
  D,
  LinkInput,
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
