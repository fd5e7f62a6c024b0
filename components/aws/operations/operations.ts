import type { Input } from "@pulumi/pulumi";
import type { Problem } from "../../api/problem.ts";
import { isLater, isObjectNow } from "../../gateway/later.ts";
import type { Target } from "../../gateway/target.ts";
import type { Transform } from "../../gateway/transform.ts";

/**
 * How many days CloudWatch can keep a log.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How many days CloudWatch keeps a log: one of the numbers that it takes. */
export type RetentionDays = (typeof retentions)[number];

/** As the logs of Polygate's own functions have it: longer than an incident takes to be noticed, and not for ever. */
export const defaultRetentionDays: RetentionDays = 30;

/** A line of JSON in CloudWatch Logs for each request: who, what, the answer, how long it took. Never a credential. */
export interface AccessLog {
  /** How many days a line is kept. Default: 30. For ever: `transform.accessLog`, with `retentionInDays` 0. */
  readonly retentionDays?: RetentionDays;
}

/** Tags by name. */
export type Tags = Readonly<Record<string, Input<string>>>;

/** What is said of running a gateway on AWS, and not of what it serves. */
export interface AwsOperations {
  /**
   * Writes an access log. Default: none.
   *
   * A REST API writes one only where API Gateway has a role to do so, which is one for the account and Region:
   * {@link AwsApiGatewayLogging}.
   */
  readonly accessLog?: AccessLog;
  /**
   * Whether CloudWatch counts requests, errors and latency for each route, and not for the stage alone; each metric is charged.
   * Default: what the stage has, which is `false` at first. To end it, say `false`.
   */
  readonly metrics?: boolean;
  /**
   * Tags of each resource that takes tags. Those of the provider's `defaultTags` are added to them; of the same name, these
   * hold. Default: none.
   */
  readonly tags?: Tags;
}

/** What only a REST API can do. */
export interface AwsRestOperations extends AwsOperations {
  /** Whether X-Ray traces requests, by its sampling rules; each trace is charged. Default: `false`. */
  readonly tracing?: boolean;
}

/** The target, which also checks how the gateway is to be run. */
export function withOperations<Document>(target: Target<Document>, given: object): Target<Document> {
  const { className } = target.capabilities;
  return {
    ...target,
    check: (api) => [...target.check(api), ...checkOperations(given as Record<string, unknown>, className)],
  };
}

/** Everything wrong with it that can be known before anything is made. */
function checkOperations(given: Record<string, unknown>, className: string): readonly Problem[] {
  return [
    ...checkAccessLog(given.accessLog),
    ...checkSwitch("metrics", given.metrics),
    ...(className === "AwsRestApi" ? checkSwitch("tracing", given.tracing) : checkNoTracing(given.tracing)),
    ...checkTags(given.tags),
  ];
}

function checkAccessLog(given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return [
      {
        code: "bad-access-log",
        place: "accessLog",
        rule: `an access log is an object, not ${JSON.stringify(given)}`,
        remedy: "Write {}, or { retentionDays: 90 }; leave it out for none.",
      },
    ];
  }
  const { retentionDays, ...others } = given as Record<string, unknown>;
  const unknown = Object.keys(others).map((name) => ({
    code: "bad-access-log",
    place: `accessLog.${name}`,
    rule: "there is no such property",
    remedy: "Write retentionDays; what else a log group takes can be set by transform.accessLog.",
  }));
  if (retentionDays === undefined || retentions.some((days) => days === retentionDays)) return unknown;
  return [
    ...unknown,
    {
      code: "bad-retention",
      place: "accessLog.retentionDays",
      rule: `CloudWatch does not keep logs for ${JSON.stringify(retentionDays)} days`,
      remedy: `Write one of ${retentions.join(", ")}.`,
    },
  ];
}

function checkSwitch(name: string, given: unknown): readonly Problem[] {
  if (given === undefined || typeof given === "boolean") return [];
  const rule = `${name} is true or false, not ${JSON.stringify(given)}`;
  return [{ code: "bad-switch", place: name, rule, remedy: "Write true or false." }];
}

function checkNoTracing(given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  return [
    {
      code: "no-tracing",
      place: "tracing",
      vendor: "aws",
      rule: "an HTTP API has no X-Ray tracing",
      remedy: "Leave it out, or use AwsRestApi.",
    },
  ];
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const mostTags = 50;
const longestTag = { name: 128, value: 256 };
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function checkTags(given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  if (!isObjectNow(given)) {
    const rule = "tags are an object, whose names are known before the deployment";
    return [{ code: "bad-tag", place: "tags", rule, remedy: 'Write { team: "orders" }; a value may be an Output.' }];
  }
  const tags = Object.entries(given);
  const problems = tags.flatMap(([name, value]): readonly Problem[] => {
    const rule = tagProblem(name, value);
    const remedy = "Rename the tag, or give it another value.";
    return rule === undefined ? [] : [{ code: "bad-tag", place: `tags[${JSON.stringify(name)}]`, rule, remedy }];
  });
  if (tags.length <= mostTags) return problems;
  const rule = `a resource has ${mostTags} tags at most, and there are ${tags.length}`;
  return [...problems, { code: "too-many-tags", place: "tags", vendor: "aws", rule, remedy: "Leave some out." }];
}

function tagProblem(name: string, value: unknown): string | undefined {
  if (name === "" || name.length > longestTag.name) return `a tag's name has 1 to ${longestTag.name} characters`;
  if (/^aws:/i.test(name)) return "names that begin with aws: are AWS's own";
  if (!tagText.test(name)) return "a tag's name holds letters, digits, spaces and _.:/=+-@";
  if (isLater(value)) return undefined;
  if (typeof value !== "string") return "a tag's value is a text";
  if (value.length > longestTag.value) return `a tag's value has at most ${longestTag.value} characters`;
  return tagText.test(value) ? undefined : "a tag's value holds letters, digits, spaces and _.:/=+-@";
}

/** Those of a class's transforms whose resources take tags. */
export type Tagged<Transforms> = {
  [Name in keyof Transforms]-?: NonNullable<Transforms[Name]> extends Transform<infer Args>
    ? "tags" extends keyof Args
      ? Name
      : never
    : never;
}[keyof Transforms];

/**
 * The transforms of a class, preceded by one that tags; a user's own come after, and may tag otherwise.
 *
 * @param taggable all of the class's resources that take tags: one that is left out does not compile
 */
export function taggedTransforms<Transforms extends object>(
  transforms: Transforms,
  taggable: Readonly<Record<Tagged<Transforms>, true>>,
  tags: Tags | undefined,
): Transforms {
  if (tags === undefined) return transforms;
  const given = transforms as Readonly<Record<string, Transform<{ tags?: Input<Record<string, Input<string>>> }>>>;
  const tagging = Object.keys(taggable).map((name) => [
    name,
    ((args, options) => {
      args.tags = { ...tags };
      given[name]?.(args, options);
    }) satisfies Transform<{ tags?: Input<Record<string, Input<string>>> }>,
  ]);
  return { ...transforms, ...Object.fromEntries(tagging) };
}
