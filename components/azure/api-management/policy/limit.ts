import { type Limit, type PlanLimit, windowSeconds } from "../../../api/checked-api.ts";
import { reject } from "./answer.ts";
import { choose, when } from "./choose.ts";
import { element, type PolicyElement } from "./element.ts";
import { type Code, code, expression, text } from "./expression.ts";
import { countsConsumers, type Treatments, treats } from "./treatment.ts";
import { textIn, variables, verifiedToken } from "./variable.ts";

/** The longest window that `rate-limit-by-key` counts, in seconds. Longer windows are quotas. */
export const longestRatePeriod = 300;

const issuer = code`${verifiedToken}.Issuer`;
const subject = code`${verifiedToken}.Subject`;

/** Counts requests, and rejects those over a limit. */
export function limits({ limits: aspects }: Treatments): readonly PolicyElement[] {
  return [
    ...(aspects.some(({ value: { by } }) => by === "consumer") ? requireSubject() : []),
    ...aspects.flatMap(({ name, value: limit }) => choose([when(treats(name), [count(limit)])])),
  ];
}

/** Without a subject, all such tokens would be counted as one consumer, or not at all. */
function requireSubject(): readonly PolicyElement[] {
  const isMissing = code`${treats(countsConsumers)} && string.IsNullOrEmpty(${subject})`;
  return choose([when(isMissing, [reject(401, "The token names no subject.")])]);
}

/**
 * Counts one limit. A counter is shared by the whole service, so its key begins with the API and the limit. A limit is declared on a
 * route, so consumers and addresses are counted per route; only a limit by API counts the requests of all its routes together.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
function count({ requests, per, by }: Limit): PolicyElement {
  const api = counterOf(`${requests}/${per}/${by}`);
  const route = code`${api} + " " + ${textIn(variables.route)}`;
  const keys = {
    route,
    api,
    consumer: code`${route} + " " + ${issuer} + " " + ${subject}`,
    ip: code`${route} + " " + context.Request.IpAddress`,
  };
  return countIn({ requests, per }, keys[by]);
}

/** The beginning of a counter's key. */
export function counterOf(name: string): Code {
  return code`context.Api.Id + ${text(` ${name}`)}`;
}

/** Counts the requests with one key in a window. */
export function countIn({ requests, per }: PlanLimit, key: Code): PolicyElement {
  const seconds = windowSeconds[per];
  return element(seconds <= longestRatePeriod ? "rate-limit-by-key" : "quota-by-key", {
    calls: requests,
    "renewal-period": seconds,
    "counter-key": expression(key),
  });
}
