import { Api } from "@pulumi/azure-native/apimanagement/api.js";
import { ApiPolicy } from "@pulumi/azure-native/apimanagement/apiPolicy.js";
import { Backend } from "@pulumi/azure-native/apimanagement/backend.js";
import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../api/description.ts";
import { announce } from "../../gateway/announce.ts";
import { readArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import { type Gateway, outputsOf } from "../../gateway/gateway.ts";
import { vendorName } from "../../gateway/names.ts";
import { prepare } from "../../gateway/prepare.ts";
import type { Report } from "../../gateway/report.ts";
import type { AzureApiManagementApiArgs } from "./args.ts";
import { azureApiManagement } from "./capabilities.ts";
import { checkService, networkOf, skuOf } from "./check-service.ts";
import { checkedLinks } from "./checked-links.ts";
import { hasKeys, mixesKeys } from "./keyless-product.ts";
import type { ApiManagementOwner } from "./owner.ts";
import { keyHeader } from "./policy/key.ts";
import { backendEntity, privateBackends } from "./private-backend.ts";
import { declareSecrets } from "./secret-resources.ts";
import { apiManagementShape } from "./shape.ts";
import { declareKeylessProduct, declareSubscriptions } from "./subscriptions.ts";
import { type ApiManagementArtefacts, apiManagementTarget } from "./target.ts";
import { apiManagementTransformRules } from "./transform-rules.ts";

/** The longest id of an API. */
const longestName = 80;

/**
 * Deploys an API to an Azure API Management service. Declares two resources, however many routes there are: the API, whose
 * operations are imported as an OpenAPI document, and its policy, which decides every request. Each private backend, each secret that proves
 * the gateway to a backend and each consumer is one resource more, and two more let requests without a key in if only some routes require one.
 *
 * A route is never served without its authentication, whichever step of a deployment is interrupted:
 * - The API has no service URL and the document no server, so only the policy names backends. Without the policy, which is created
 *   after the API and deleted before it, no request reaches a backend.
 * - The policy matches method and path by itself and rejects every request that it does not list. Between the import and the
 *   policy of an update, a request is decided by the old description or rejected; the two descriptions never mix.
 *
 * A refresh reads the policy but not the document. Operations that somebody changes by hand do not show as drift. They cannot weaken
 * a route, since the policy does not depend on them.
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
export class AzureApiManagementApi<
    const D extends Description = Description,
    // biome-ignore lint/suspicious/noExplicitAny: with `string`, no gateway with known consumers could be assigned to the class
    const Cs extends string = any,
  >
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
  /** Each consumer's primary key, by the consumer's name. A secret. */
  readonly apiKeys: pulumi.Output<Readonly<Record<Cs, string>>>;
  /** Each consumer's secondary key, by the consumer's name. A secret. */
  readonly secondaryApiKeys: pulumi.Output<Readonly<Record<Cs, string>>>;

  /** @throws {PolygateError} with all problems, before anything is registered. */
  constructor(name: string, args: AzureApiManagementApiArgs<D, Cs>, options?: pulumi.ComponentResourceOptions) {
    const { args: checked, problems } = readArguments<AzureApiManagementApiArgs>(args, apiManagementShape);
    const { service, allowFrom, consumers = {}, path = vendorName(name, { longest: longestName }) } = checked;
    const subject = `The gateway "${name}"`;
    const target = apiManagementTarget({
      sku: skuOf(service),
      path,
      title: name,
      network: networkOf(service),
      consumers,
      allowFrom,
    });
    const prepared = prepare(subject, checked, target, [...problems, ...checkService(service)]);
    const { api, report, inputs } = prepared;
    super("polygate:index:AzureApiManagementApi", name, inputs, options);
    const transforms = new ComponentTransforms(subject, apiManagementTransformRules, checked.transform);
    const owner = { name, parent: this, service, transform: transforms.children };
    const document = checkedLinks(subject, prepared, service);
    const backends = privateBackends(api).map((backend) => declareBackend(owner, backend, checked.backends));
    const secrets = declareSecrets(owner, api, checked.backends);
    const declared = declareApi(owner, document, { path, displayName: api.title ?? name, isKeyed: hasKeys(api) });
    const product = mixesKeys(api) ? declareKeylessProduct(owner, declared) : [];
    const { apiKeys, secondaryApiKeys } = declareSubscriptions(owner, declared, consumers);
    declarePolicy(owner, document, declared, [...product, ...backends, ...secrets]);

    const gatewayUrl = pulumi.output(service.gatewayUrl).apply((url) => url.replace(/\/+$/, ""));
    this.url = gatewayUrl.apply((url) => (path === "" ? url : `${url}/${path}`));
    this.hostname = gatewayUrl.apply((url) => new URL(url).host);
    this.region = pulumi.output(service.location);
    this.id = declared.id;
    this.report = report;
    this.apiKeys = apiKeys as typeof this.apiKeys;
    this.secondaryApiKeys = secondaryApiKeys as typeof this.secondaryApiKeys;
    transforms.check();
    announce(report, this);
    this.registerOutputs({ ...outputsOf(this), ...(hasKeys(api) ? { apiKeys, secondaryApiKeys } : {}) });
  }
}

