import type { Input } from "@pulumi/pulumi";
import type { Api } from "../../api/checked-api.ts";
import type { Plans } from "../../api/description.ts";
import type { Problem } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";
import type { Target } from "../../gateway/target.ts";

/** A program that calls the API with a key of its own. */
export interface Consumer<Plan extends string = string> {
  /** The name of the description's plan that it calls under. */
  readonly plan: Plan;
  /**
   * The key, 20 to 128 characters; kept as a secret. Default: AWS makes one, which is in the gateway's output `apiKeys`.
   */
  readonly value?: Input<string>;
}

/** Consumers by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Consumers<Ps extends Plans = Plans, Cs extends string = string> = Readonly<
  Record<Cs, Consumer<keyof Ps & string>>
>;

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** The target, which also checks who is to call. */
export function withConsumers<Document>(
  target: Target<Document>,
  consumers: Readonly<Record<string, unknown>>,
): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkConsumers(api, consumers)] };
}

/** Everything wrong with consumers that can be known before they are made. */
function checkConsumers(api: Api, consumers: Readonly<Record<string, unknown>>): readonly Problem[] {
  const seen = new Map<unknown, string>();
  return Object.entries(consumers).flatMap(([name, given]): readonly Problem[] => {
    const place = `consumers.${name}`;
    if (!NAME.test(name)) {
      return [
        {
          code: "bad-name",
          place,
          rule: "a consumer's name is a letter, then letters, digits, _ or -, at most 63 characters",
          remedy: "Rename the consumer.",
        },
      ];
    }
    const { plan, value } = (given ?? {}) as Partial<Consumer>;
    const first = typeof value === "string" ? seen.get(value) : undefined;
    seen.set(value, first ?? name);
    return [
      ...checkPlan(api, place, plan),
      ...(first === undefined ? checkValue(place, value) : [sameKey(place, first)]),
    ];
  });
}

function checkPlan(api: Api, place: string, plan: unknown): readonly Problem[] {
  if (typeof plan === "string" && Object.hasOwn(api.plans, plan)) return [];
  const plans = Object.keys(api.plans);
  return [
    {
      code: "unknown-plan",
      place: `${place}.plan`,
      rule: `the description has no plan ${plan === undefined ? "for it" : `called ${JSON.stringify(plan)}`}`,
      remedy:
        plans.length === 0
          ? "Let a route ask for a key (apiKey), and say in plans what its consumers may do."
          : `Write one of ${plans.join(", ")}.`,
    },
  ];
}

/** AWS has each key once in an account and Region. */
function sameKey(place: string, first: string): Problem {
  return {
    code: "same-key",
    place: `${place}.value`,
    rule: `it is the key of "${first}" as well, and a key says who calls`,
    remedy: "Give each consumer a key of its own, or leave the keys to AWS.",
  };
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: the length. The characters are what a header's value holds
// without being changed on its way.
const KEY = /^[\x21-\x7e]{20,128}$/;

/** The problem does not repeat the key: it is shown in logs. */
function checkValue(place: string, value: unknown): readonly Problem[] {
  if (value === undefined || isLater(value)) return [];
  if (typeof value === "string" && KEY.test(value)) return [];
  return [
    {
      code: "bad-key",
      place: `${place}.value`,
      rule: "a key is 20 to 128 printable ASCII characters, without spaces",
      remedy: "Leave the key to AWS, or use one of that form, e.g. from a password generator.",
    },
  ];
}
