import { type Problem, ProblemList } from "../../../api/problem.ts";
import { isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";

/**
 * A canary release: a share of the requests, chosen at random, gets the changed description. The other requests get the description
 * that was deployed before the canary. Remove the option, and all requests get the changed description.
 *
 * Resources outside a deployment exist once and change for all requests: consumers, domain, firewall, tags, logs. A change is refused
 * if it removes something that the earlier description needs: a function that verifies tokens, a backend's permission or link, a
 * limit, a cached route.
 *
 * @throws {PolygateError} at preview, or during the update if a value is unknown until then, before anything of the gateway changes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 *
 * @example
 * ```ts
 * import { defineApi, http, open } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { anyone: open("an example") },
 *     routes: { "GET /prices/{id}": { to: "catalog", auth: "anyone", path: "/v2/{id}" } },
 *   }),
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   // If the deployed description has no `path`, one request in ten now reaches /v2.
 *   canary: { percent: 10 },
 * });
 * ```
 */
export interface Canary {
  /** The share of the requests in per cent: more than 0 and less than 100, with at most six decimal places. */
  readonly percent: number;
}

/** Adds the check, the caution and the resource of a canary to a target. */
export function withCanary<Document>(target: Target<Document>, canary: unknown): Target<Document> {
  if (canary === undefined) return target;
  return {
    ...target,
    resources: (api) => target.resources(api) + 1,
    check: (api) => [...target.check(api), ...checkCanary(canary)],
    cautions: (api) => [...target.cautions(api), canaryCaution(canary as Canary, api.routes.length)],
  };
}

function checkCanary(canary: unknown): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  if (isObjectNow(canary)) checkMembers(problems, canary);
  else {
    problems.refuse(
      "bad-canary",
      "A canary is an object, known before the deployment.",
      "Write { percent: 10 }, or leave canary out.",
      { place: "canary" },
    );
  }
  return problems.all;
}

function checkMembers(problems: ProblemList, { percent }: Readonly<Record<string, unknown>>): void {
  const place = "canary.percent";
  if (typeof percent !== "number" || !(percent > 0 && percent < 100)) {
    const shown = typeof percent === "number" ? String(percent) : (JSON.stringify(percent) ?? String(percent));
    problems.refuse(
      "bad-canary",
      `The share has to be a number greater than 0 and less than 100. It is ${shown}.`,
      "Write the share in per cent, e.g. 10. For no requests or all requests, leave canary out.",
      { place },
    );
  } else if (Number(percent.toFixed(6)) !== percent) {
    // The provider writes six decimal places and would find a difference at each refresh (terraform-provider-aws, apigateway/stage.go).
    problems.refuse(
      "bad-canary",
      `The share may have at most six decimal places. ${percent} has more.`,
      `Write ${Math.max(0.000001, Number(percent.toFixed(2)))}.`,
      { place },
    );
  }
}

function canaryCaution({ percent }: Canary, routes: number): Caution {
  return {
    route: `all ${routes} routes`,
    what: `With a canary, a change applies to about ${percent} % of the requests only. The other requests are still allowed what it forbids`,
    advice: "Deploy a change without canary if it must apply to all requests at once.",
  };
}
