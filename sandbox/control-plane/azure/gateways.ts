import type { DeployedGateway } from "../../data-plane/artefacts.ts";
import type { ApimApi, ApimArtefacts } from "../../data-plane/azure/api-management/artefacts.ts";
import { text } from "../property-value.ts";
import type { Records } from "../records.ts";
import { productsOf, requiresSubscription } from "./apimanagement/product.ts";
import {
  apiPolicies,
  apis,
  backends,
  certificates,
  gatewayKey,
  namedValues,
  operations,
  type ServiceRecord,
  services,
  subscriptions,
} from "./apimanagement/record.ts";
import { ALL_ACCESS } from "./apimanagement/subscription-keys.ts";
import { armKey, lastSegment } from "./arm.ts";
import { serviceNetwork } from "./network/service-network.ts";

/** The deployed API Management services. */
export function azureGateways(records: Records): readonly DeployedGateway[] {
  return services.list(records).map(([, service]) => {
    const key = armKey(service.id);
    return {
      key: gatewayKey(key),
      name: service.name,
      vendor: "azure",
      region: service.location,
      artefacts: serviceArtefacts(records, key, service),
    };
  });
}

function operationsOf(records: Records, apiId: string): NonNullable<ApimApi["operations"]> {
  return operations.list(records, armKey(apiId)).map(([, { id, inputs }]) => ({
    id: lastSegment(id),
    name: text(inputs, "displayName") ?? "",
    method: text(inputs, "method") ?? "",
    urlTemplate: text(inputs, "urlTemplate") ?? "",
  }));
}

/** The APIs of a service with their policies, and its named values. */
export function serviceArtefacts(
  records: Records,
  key: string,
  service: Pick<ServiceRecord, "sku" | "subnetId" | "allAccess">,
): ApimArtefacts {
  const network = service.subnetId === undefined ? undefined : serviceNetwork(records, service.subnetId);
  return {
    kind: "azure-api-management",
    sku: service.sku,
    apis: apis.list(records, key).map(([, api]) => {
      const policy = apiPolicies.get(records, `${armKey(api.id)}/policies/policy`);
      return {
        name: api.apiId,
        path: api.path,
        protocols: api.protocols,
        subscriptionRequired: api.subscriptionRequired,
        subscriptionKeyNames: api.subscriptionKeyNames,
        ...(api.serviceUrl === undefined ? {} : { serviceUrl: api.serviceUrl }),
        ...(api.version === undefined ? {} : { version: api.version }),
        document: api.document,
        ...(api.isImported === true ? {} : { operations: operationsOf(records, api.id) }),
        ...(policy === undefined ? {} : { policy: policy.value }),
      };
    }),
    namedValues: Object.fromEntries(
      namedValues.list(records, key).map(([, { displayName, value }]) => [displayName, value]),
    ),
    backends: Object.fromEntries(backends.list(records, key).map(([, { id, backend }]) => [lastSegment(id), backend])),
    certificates: Object.fromEntries(
      certificates.list(records, key).map(([, { id, secret }]) => [lastSegment(id), secret]),
    ),
    ...callersOf(records, key, service),
    ...(network === undefined ? {} : { network }),
  };
}

/** The subscriptions and products of a service. Every service has a subscription that opens all of its APIs. */
function callersOf(
  records: Records,
  key: string,
  { allAccess }: Pick<ServiceRecord, "allAccess">,
): Required<Pick<ApimArtefacts, "subscriptions" | "products">> {
  const declared = subscriptions.list(records, key).map(([, { id, displayName, scope, keys, isActive }]) => ({
    id: lastSegment(id),
    name: displayName,
    scope,
    keys: [keys.primary, keys.secondary],
    isActive,
  }));
  const builtIn = {
    id: ALL_ACCESS,
    name: "Built-in all-access subscription",
    scope: { kind: "all" },
    keys: allAccess === undefined ? [] : [allAccess.primary, allAccess.secondary],
    isActive: true,
  } as const;
  return {
    subscriptions: [builtIn, ...declared],
    products: productsOf(records, key).map(({ id, inputs, apis }) => ({
      id: lastSegment(id),
      name: text(inputs, "displayName") ?? "",
      subscriptionRequired: requiresSubscription(inputs),
      apis,
    })),
  };
}