/** What an API is declared with beside its document. */
interface ApiSettings {
  readonly path: string;
  readonly displayName: string;
  /** Whether a route requires a key. */
  readonly isKeyed: boolean;
}

function declareApi(
  { name, parent, service, transform }: ApiManagementOwner,
  artefacts: pulumi.Output<ApiManagementArtefacts>,
  { path, displayName, isKeyed }: ApiSettings,
): Api {
  return transform.api.declare(
    Api,
    `${name}-api`,
    {
      resourceGroupName: service.resourceGroupName,
      serviceName: service.serviceName,
      apiId: vendorName(name, { longest: longestName }),
      displayName,
      apiType: "http",
      path,
      protocols: ["https"],
      subscriptionRequired: isKeyed,
      // The import overwrites what is not sent with it, so the values that it would choose are written out.
      subscriptionKeyParameterNames: {
        header: isKeyed ? keyHeader : "Ocp-Apim-Subscription-Key",
        query: "subscription-key",
      },
      translateRequiredQueryParametersConduct: "query",
      format: "openapi+json",
      value: artefacts.document,
    },
    { parent },
  );
}

/**
 * Declares the entity of a private backend. Its id contains a hash of its URL, so that a changed URL is a new entity: the policy in
 * service keeps the old one until it is replaced. It depends on nothing but the URL.
 */
function declareBackend(
  { name, parent, service, transform }: ApiManagementOwner,
  backend: string,
  bindings: AzureApiManagementApiArgs["backends"],
): Backend {
  const { url } = bindings[backend] as { readonly url: pulumi.Input<string> };
  const entity = pulumi.output(url).apply((known) => backendEntity(name, backend, known));
  return transform.backend.declare(
    Backend,
    `${name}-backend-${backend}`,
    {
      resourceGroupName: service.resourceGroupName,
      serviceName: service.serviceName,
      backendId: entity.id,
      protocol: "http",
      url: entity.url,
      tls: { validateCertificateChain: true, validateCertificateName: true },
    },
    { parent },
  );
}

function declarePolicy(
  { name, parent, service, transform }: ApiManagementOwner,
  artefacts: pulumi.Output<ApiManagementArtefacts>,
  api: Api,
  named: readonly pulumi.Resource[],
): ApiPolicy {
  return transform.policy.declare(
    ApiPolicy,
    `${name}-policy`,
    {
      resourceGroupName: service.resourceGroupName,
      serviceName: service.serviceName,
      apiId: api.name,
      policyId: "policy",
      format: "rawxml",
      value: artefacts.policy,
    },
    // The service rejects two concurrent writes to one API.
    { parent, dependsOn: [api, ...named] },
  );
}
