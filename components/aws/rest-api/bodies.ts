import type { Api } from "../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { checksBodies } from "./document/validation.ts";

/** How bodies pass a REST API; see {@link AwsRestApi}'s options. */
export type Bodies = "text";

/** The target, which also checks that it is said how bodies pass, where that is not as bytes. */
export function withBodies<Document>(target: Target<Document>, bodies: unknown): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkBodies(api, bodies)] };
}

function checkBodies(api: Api, bodies: unknown): readonly Problem[] {
  const said = { place: "bodies", vendor: "aws" as const };
  if (bodies !== undefined && bodies !== "text") {
    const rule = `bodies is "text" or left out, not ${JSON.stringify(bodies)}`;
    return [{ code: "bad-bodies", ...said, rule, remedy: 'Write bodies: "text".' }];
  }
  const checked = api.routes.filter(({ request }) => request?.body !== undefined);
  if (bodies === "text" && !checksBodies(api)) {
    const rule = 'bodies are "text" only where a route has them checked, and none has';
    return [
      { code: "bad-bodies", ...said, rule, remedy: "Leave it out: bodies then pass as the bytes that they are." },
    ];
  }
  if (bodies === "text") return [];
  return checked.map(({ key }) => ({
    code: "bodies-as-bytes",
    route: key,
    feature: "request.body" as const,
    vendor: "aws",
    rule: "a REST API checks bodies that it reads as text, all of the API's, and what is no text arrives damaged, on other routes and in answers too",
    remedy:
      'Write bodies: "text" where all bodies and answers are text, or serve this route from a gateway of its own (omit).',
  }));
}

/**
 * Refuses to deploy what would not be checked: the provider, when media types are taken away, sets those again that its
 * state remembers (terraform-provider-aws, internal/service/apigateway/rest_api.go).
 *
 * @throws {PolygateError} where the API still takes bodies as bytes.
 */
export function refuseBytes(name: string, id: string, binaryMediaTypes: readonly string[]): void {
  if (binaryMediaTypes.length === 0) return;
  throw new PolygateError(`The gateway "${name}"`, [
    {
      code: "bodies-as-bytes",
      place: "bodies",
      vendor: "aws",
      rule: `the API ${id} was made to take bodies as bytes (${binaryMediaTypes.join(", ")}), which the provider does not take back, and bodies would not be checked; what is served is as before`,
      remedy: `Run: aws apigateway update-rest-api --rest-api-id ${id} --patch-operations ${binaryMediaTypes
        .map((type) => `op=remove,path=/binaryMediaTypes/${type.replaceAll("~", "~0").replaceAll("/", "~1")}`)
        .join(" ")}; then pulumi refresh, and pulumi up.`,
    },
  ]);
}
