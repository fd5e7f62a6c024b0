import type { Api } from "../api/checked-api.ts";
import { type Problem, ProblemList } from "../api/problem.ts";
import { isLater } from "./later.ts";

/** What a vendor accepts as an API key. */
export interface KeyRule {
  readonly form: RegExp;
  /** The form in words, for messages. */
  readonly words: string;
  /** Who generates the keys that are not set. */
  readonly generator: string;
  /** The members of a consumer that contain a key. */
  readonly members: readonly string[];
}

const consumerName = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** Reports what is wrong with the consumers of an API: their names, plans and keys. No problem contains a key, since logs show problems. */
export function checkConsumers(
  api: Api,
  consumers: Readonly<Record<string, unknown>>,
  rule: KeyRule,
): readonly Problem[] {
  const problems = new ProblemList();
  const ownerOf = new Map<unknown, string>();
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
    const members = (consumer ?? {}) as Readonly<Record<string, unknown>>;
    checkPlan(problems.for({ place: `${place}.plan` }), api, members.plan);
    for (const member of rule.members) {
      const value = members[member];
      const ofMember = problems.for({ place: `${place}.${member}` });
      const first = typeof value === "string" ? ownerOf.get(value) : undefined;
      ownerOf.set(value, first ?? name);
      if (first === undefined) checkKey(ofMember, value, rule);
      else refuseSameKey(ofMember, first, rule);
    }
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

function refuseSameKey(problems: ProblemList, first: string, { generator }: KeyRule): void {
  problems.refuse(
    "same-key",
    `This is also the key of "${first}". A key has to identify one consumer.`,
    `Give each consumer a key of its own, or let ${generator} generate the keys.`,
  );
}

function checkKey(problems: ProblemList, value: unknown, { form, words, generator }: KeyRule): void {
  if (value === undefined || isLater(value)) return;
  if (typeof value === "string" && form.test(value)) return;
  problems.refuse(
    "bad-key",
    `A key has to consist of ${words}.`,
    `Let ${generator} generate the key, or write a key of this form, e.g. from a password generator.`,
  );
}
