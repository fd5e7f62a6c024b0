import type { Input } from "@pulumi/pulumi";
import type { Plans } from "../../api/description.ts";

/**
 * A program that calls the API with a subscription key of its own. It has two keys, which open the same routes, so that one can be
 * changed while its clients use the other.
 *
 * @example
 * ```ts
 * import { apimanagement } from "@pulumi/azure-native";
 * import { apiKey, defineApi, http } from "polygate";
 * import { AzureApiManagementApi } from "polygate/azure";
 *
 * declare const service: apimanagement.ApiManagementService;
 *
 * const gateway = new AzureApiManagementApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { partners: apiKey() },
 *     plans: { free: { quota: { requests: 1_000, per: "day" } } },
 *     routes: { "GET /prices": { to: "catalog", auth: "partners" } },
 *   }),
 *   service: {
 *     resourceGroupName: "shop",
 *     serviceName: service.name,
 *     gatewayUrl: service.gatewayUrl,
 *     location: service.location,
 *     sku: "Developer",
 *   },
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   consumers: { acme: { plan: "free" } },
 * });
 *
 * // Secret: what acme sends in the header x-api-key.
 * export const key = gateway.apiKeys.apply(({ acme }) => acme);
 * ```
 */
export interface Consumer<Plan extends string = string> {
  /** The name of the consumer's plan in the description. */
  readonly plan: Plan;
  /**
   * The primary key: 20 to 256 printable ASCII characters without spaces. Stored as a secret.
   *
   * @default API Management generates a key, see the gateway's output `apiKeys`
   */
  readonly value?: Input<string>;
  /**
   * The secondary key, of the same form. Stored as a secret.
   *
   * @default API Management generates a key, see the gateway's output `secondaryApiKeys`
   */
  readonly secondaryValue?: Input<string>;
}

/** Consumers by name. A name is a letter, followed by letters, digits, `_` or `-`, at most 63 characters. */
export type Consumers<Ps extends Plans = Plans, Cs extends string = string> = Readonly<
  Record<Cs, Consumer<keyof Ps & string>>
>;
