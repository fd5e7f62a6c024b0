import { apiManagementTarget } from "../../../components/azure/api-management/target.ts";
import { valuesOf } from "../world/client.ts";
import { azureNetwork, azurePlaces, serviceNetwork } from "./azure-network.ts";
import { compiled, type VendorUnderTest } from "./vendor.ts";

const sku = "Developer";
const target = apiManagementTarget({ sku, path: "", title: "contract", network: serviceNetwork });

/** `AzureApiManagementApi` in a tier that supports every policy. */
export const azureApiManagement: VendorUnderTest = {
  vendor: "azure",
  capabilities: target.capabilities,
  render(description, places) {
    const { document, policy, backends } = compiled(target, description, azurePlaces(places));
    return {
      kind: "azure-api-management",
      sku,
      apis: [
        {
          name: "contract",
          path: "",
          protocols: ["https"],
          subscriptionRequired: false,
          subscriptionKeyNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
          document,
          policy,
        },
      ],
      namedValues: {},
      backends: Object.fromEntries(backends.map(({ id, url }) => [id, { url }])),
      network: azureNetwork(),
    };
  },
  readAnswer({ status, headers, body }, request) {
    switch (status) {
      case 200:
        return request.method === "OPTIONS" && body.length === 0 ? "preflight" : undefined;
      case 400:
        return "malformed";
      case 401:
        return "unauthenticated";
      case 403:
        // Missing scopes and exceeded quotas have the same status. Only a quota sends Retry-After (the page on quota-by-key).
        return valuesOf(headers, "retry-after").length > 0 ? "limited" : "forbidden";
      case 404:
        return "no route";
      case 413:
        return "too large";
      case 429:
        return "limited";
      case 500:
      case 504:
        return "backend down";
      default:
        return undefined;
    }
  },
  // https://learn.microsoft.com/azure/api-management/service-limits: 1 GiB.
  maxBodyBytes: 1024 ** 3,
  authorizationHeader: "authorization",
};
