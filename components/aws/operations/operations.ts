import { ProblemList } from "../../api/problem.ts";
import { checkTags } from "../../gateway/tags.ts";
import type { Target } from "../../gateway/target.ts";
import { type AccessLog, checkAccessLog } from "./access-log.ts";
import { checkSwitch, type Switch } from "./switches.ts";
import { type Tags, tagRules } from "./tags.ts";

/** Options that control how a gateway on AWS is operated. They do not change what it serves. */
export interface AwsOperations {
  /**
   * Writes an access log.
   *
   * A REST API can write one only if API Gateway has a role for it, which is set once for each account and Region:
   * {@link AwsApiGatewayLogging}.
   *
   * @default no access log
   */
  readonly accessLog?: AccessLog;
  /**
   * Whether CloudWatch counts requests, errors and latency for each route, and not only for the whole stage. Each metric is charged.
   *
   * @default unchanged (off on a new stage). Set `false` to turn it off again.
   */
  readonly metrics?: boolean;
  /**
   * Tags of each resource that accepts tags. They are added to the provider's `defaultTags` and override those of the same name.
   *
   * @default none
   */
  readonly tags?: Tags;
}

/** Options that only a REST API has. */
export interface AwsRestOperations extends AwsOperations {
  /**
   * Whether X-Ray traces requests, by its sampling rules. Each trace is charged.
   *
   * @default false
   */
  readonly tracing?: boolean;
}

/**
 * Adds the checks of these options to a target.
 *
 * @param switches the options of the class that are `true` or `false`
 */
export function withOperations<Document>(
  target: Target<Document>,
  args: object,
  switches: readonly Switch[],
): Target<Document> {
  const { accessLog, tags, ...others } = args as Readonly<Record<string, unknown>>;
  const problems = new ProblemList();
  checkAccessLog(accessLog, problems);
  for (const name of switches) checkSwitch(name, others[name], problems);
  checkTags(tags, tagRules, problems);
  return { ...target, check: (api) => [...target.check(api), ...problems.all] };
}
