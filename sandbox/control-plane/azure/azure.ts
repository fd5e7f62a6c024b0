import { type Properties, text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { api } from "./apimanagement/api.ts";
import { apiPolicy } from "./apimanagement/api-policy.ts";
import { backend } from "./apimanagement/backend.ts";
import { certificate } from "./apimanagement/certificate.ts";
import { namedValue } from "./apimanagement/named-value.ts";
import { apiOperation } from "./apimanagement/operation.ts";
import { product, productApi } from "./apimanagement/product.ts";
import { apiManagementService } from "./apimanagement/service.ts";
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
      "azure-native:resources:ResourceGroup": resourceGroup,
    },
    unmodelled: azureUnmodelled,
    echo: azureEcho,
    gateways: azureGateways,
    links: azureLinks,
    exclusive,
  };
}

/** The object that a write locks: API Management rejects a second write to an API or its children while a write is in progress. */
function exclusive(type: string, inputs: Properties, id: string | undefined): string | undefined {
  if (!type.startsWith("azure-native:apimanagement:Api")) return undefined;
  if (id !== undefined) return /resourcegroups\/.*\/apis\/[^/;]+/.exec(armKey(id))?.[0];
  const group = text(inputs, "resourceGroupName");
  const service = text(inputs, "serviceName");
  const apiId = text(inputs, "apiId");
  if (group === undefined || service === undefined || apiId === undefined) return undefined;
  const path = `resourceGroups/${group}/providers/Microsoft.ApiManagement/service/${service}/apis/${apiId}`;
  // The revisions of an API (`name;rev=2`) are one API.
  return armKey(path).replace(/;.*$/, "");
}
