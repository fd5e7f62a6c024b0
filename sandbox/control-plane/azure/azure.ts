import { type Properties, text } from "../property-value.ts";
import type { Lock, ProviderPackage } from "../provider-package.ts";
import { api } from "./apimanagement/api.ts";
import { apiPolicy } from "./apimanagement/api-policy.ts";
import { backend } from "./apimanagement/backend.ts";
import { certificate } from "./apimanagement/certificate.ts";
import { namedValue } from "./apimanagement/named-value.ts";
import { apiOperation } from "./apimanagement/operation.ts";
import { product, productApi } from "./apimanagement/product.ts";
import { apiManagementService } from "./apimanagement/service.ts";
import { subscription } from "./apimanagement/subscription.ts";
import { listSubscriptionSecrets } from "./apimanagement/subscription-keys.ts";
import { apiVersionSet } from "./apimanagement/version-set.ts";
import { type AzureSettings, armKey } from "./arm.ts";
import { azureEcho } from "./echo.ts";
import { azureFunctions, callerObjectId } from "./functions.ts";
import { azureGateways } from "./gateways.ts";
import { azureLinks } from "./network/links.ts";
import { networkModels } from "./network/types.ts";
import { resourceGroup } from "./resource-group.ts";
import { azureUnmodelled } from "./unmodelled-types.ts";

/** The identities in the sandbox's Azure. They cannot be confused with real ones. */
export const azureIdentity = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  tenantId: "00000000-0000-0000-0000-000000000002",
  clientId: "00000000-0000-0000-0000-000000000003",
  objectId: callerObjectId,
};

/** The `azure-native` package. */
export function azurePackage(): ProviderPackage<AzureSettings> {
  return {
    name: "azure-native",
    bridged: false,
    replacingConfig: [],
    configure: (config) => ({
      subscriptionId: text(config, "subscriptionId") ?? azureIdentity.subscriptionId,
      tenantId: text(config, "tenantId") ?? azureIdentity.tenantId,
      clientId: text(config, "clientId") ?? azureIdentity.clientId,
      location: text(config, "location"),
    }),
    plainType: (type) => type.replace(/^(azure-native:[^/:]+)\/v\d{8}[a-z]*:/, "$1:"),
    functions: azureFunctions,
    lookups: { "azure-native:apimanagement:listSubscriptionSecrets": listSubscriptionSecrets },
    typeRead: (token) => /^(azure-native:[^/:]+)(?:\/v\d{8}[a-z]*)?:get([A-Z]\w*)$/.exec(token)?.slice(1).join(":"),
    models: {
      ...networkModels,
      "azure-native:apimanagement:Api": api,
      "azure-native:apimanagement:ApiManagementService": apiManagementService,
      "azure-native:apimanagement:ApiOperation": apiOperation,
      "azure-native:apimanagement:ApiPolicy": apiPolicy,
      "azure-native:apimanagement:ApiVersionSet": apiVersionSet,
      "azure-native:apimanagement:Backend": backend,
      "azure-native:apimanagement:Certificate": certificate,
      "azure-native:apimanagement:NamedValue": namedValue,
      "azure-native:apimanagement:Product": product,
      "azure-native:apimanagement:ProductApi": productApi,
      "azure-native:apimanagement:Subscription": subscription,
      "azure-native:resources:ResourceGroup": resourceGroup,
    },
    unmodelled: azureUnmodelled,
    echo: azureEcho,
    gateways: azureGateways,
    links: azureLinks,
    exclusive,
  };
}

/**
 * The object that a write locks: API Management rejects a second write to an API or its children while a write is in progress, and a
 * second subscription (hashicorp/terraform-provider-azurerm#30112).
 */
function exclusive(type: string, inputs: Properties, id: string | undefined): Lock | undefined {
  if (type === "azure-native:apimanagement:Subscription") {
    const service =
      id === undefined ? apimServiceOf(inputs) : /resourcegroups\/.*(?=\/subscriptions\/[^/]*$)/.exec(armKey(id))?.[0];
    const conflict = `Code="PreconditionFailed" Message="Resource was modified since last retrieval" (412)`;
    return service === undefined ? undefined : { object: `${service}/subscriptions`, conflict };
  }
  const object = type.startsWith("azure-native:apimanagement:Api") ? lockedApi(inputs, id) : undefined;
  const conflict = `Code="PessimisticConcurrencyConflict" Message="Operation on the API is in progress" (409)`;
  return object === undefined ? undefined : { object, conflict };
}

/** The service in the inputs of one of its parts. */
function apimServiceOf(inputs: Properties): string | undefined {
  const group = text(inputs, "resourceGroupName");
  const service = text(inputs, "serviceName");
  if (group === undefined || service === undefined) return undefined;
  return armKey(`resourceGroups/${group}/providers/Microsoft.ApiManagement/service/${service}`);
}

function lockedApi(inputs: Properties, id: string | undefined): string | undefined {
  if (id !== undefined) return /resourcegroups\/.*\/apis\/[^/;]+/.exec(armKey(id))?.[0];
  const service = apimServiceOf(inputs);
  const apiId = text(inputs, "apiId");
  if (service === undefined || apiId === undefined) return undefined;
  // The revisions of an API (`name;rev=2`) are one API.
  return armKey(`${service}/apis/${apiId}`).replace(/;.*$/, "");
}
