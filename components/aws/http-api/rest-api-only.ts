import { type Problem, ProblemList } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";

/** Options of `AwsRestApi`, and why an HTTP API does not have them: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html */
const reasons: Readonly<Record<string, string>> = {
  allowFrom: "An HTTP API has no resource policy.",
  bodies: "An HTTP API does not read bodies.",
  cache: "An HTTP API has no cache.",
  canary: "An HTTP API has no canary releases.",
  consumers: "An HTTP API has no API keys.",
  firewall: "AWS WAF cannot protect an HTTP API.",
  privateTo: "An HTTP API has no private endpoint.",
  refuseOtherReadings: "AWS WAF cannot protect an HTTP API.",
};

/** The names of these options. */
export const restOnly: readonly string[] = [...Object.keys(reasons), "tracing"];

const remedy = "Leave it out, or use AwsRestApi.";

/** Adds a check to a target that rejects the options which only a REST API has. */
export function withoutRestOnly<Document>(target: Target<Document>, args: object): Target<Document> {
  const problems = checkRestOnly(args as Readonly<Record<string, unknown>>);
  return problems.length === 0 ? target : { ...target, check: (api) => [...target.check(api), ...problems] };
}

function checkRestOnly(args: Readonly<Record<string, unknown>>): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  for (const [place, rule] of Object.entries(reasons)) {
    if (args[place] !== undefined) problems.refuse("rest-only", rule, remedy, { place });
  }
  if (args.tracing !== undefined) {
    problems.refuse("no-tracing", "An HTTP API has no X-Ray tracing.", remedy, { place: "tracing" });
  }
  return problems.all;
}
