import type { TransformRules } from "../../gateway/transform.ts";
import type { AzureApiManagementApiTransforms } from "./args.ts";

const description = "Change the description of the API.";
const service = "Set service.";
const proof = "Set proof of the backend in backends.";

/**
 * What transforms may change of an API's resources: what describes the API to people, and whether it requires a subscription or
 * breaks the circuit to a backend, since these only reject more requests. The rest decides which requests reach the policy, and by which path.
 */
export const apiManagementTransformRules: TransformRules<AzureApiManagementApiTransforms> = {
  api: {
    resource: "azure-native:apimanagement:Api",
    properties: [
      "apiRevisionDescription",
      "apiVersionDescription",
      "contact",
      "description",
      "displayName",
      "license",
      "subscriptionRequired",
      "termsOfServiceUrl",
    ],
    retain: true,
    instead: {
      apiId: "Give the component another name.",
      path: "Set path.",
      resourceGroupName: service,
      serviceName: service,
      serviceUrl: "Bind the URL of each backend in backends.",
      value: description,
    },
  },
  policy: {
    resource: "azure-native:apimanagement:ApiPolicy",
    properties: [],
    instead: { value: description },
  },
  subscription: {
    resource: "azure-native:apimanagement:Subscription",
    // A state other than "active" only rejects the consumer's keys.
    properties: ["displayName", "notify", "ownerId", "state"],
    instead: {
      primaryKey: "Set value of the consumer.",
      resourceGroupName: service,
      scope: "A key opens the routes of this API only.",
      secondaryKey: "Set secondaryValue of the consumer.",
      serviceName: service,
      sid: "Give the component or the consumer another name.",
      state: "Remove the consumer.",
    },
  },
  product: {
    resource: "azure-native:apimanagement:Product",
    properties: ["description", "displayName", "terms"],
    instead: {
      productId: "Give the component another name.",
      resourceGroupName: service,
      serviceName: service,
      subscriptionRequired: "Require a key (apiKey) on every route of the API.",
    },
  },
  productApi: {
    resource: "azure-native:apimanagement:ProductApi",
    properties: [],
    instead: { resourceGroupName: service, serviceName: service },
  },
  backend: {
    resource: "azure-native:apimanagement:Backend",
    properties: ["circuitBreaker", "description", "title"],
    instead: {
      backendId: "Give the component or the backend another name.",
      resourceGroupName: service,
      serviceName: service,
      tls: "Let the server present a certificate that the service trusts.",
      url: "Bind the URL of the backend in backends.",
    },
  },
  secret: {
    resource: "azure-native:apimanagement:NamedValue",
    properties: ["tags"],
    instead: { keyVault: proof, resourceGroupName: service, serviceName: service, value: proof },
  },
  clientCertificate: {
    resource: "azure-native:apimanagement:Certificate",
    properties: [],
    instead: { data: proof, keyVault: proof, resourceGroupName: service, serviceName: service },
  },
};
