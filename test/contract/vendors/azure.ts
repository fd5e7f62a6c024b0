import { normalise } from "../../../components/api/check/normalise.ts";
import { subscriptionId } from "../../../components/azure/api-management/consumer-plans.ts";
import { hasKeys, keylessProductId, mixesKeys } from "../../../components/azure/api-management/keyless-product.ts";
import { azureProofs } from "../../../components/azure/api-management/proof.ts";
import { apiManagementTarget } from "../../../components/azure/api-management/target.ts";
import type { ApiManagementSku } from "../../../components/azure/sku.ts";
import type { ApimArtefacts } from "../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { Places } from "../oracle/description.ts";
import { valuesOf } from "../world/client.ts";
import { keysOfOthers } from "../world/keys.ts";
import { azureNetwork, azurePlaces, serviceNetwork } from "./azure-network.ts";
import { compiled, type VendorUnderTest } from "./vendor.ts";

const name = "contract";

/** A product of another team, to which it has added the API. */
const othersProduct = { id: "of-others", name: "of others", subscriptionRequired: true, apis: [name] };

/** `AzureApiManagementApi` in a tier that supports every policy. */
export const azureApiManagement: VendorUnderTest = vendorOf("Developer");

/** The same in a v2 tier, which counts in token buckets and has no quotas. */
export const azureApiManagementV2: VendorUnderTest = {
  ...vendorOf("StandardV2"),
  name: "AzureApiManagementApi in a v2 tier",
};

function vendorOf(sku: ApiManagementSku): VendorUnderTest {
  const place = { sku, path: "", title: name, network: serviceNetwork };
  return {
    vendor: "azure",
    capabilities: apiManagementTarget(place).capabilities,
    proofs: azureProofs,
    render(description, places) {
      const api = normalise(description);
      const consumers = hasKeys(api) ? places.consumers : {};
      const target = apiManagementTarget({ ...place, consumers });
      const { document, policy, backends } = compiled(target, description, azurePlaces(places));
      return {
        kind: "azure-api-management",
        sku,
        apis: [
          {
            name,
            path: "",
            protocols: ["https"],
            // As the component declares it.
            subscriptionRequired: hasKeys(api),
            subscriptionKeyNames: {
              header: hasKeys(api) ? "x-api-key" : "Ocp-Apim-Subscription-Key",
              query: "subscription-key",
            },
            document,
            policy,
          },
        ],
        namedValues: {},
        backends: Object.fromEntries(backends.map(({ id, url }) => [id, { url }])),
        subscriptions: subscriptionsOf(consumers),
        products: [
          othersProduct,
          ...(mixesKeys(api)
            ? [{ id: keylessProductId(name), name: "open", subscriptionRequired: false, apis: [name] }]
            : []),
        ],
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
}

/** The subscriptions of the consumers, beside those of other teams that share the service. */
function subscriptionsOf(consumers: Places["consumers"]): NonNullable<ApimArtefacts["subscriptions"]> {
  const own = Object.entries(consumers).map(([consumer, { key, enabled }]) => ({
    id: subscriptionId(name, consumer),
    name: consumer,
    scope: { kind: "api", name } as const,
    keys: [key, `${key}-2`],
    isActive: enabled,
  }));
  return [...own, ...others(consumers)];
}

/** The subscriptions of others: of all APIs, of a product that contains the API, of another API, and the service's own. */
function others(consumers: Places["consumers"]): NonNullable<ApimArtefacts["subscriptions"]> {
  const scopes = [
    { kind: "all" },
    { kind: "product", name: othersProduct.id },
    { kind: "api", name: "other" },
    { kind: "all" },
  ] as const;
  const keys = Object.values(consumers).map(({ key }) => keysOfOthers(key));
  return scopes.map((scope, index) => ({
    id: index === 3 ? "master" : `of-others-${index}`,
    name: "of others",
    scope,
    keys: [...new Set(keys.flatMap((each) => each[index] ?? []))],
    isActive: true,
  }));
}
