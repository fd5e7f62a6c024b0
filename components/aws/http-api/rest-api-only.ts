import type { Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";

/** What AwsRestApi takes, and why an HTTP API cannot: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html */
const reasons: Readonly<Record<string, string>> = {
  allowFrom: "an HTTP API has no resource policy",
  canary: "an HTTP API has no canary releases",
  firewall: "AWS WAF does not stand before an HTTP API",
  privateTo: "an HTTP API has no private endpoint",
};

/** The target of an HTTP API, which refuses what only a REST API has. */
export function withoutRestOnly<Document>(target: Target<Document>, given: object): Target<Document> {
  const args = given as Readonly<Record<string, unknown>>;
  const problems = Object.entries(reasons).flatMap(([name, rule]): readonly Problem[] =>
    args[name] === undefined
      ? []
      : [{ code: "rest-only", place: name, vendor: "aws", rule, remedy: "Leave it out, or use AwsRestApi." }],
  );
  return problems.length === 0 ? target : { ...target, check: (api) => [...target.check(api), ...problems] };
}
