import type { Api } from "@pulumi/azure-native/apimanagement/index.js";
import { listSubscriptionSecretsOutput } from "@pulumi/azure-native/apimanagement/listSubscriptionSecrets.js";
import { Product } from "@pulumi/azure-native/apimanagement/product.js";
import { ProductApi } from "@pulumi/azure-native/apimanagement/productApi.js";
import { Subscription } from "@pulumi/azure-native/apimanagement/subscription.js";
import * as pulumi from "@pulumi/pulumi";
import type { Consumer, Consumers } from "./consumer.ts";
import { subscriptionId } from "./consumer-plans.ts";
import { keylessProductId } from "./keyless-product.ts";
import type { ApiManagementOwner } from "./owner.ts";

/** The keys of one consumer. */
interface Keys {
  readonly primary: pulumi.Output<string>;
  readonly secondary: pulumi.Output<string>;
}

/** The keys of the consumers, by the consumer's name. Secrets. */
export interface ApiKeys {
  readonly apiKeys: pulumi.Output<Readonly<Record<string, string>>>;
  readonly secondaryApiKeys: pulumi.Output<Readonly<Record<string, string>>>;
}

/**
 * Declares a subscription for each consumer, with the API as its scope. It needs no product, so nothing has to be deleted after it but the
 * API. The service rejects subscriptions that are written at the same time, so each waits for the one before it.
 */
export function declareSubscriptions(owner: ApiManagementOwner, api: Api, consumers: Consumers): ApiKeys {
  const keys: Record<string, Keys> = {};
  let previous: Subscription | undefined;
  for (const [name, consumer] of Object.entries(consumers)) {
    const subscription = declareSubscription(owner, api, name, consumer, previous);
    keys[name] = keysOf(owner, subscription, consumer);
    previous = subscription;
  }
  const each = (member: keyof Keys) =>
    pulumi.secret(pulumi.output(Object.fromEntries(Object.entries(keys).map(([name, pair]) => [name, pair[member]]))));
  return { apiKeys: each("primary"), secondaryApiKeys: each("secondary") };
}

function declareSubscription(
  { name, parent, service, transform }: ApiManagementOwner,
  api: Api,
  consumer: string,
  { value, secondaryValue }: Consumer,
  previous: Subscription | undefined,
): Subscription {
  return transform.subscription.declare(
    Subscription,
    `${name}-consumer-${consumer}`,
    {
      resourceGroupName: service.resourceGroupName,
      serviceName: service.serviceName,
      sid: subscriptionId(name, consumer),
      displayName: `${name} ${consumer}`.slice(0, 100),
      scope: api.id,
      // Without a state, the keys do not work until an administrator approves them.
      state: "active",
      allowTracing: false,
      ...(value === undefined ? {} : { primaryKey: pulumi.secret(value) }),
      ...(secondaryValue === undefined ? {} : { secondaryKey: pulumi.secret(secondaryValue) }),
    },
    {
      parent,
      additionalSecretOutputs: ["primaryKey", "secondaryKey"],
      ...(previous === undefined ? {} : { dependsOn: [previous] }),
    },
  );
}

/** The keys that are set, and those that API Management has generated: a read of a subscription does not return them. */
function keysOf(
  { service, parent }: ApiManagementOwner,
  { name }: Subscription,
  { value, secondaryValue }: Consumer,
): Keys {
  if (value !== undefined && secondaryValue !== undefined) {
    return { primary: pulumi.output(value), secondary: pulumi.output(secondaryValue) };
  }
  const { resourceGroupName, serviceName } = service;
  const stored = pulumi.secret(
    listSubscriptionSecretsOutput({ resourceGroupName, serviceName, sid: name }, { parent }),
  );
  return {
    primary: value === undefined ? stored.apply(({ primaryKey = "" }) => primaryKey) : pulumi.output(value),
    secondary:
      secondaryValue === undefined
        ? stored.apply(({ secondaryKey = "" }) => secondaryKey)
        : pulumi.output(secondaryValue),
  };
}

/**
 * Declares an open product that contains the API, for an API of which some routes require a key and others none. The API itself requires a
 * subscription, since Microsoft documents that API Management ignores keys otherwise. In the open product, requests without a key reach the
 * policy, which decides by route.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions
 */
export function declareKeylessProduct(
  { name, parent, service, transform }: ApiManagementOwner,
  api: Api,
): readonly [Product, ProductApi] {
  const { resourceGroupName, serviceName } = service;
  const product = transform.product.declare(
    Product,
    `${name}-keyless`,
    {
      resourceGroupName,
      serviceName,
      productId: keylessProductId(name),
      displayName: `${name} without a key`.slice(0, 300),
      description: "Lets requests without a key reach the policy of the API, which decides by route.",
      subscriptionRequired: false,
      state: "published",
    },
    { parent },
  );
  const member = transform.productApi.declare(
    ProductApi,
    `${name}-keyless-api`,
    { resourceGroupName, serviceName, productId: product.name, apiId: api.name },
    { parent },
  );
  return [product, member];
}
