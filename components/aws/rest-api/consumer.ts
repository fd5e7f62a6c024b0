import type { Input } from "@pulumi/pulumi";
import type { Api } from "../../api/checked-api.ts";
import type { Plans } from "../../api/description.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";
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

const consumerName = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** Adds the check of consumers to a target. */
export function withConsumers<Document>(
  target: Target<Document>,
  consumers: Readonly<Record<string, unknown>>,
): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkConsumers(api, consumers)] };
}

function checkConsumers(api: Api, consumers: Readonly<Record<string, unknown>>): readonly Problem[] {
  const problems = new ProblemList();
  const nameOfKey = new Map<unknown, string>();
  for (const [name, consumer] of Object.entries(consumers)) {
    const place = `consumers.${name}`;
    if (!consumerName.test(name)) {
      problems.refuse(
        "bad-name",
        "A consumer's name is a letter, followed by letters, digits, _ or -, at most 63 characters.",
        "Rename the consumer.",
        { place },
      );
      continue;
    }
    const { plan, value } = (consumer ?? {}) as Partial<Consumer>;
    checkPlan(problems.for({ place: `${place}.plan` }), api, plan);
    const first = typeof value === "string" ? nameOfKey.get(value) : undefined;
    nameOfKey.set(value, first ?? name);
    if (first === undefined) checkKey(problems.for({ place: `${place}.value` }), value);
    else refuseSameKey(problems.for({ place: `${place}.value` }), first);
  }
  return problems.all;
}

function checkPlan(problems: ProblemList, api: Api, plan: unknown): void {
  if (typeof plan === "string" && Object.hasOwn(api.plans, plan)) return;
  const plans = Object.keys(api.plans);
  problems.refuse(
    "unknown-plan",
    plan === undefined
      ? "The consumer has no plan."
      : `The description does not declare the plan ${JSON.stringify(plan)}.`,
    plans.length === 0
      ? "Require an API key on a route (apiKey), and declare in plans what its consumers may do."
      : `Write one of ${plans.join(", ")}.`,
  );
}

/** AWS accepts each key once in an account and Region. */
function refuseSameKey(problems: ProblemList, first: string): void {
  problems.refuse(
    "same-key",
    `This is also the key of "${first}". A key has to identify one consumer.`,
    "Give each consumer a key of its own, or let AWS generate the keys.",
  );
}

// The length: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. The characters are those that a header's value
// carries unchanged.
const keyForm = /^[\x21-\x7e]{20,128}$/;

/** The problem does not contain the key, since logs show it. */
function checkKey(problems: ProblemList, value: unknown): void {
  if (value === undefined || isLater(value)) return;
  if (typeof value === "string" && keyForm.test(value)) return;
  problems.refuse(
    "bad-key",
    "A key has to consist of 20 to 128 printable ASCII characters without spaces.",
    "Let AWS generate the key, or write a key of this form, e.g. from a password generator.",
  );
}
