import type { Api } from "../../api/checked-api.ts";
import type { Problem } from "../../api/problem.ts";
import { checkConsumers, type KeyRule } from "../../gateway/consumers.ts";
import { entityId } from "./entity-id.ts";

/** The plan of each consumer: what the policy needs to know. */
export type ConsumerPlans = Readonly<Record<string, { readonly plan: string }>>;

/**
 * API Management accepts keys of 1 to 256 characters. A key of less than 20 can be guessed.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/subscription/create-or-update
 */
const keyRule: KeyRule = {
  form: /^[\x21-\x7e]{20,256}$/,
  words: "20 to 256 printable ASCII characters without spaces",
  generator: "API Management",
  members: ["value", "secondaryValue"],
};

/** Reports what is wrong with the consumers of an API. */
export function consumerProblems(api: Api, consumers: Readonly<Record<string, unknown>>): readonly Problem[] {
  return checkConsumers(api, consumers, keyRule);
}

/**
 * The id of a consumer's subscription. The policy recognises the consumer by it, in lower case.
 *
 * @param owner the component's name: ids are unique in the service, which other APIs share
 */
export function subscriptionId(owner: string, consumer: string): string {
  return entityId(owner, consumer);
}

/** The subscriptions of the consumers of one plan. */
export interface PlanSubscriptions {
  readonly plan: string;
  readonly ids: readonly string[];
}

/** The subscriptions of the consumers, by plan. */
export function subscriptionsByPlan(owner: string, consumers: ConsumerPlans): readonly PlanSubscriptions[] {
  const byPlan = Map.groupBy(Object.entries(consumers), ([, consumer]) => consumer?.plan);
  return [...byPlan].map(([plan, members]) => ({ plan, ids: members.map(([name]) => subscriptionId(owner, name)) }));
}
