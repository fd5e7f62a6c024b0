import type { Room } from "../room.ts";
import type { Problem } from "../spec/error.ts";

/** What AwsRestApi takes, and why an HTTP API cannot: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html */
const reasons: Readonly<Record<string, string>> = {
  allowFrom: "an HTTP API has no resource policy",
  canary: "an HTTP API has no canary releases",
  firewall: "AWS WAF does not stand before an HTTP API",
  privateTo: "an HTTP API has no private endpoint",
};

/** The room of an HTTP API, which refuses what only a REST API has. */
export function withoutRestOnly<Document>(room: Room<Document>, given: object): Room<Document> {
  const args = given as Readonly<Record<string, unknown>>;
  const problems = Object.entries(reasons).flatMap(([name, rule]): readonly Problem[] =>
    args[name] === undefined
      ? []
      : [{ code: "rest-only", place: name, vendor: "aws", rule, remedy: "Leave it out, or use AwsRestApi." }],
  );
  return problems.length === 0 ? room : { ...room, check: (api) => [...room.check(api), ...problems] };
}
