import type {
  ApiArgs,
  ApiPolicyArgs,
  BackendArgs,
  CertificateArgs,
  NamedValueArgs,
  ProductApiArgs,
  ProductArgs,
  SubscriptionArgs,
} from "@pulumi/azure-native/apimanagement/index.js";
import type { Description } from "../../api/description.ts";
import type { FunctionInput } from "../../gateway/binding-inputs.ts";
import type { GatewayArgs, PlansOf } from "../../gateway/gateway.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { AzureLink } from "../link/link-inputs.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import type { AllowFrom } from "./allow-from.ts";
import type { Consumers } from "./consumer.ts";
import type { AzureProof } from "./proof-inputs.ts";

/** Changes to the arguments and options of the resources, as far as docs/transforms.md lists them. */
export interface AzureApiManagementApiTransforms {
  readonly api?: Transform<ApiArgs>;
  readonly policy?: Transform<ApiPolicyArgs>;
  /** Changes the entity of each private backend. */
  readonly backend?: Transform<BackendArgs>;
  /** Changes the named value of each secret header that proves the gateway to a backend. */
  readonly secret?: Transform<NamedValueArgs>;
  /** Changes each client certificate that proves the gateway to a backend. */
  readonly clientCertificate?: Transform<CertificateArgs>;
  /** Changes the subscription of each consumer. */
  readonly subscription?: Transform<SubscriptionArgs>;
  /** Changes the open product of an API of which only some routes require a key. */
  readonly product?: Transform<ProductArgs>;
  /** Changes the resource that adds the API to that product. */
  readonly productApi?: Transform<ProductApiArgs>;
}

/**
 * The arguments of `AzureApiManagementApi`.
 *
 * There are no `tags`: none of the resources accepts Azure resource tags.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths, plans and routes are checked against its names
 * @typeParam Cs the names of the consumers
 */
export type AzureApiManagementApiArgs<D extends Description = Description, Cs extends string = string> = GatewayArgs<
  D,
  AzureLink,
  FunctionInput,
  AzureProof
> & {
  /** The service that serves the API. */
  readonly service: ApiManagementServiceLink;
  /**
   * The API's path on the service, without a leading or trailing slash. Write `""` if it is the service's only API.
   *
   * @default derived from the component's name
   */
  readonly path?: string;
  /**
   * The consumers of the routes that require an API key.
   *
   * @default no consumers
   */
  readonly consumers?: Consumers<PlansOf<D>, Cs>;
  /**
   * The networks that may send requests.
   *
   * @default requests from everywhere
   */
  readonly allowFrom?: AllowFrom;
  readonly transform?: AzureApiManagementApiTransforms;
};
