import type { GatewayRequest } from "../../interpreter.ts";
import type { ApimApi } from "./artefacts.ts";
import { builtInError } from "./error-reply.ts";
import { PolicyFailure } from "./exchange.ts";
import { queryLookup } from "./query-parameters.ts";

const INVALID_KEY =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
const MISSING_KEY =
  "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";

/**
 * The failure for the subscription key of a request, if any. The sandbox has no subscriptions, so every key is invalid, also for an API
 * that does not require one.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
 */
export function subscriptionFailure(api: ApimApi, request: GatewayRequest): PolicyFailure | undefined {
  const { header, query } = api.subscriptionKeyNames;
  const key = request.header(header.toLowerCase()) ?? queryLookup(request.query).get(query)?.[0];
  if (key === undefined && !api.subscriptionRequired) return undefined;
  const [reason, message] =
    key === undefined ? ["SubscriptionKeyNotFound", MISSING_KEY] : ["SubscriptionKeyInvalid", INVALID_KEY];
  return new PolicyFailure("unauthenticated", 401, builtInError("authorization", reason, message));
}
