import { Api, type ApiArgs, ApiPolicy, type ApiPolicyArgs } from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Auths, Backends } from "../../api/description.ts";
import { PolygateError } from "../../api/problem.ts";
import { anyOf } from "../../api/suggestion.ts";
import {
  announce,
  type Gateway,
  type GatewayArgs,
  outputsOf,
  type PlanArgs,
  plan,
  type Report,
} from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { azureApiManagement } from "./capabilities.ts";
import { type ApiManagementSku, skus } from "./sku.ts";
import { apiManagementTarget } from "./target.ts";

/** The API Management service that an API stands on: a plain record, which survives a stack reference. */
export interface ApiManagementServiceLink {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  /** The service's `gatewayUrl`, e.g. `https://contoso.azure-api.net`. */
  readonly gatewayUrl: pulumi.Input<string>;
  /** The service's region, e.g. `westeurope`. */
  readonly location: pulumi.Input<string>;
  /** The service's tier. It decides what is carried, so it is known when the program runs. */
  readonly sku: ApiManagementSku;
}

/** What {@link AzureApiManagementApi} takes beside what every gateway takes. */
export interface AzureApiManagementOptions {
  readonly service: ApiManagementServiceLink;
  /**
   * The API's own path on the service, without slashes at either end; `""` when it is the service's only API. Default:
   * made of the component's name.
   */
  readonly path?: string;
  /** Changes to the arguments and options of the two resources, except what carries the description. */
  readonly transform?: {
    readonly api?: Transform<ApiArgs>;
    readonly policy?: Transform<ApiPolicyArgs>;
  };
}

export type AzureApiManagementApiArgs<Bs extends Backends, As extends Auths> = GatewayArgs<Bs, As> &
  AzureApiManagementOptions;

/**
 * An API on an Azure API Management service: two resources, whatever the number of routes. The operations are imported as
 * an OpenAPI document, and one policy decides everything.
 *
 * No moment is open. The API has no service URL and the document no server, so backends stand only in the policy:
 * without it (before it is made, after it is deleted, which comes before the API) no request reaches one. The policy
 * reads method and path by itself and refuses what it does not list, so between the import and the policy of an update,
 * each request is decided by the old description or not at all, never by a mixture.
 *
 * The document is not read back by a refresh, the policy is: operations changed by hand do not show as drift, and cannot
 * weaken a route, since the policy does not rely on them.
 *
 * @example
 * ```ts
 * import { apimanagement, resources } from "@pulumi/azure-native";
 * import { defineApi, http, jwt } from "polygate";
 * import { AzureApiManagementApi } from "polygate/azure";
 *
 * const group = new resources.ResourceGroup("shop");
 * const service = new apimanagement.ApiManagementService("shop", {
 *   resourceGroupName: group.name,
 *   publisherName: "Shop",
 *   publisherEmail: "api@example.com",
 *   sku: { name: "Developer", capacity: 1 },
 * });
 * const gateway = new AzureApiManagementApi("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     default: { auth: "staff" },
 *     routes: { "GET /orders/{id}": { to: "erp", scopes: ["orders:read"] } },
 *   }),
 *   service: {
 *     resourceGroupName: group.name,
 *     serviceName: service.name,
 *     gatewayUrl: service.gatewayUrl,
 *     location: service.location,
 *     sku: "Developer",
 *   },
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class AzureApiManagementApi<const Bs extends Backends, const As extends Auths>
  extends pulumi.ComponentResource
  implements Gateway
{
  readonly url: pulumi.Output<string>;
  readonly hostname: pulumi.Output<string>;
  readonly vendor = "azure";
  readonly flavour: string = azureApiManagement.className;
  readonly region: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  readonly report: Report;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AzureApiManagementApiArgs<Bs, As>, options?: pulumi.ComponentResourceOptions) {
    const { service, transform } = args;
    const subject = `The gateway "${name}"`;
    checkSku(subject, service.sku);
    const path = args.path ?? vendorName(name, { longest: 80 });
    const { api, report, document } = plan(
      subject,
      args as unknown as PlanArgs,
      apiManagementTarget({ sku: service.sku, path, title: name }),
    );
    super("polygate:index:AzureApiManagementApi", name, {}, options);
    const place = { resourceGroupName: service.resourceGroupName, serviceName: service.serviceName };
    const [apiArgs, apiOptions] = transformed<ApiArgs>(
      transform?.api,
      {
        ...place,
        apiId: vendorName(name, { longest: 80 }),
        displayName: api.title ?? name,
        apiType: "http",
        path,
        protocols: ["https"],
        subscriptionRequired: false,
        // What the import would otherwise choose, written out: it overwrites whatever is not sent with it.
        subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
        translateRequiredQueryParametersConduct: "query",
        format: "openapi+json",
        value: document.document,
      },
      { parent: this },
      ["apiId", "path", "format", "value", "serviceUrl", "sourceApiId", "resourceGroupName", "serviceName"],
    );
    const made = new Api(`${name}-api`, apiArgs, apiOptions);
    const [policyArgs, policyOptions] = transformed<ApiPolicyArgs>(
      transform?.policy,
      { ...place, apiId: made.name, policyId: "policy", format: "rawxml", value: document.policy },
      // The service refuses two writes to one API at a time.
      { parent: this, dependsOn: made },
      ["apiId", "policyId", "format", "value", "resourceGroupName", "serviceName"],
    );
    new ApiPolicy(`${name}-policy`, policyArgs, policyOptions);

    const gatewayUrl = pulumi.output(service.gatewayUrl).apply((url) => url.replace(/\/+$/, ""));
    this.url = gatewayUrl.apply((url) => (path === "" ? url : `${url}/${path}`));
    this.hostname = gatewayUrl.apply((url) => new URL(url).host);
    this.region = pulumi.output(service.location);
    this.id = made.id;
    this.report = report;
    announce(report, this);
    this.registerOutputs(outputsOf(this));
  }
}

function checkSku(subject: string, sku: unknown): void {
  if (skus.some((known) => known === sku)) return;
  throw new PolygateError(subject, [
    {
      code: "unknown-sku",
      place: "service.sku",
      vendor: "azure",
      rule: `${typeof sku === "string" ? JSON.stringify(sku) : typeof sku} is no tier of API Management`,
      remedy: `Write the service's own tier, as a string and not as an Output: ${anyOf(skus)}.`,
    },
  ]);
}
