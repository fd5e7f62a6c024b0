import type { Input } from "@pulumi/pulumi";
import type { Plans } from "../../api/description.ts";
import { checkConsumers, type KeyRule } from "../../gateway/consumers.ts";
import type { Target } from "../../gateway/target.ts";

/**
 * A program that calls the API with an API key of its own.
 *
 * @example
 * ```ts
 * import { apiKey, defineApi, http } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { partners: apiKey() },
 *     plans: { free: { quota: { requests: 1_000, per: "day" } } },
 *     routes: { "GET /prices": { to: "catalog", auth: "partners" } },
 *   }),
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   consumers: { acme: { plan: "free" } },
 * });
 * ```
 */
export interface Consumer<Plan extends string = string> {
  /** The name of the consumer's plan in the description. */
  readonly plan: Plan;
  /**
   * The API key: 20 to 128 printable ASCII characters without spaces. Stored as a secret.
   *
   * @default AWS generates a key, see the gateway's output `apiKeys`
   */
  readonly value?: Input<string>;
}

/** Consumers by name. A name is a letter, followed by letters, digits, `_` or `-`, at most 63 characters. */
export type Consumers<Ps extends Plans = Plans, Cs extends string = string> = Readonly<
  Record<Cs, Consumer<keyof Ps & string>>
>;

/**
 * AWS accepts each key once in an account and Region.
 *
 * The length: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. The characters are those that a header's value
 * carries unchanged.
 */
const keyRule: KeyRule = {
  form: /^[\x21-\x7e]{20,128}$/,
  words: "20 to 128 printable ASCII characters without spaces",
  generator: "AWS",
  members: ["value"],
};

/** Adds the check of consumers to a target. */
export function withConsumers<Document>(
  target: Target<Document>,
  consumers: Readonly<Record<string, unknown>>,
): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkConsumers(api, consumers, keyRule)] };
}
