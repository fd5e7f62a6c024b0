import type { Api } from "../../api/checked-api.ts";
import { PolygateError, type Problem, ProblemList } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { checksBodies } from "./document/validation.ts";

/** How a REST API treats bodies: as UTF-8 text. */
export type Bodies = "text";

/** Adds the check of `bodies` to a target. */
export function withBodies<Document>(target: Target<Document>, bodies: unknown): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkBodies(api, bodies)] };
}

function checkBodies(api: Api, bodies: unknown): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  const place = "bodies";
  if (bodies !== undefined && bodies !== "text") {
    const rule = `bodies has to be "text" or left out. It is ${JSON.stringify(bodies)}.`;
    problems.refuse("bad-bodies", rule, 'Write bodies: "text".', { place });
  } else if (bodies === "text" && !checksBodies(api)) {
    const rule = 'bodies may be "text" only if a route validates its bodies (request.body). No route does.';
    problems.refuse("bad-bodies", rule, "Leave bodies out, so that bodies pass unchanged.", { place });
  }
  if (bodies === undefined) {
    for (const { key, request } of api.routes) {
      if (request?.body !== undefined) refuseUnvalidatedBody(problems.for({ route: key }));
    }
  }
  return problems.all;
}

function refuseUnvalidatedBody(problems: ProblemList): void {
  problems.refuse(
    "bodies-as-bytes",
    "A REST API validates bodies only if it treats all bodies of the API as text. That corrupts binary bodies, on other routes and in responses too.",
    'Write bodies: "text" if all request and response bodies are text. Otherwise serve this route from a gateway of its own (omit).',
    { feature: "request.body" },
  );
}

/**
 * Refuses to deploy an API that would not validate bodies. When media types are removed from the arguments, the provider sets those that
 * its state contains again (terraform-provider-aws, internal/service/apigateway/rest_api.go).
 *
 * @throws {PolygateError} if the existing API does not treat bodies as text
 */
export function refuseBytes(name: string, id: string, binaryMediaTypes: readonly string[]): void {
  if (binaryMediaTypes.length === 0) return;
  const operations = binaryMediaTypes.map(
    (type) => `op=remove,path=/binaryMediaTypes/${type.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  );
  const problems = new ProblemList({ place: "bodies", vendor: "aws" });
  problems.refuse(
    "bodies-as-bytes",
    `The API ${id} was created with binary media types (${binaryMediaTypes.join(", ")}), which the provider does not remove, so bodies would not be validated. The stage still serves the last deployment.`,
    `Run: aws apigateway update-rest-api --rest-api-id ${id} --patch-operations ${operations.join(" ")}; then pulumi refresh, and pulumi up.`,
  );
  throw new PolygateError(`The gateway "${name}"`, problems.all);
}
