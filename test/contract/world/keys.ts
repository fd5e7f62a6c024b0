import type { KeyFacts } from "../oracle/credential.ts";
import type { ConsumerText } from "../oracle/description.ts";

/** An API key as it is sent, with the facts about it. */
export interface SentKey {
  readonly facts: KeyFacts;
  readonly headers: readonly (readonly [string, string])[];
  /** The parameter that is added to the query. */
  readonly query?: string;
}

/** The cases that {@link sentKey} supports. */
export const keyCases = [
  "api-key-valid",
  "api-key-missing",
  "api-key-unknown",
  "api-key-disabled",
  "api-key-elsewhere",
  "api-key-twice",
] as const;

export type KeyCase = (typeof keyCases)[number];

export const keyless: SentKey = { facts: { kind: "none" }, headers: [] };

/**
 * Keys of nobody that the suite sends. A vendor whose gateways share keys declares them as keys that others own, which open other gateways.
 *
 * @param key that of a consumer
 */
export function keysOfOthers(key: string): readonly [string, string, string, string] {
  return [`${key}x`, key.slice(0, -1), key.toUpperCase(), "f".repeat(64)];
}

/** Returns three consumers of each plan: two with an enabled key and one with a disabled key. */
export function consumersOf(plans: readonly string[]): Readonly<Record<string, ConsumerText>> {
  return Object.fromEntries(
    plans.flatMap((plan) =>
      ["first", "second", "off"].map((name): [string, ConsumerText] => [
        `${plan}-${name}`,
        { plan, key: `${plan}.${name}.0123456789-abcdefghij`, enabled: name !== "off" },
      ]),
    ),
  );
}

/**
 * Returns the key of a consumer, or a value that must not be accepted as one.
 *
 * @param consumer the name of a consumer with an enabled key
 * @param variant selects one of the variants of a kind
 */
export function sentKey(
  kind: KeyCase,
  consumers: Readonly<Record<string, ConsumerText>>,
  consumer: string,
  variant: number,
): SentKey {
  const { key, plan } = consumers[consumer] ?? { key: "", plan: "" };
  if (key === "") throw new Error(`The consumer "${consumer}" does not exist.`);
  const pick = <T>(...choices: readonly T[]): T => choices[variant % choices.length] as T;
  const header = (value: string, name = "X-API-Key"): readonly (readonly [string, string])[] => [[name, value]];
  const knownKey = (carried: "header" | "elsewhere" | "beside another"): KeyFacts => ({
    kind: "known",
    consumer,
    carried,
  });
  switch (kind) {
    case "api-key-valid":
      return { facts: knownKey("header"), headers: header(key, pick("x-api-key", "X-API-Key", "X-Api-Key")) };
    case "api-key-missing":
      return { facts: { kind: "none" }, headers: pick([], header(""), [["X-Other", "value"] as const]) };
    case "api-key-unknown": {
      const other = pick(
        ...keysOfOthers(key),
        "x",
        "*",
        "undefined",
        `"${key}"`,
        `Bearer ${key}`,
        consumer,
        encodeURIComponent(`${key}%`),
        `${key},${key}`,
      );
      return { facts: { kind: "unknown" }, headers: header(other) };
    }
    case "api-key-disabled": {
      const off = `${plan}-off`;
      const facts = { kind: "known", consumer: off, carried: "header" } as const;
      return { facts, headers: header(consumers[off]?.key ?? "") };
    }
    case "api-key-elsewhere": {
      const inQuery = { facts: knownKey("elsewhere"), headers: [] };
      return pick<SentKey>(
        { ...inQuery, query: `api_key=${key}` },
        { ...inQuery, query: `x-api-key=${key}` },
        { ...inQuery, query: `key=${key}` },
        { ...inQuery, query: `subscription-key=${key}` },
        { facts: knownKey("elsewhere"), headers: header(key, "Api-Key") },
        { facts: knownKey("elsewhere"), headers: header(key, "Ocp-Apim-Subscription-Key") },
        { facts: knownKey("elsewhere"), headers: [["Cookie", `x-api-key=${key}`]] },
      );
    }
    case "api-key-twice": {
      const two = [header(key), header("f".repeat(64))];
      return { facts: knownKey("beside another"), headers: pick(two, two.toReversed()).flat() };
    }
  }
}
