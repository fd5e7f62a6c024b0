import type { GatewayRequest, Surroundings } from "../../../interpreter.ts";
import { readingOf } from "../../../readings.ts";
import type { ApimApi, ApimArtefacts, ApimProduct, ApimSubscription } from "../artefacts.ts";
import type { PolicyContext } from "../context.ts";
import { builtInError } from "../error-reply.ts";
import { PolicyFailure } from "../exchange.ts";
import { queryLookup } from "../query-parameters.ts";

const INVALID_KEY =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
const MISSING_KEY =
  "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";

/** The subscription and the product in whose name a request is processed. */
export type Caller = Pick<PolicyContext, "subscription" | "product">;

export const NOBODY: Caller = { subscription: null, product: null };

/**
 * Checks the subscription keys of requests to one API.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
 */
export class KeyCheck {
  readonly #header: string;
  readonly #query: string;
  readonly #callers: ReadonlyMap<string, Caller>;
  /** Who a request without a key acts for; undefined if it must have a key. */
  readonly #keyless: Caller | undefined;
  readonly #ignoresInvalid: boolean;

  constructor(
    api: ApimApi,
    { subscriptions = [], products = [] }: Pick<ApimArtefacts, "subscriptions" | "products">,
    surroundings: Pick<Surroundings, "readings">,
  ) {
    const containing = products.filter(({ apis }) => apis.some((name) => isSame(name, api.name)));
    const open = containing.find(({ subscriptionRequired }) => !subscriptionRequired);
    const isOptional = open === undefined && !api.subscriptionRequired;
    this.#header = api.subscriptionKeyNames.header.toLowerCase();
    this.#query = api.subscriptionKeyNames.query;
    this.#keyless = open === undefined ? (isOptional ? NOBODY : undefined) : { subscription: null, product: open };
    this.#ignoresInvalid = readingOf(surroundings, "apim-invalid-key") === "ignored";
    const identifies = !isOptional || readingOf(surroundings, "apim-optional-key") === "identifies";
    this.#callers = identifies ? callersOf(api, subscriptions, containing) : new Map();
  }

  /** Who the request acts for, or why it is refused. */
  check(request: GatewayRequest): Caller | PolicyFailure {
    // The query is read only without the header.
    const key = request.header(this.#header) ?? queryLookup(request.query).get(this.#query)?.[0];
    if (key === undefined) return this.#keyless ?? refused("SubscriptionKeyNotFound", MISSING_KEY);
    const caller = this.#callers.get(key);
    if (caller !== undefined) return caller;
    const isIgnored = this.#ignoresInvalid ? this.#keyless : undefined;
    return isIgnored ?? refused("SubscriptionKeyInvalid", INVALID_KEY);
  }
}

/** The callers of an API by the keys that open it. */
function callersOf(
  api: ApimApi,
  subscriptions: readonly ApimSubscription[],
  products: readonly ApimProduct[],
): ReadonlyMap<string, Caller> {
  const callers = new Map<string, Caller>();
  for (const subscription of subscriptions) {
    const { id, name, scope, keys, isActive } = subscription;
    const product = products.find((each) => scope.kind === "product" && isSame(each.id, scope.name)) ?? null;
    const isForApi = scope.kind === "all" || (scope.kind === "api" && isSame(scope.name, api.name));
    if (!isActive || !(isForApi || product !== null)) continue;
    for (const key of keys) callers.set(key, { subscription: { id, name, key }, product });
  }
  return callers;
}

function refused(reason: string, message: string): PolicyFailure {
  return new PolicyFailure("unauthenticated", 401, builtInError("authorization", reason, message));
}

/** Ids in Azure are case-insensitive. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
