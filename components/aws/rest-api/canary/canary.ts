import type { Problem } from "../../../api/problem.ts";
import { isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";

/**
 * A canary release: while it is configured, what changes of the description goes to a share of the requests, chosen at random, and the
 * others are answered by the description as it was deployed before. Leave it out again, and all are answered by the new one.
 *
 * What is not of a deployment has no second copy, and changes for all at once: consumers, domain, firewall, tags, logs. A change that would
 * take from the description of before what it still needs is refused: a function that checks tokens, a backend's permission or
 * link, a limit, a cached route.
 *
 * @throws {PolygateError} at preview, or where something is unknown by then, in the update, before anything of the gateway changes.
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
 *   // One request in ten goes to /v2, once this is deployed over what had no `path`.
 *   canary: { percent: 10 },
 * });
 * ```
 */
export interface Canary {
  /**
   * The share of the requests, in per cent: more than 0 and less than 100, with at most six digits behind the point.
   */
  readonly percent: number;
}

/** The target, which also checks what is said of a canary, and counts and announces it. */
export function withCanary<Document>(target: Target<Document>, given: unknown): Target<Document> {
  if (given === undefined) return target;
  return {
    ...target,
    resources: (api) => target.resources(api) + 1,
    check: (api) => [...target.check(api), ...checkCanary(given)],
    cautions: (api) => [...target.cautions(api), ...cautions(given as Canary, api.routes.length)],
  };
}

function complaint(place: string, rule: string, remedy = "Write { percent: 10 }; leave it out for none."): Problem {
  return { code: "bad-canary", place, vendor: "aws", rule, remedy };
}

function checkCanary(given: unknown): readonly Problem[] {
  if (!isObjectNow(given)) {
    return [complaint("canary", "it is an object that is known before the deployment")];
  }
  const { percent, ...others } = given;
  const unknown = Object.keys(others).map((name) =>
    complaint(`canary.${name}`, "there is no such property", "Write percent, and nothing else."),
  );
  const place = "canary.percent";
  if (typeof percent !== "number" || !(percent > 0 && percent < 100)) {
    const shown = typeof percent === "number" ? String(percent) : (JSON.stringify(percent) ?? String(percent));
    const rule = `it is a number, more than 0 and less than 100, not ${shown}`;
    const remedy = "Write the share in per cent, such as 10; leave canary out for no request, or for all.";
    return [...unknown, complaint(place, rule, remedy)];
  }
  // The provider writes it with six digits, and finds another number at each refresh (terraform-provider-aws, apigateway/stage.go).
  if (Number(percent.toFixed(6)) !== percent) {
    const rule = `it has at most six digits behind the point, and ${percent} has more`;
    return [...unknown, complaint(place, rule, `Write ${Math.max(0.000001, Number(percent.toFixed(2)))}.`)];
  }
  return unknown;
}

function cautions({ percent }: Canary, routes: number): readonly Caution[] {
  return [
    {
      route: `all ${routes} routes`,
      what: `with a canary, a change is in force for about ${percent} % of the requests, and what it forbids is still allowed to the others`,
      advice: "Leave canary out for it to be in force for all; deploy without canary what must not wait.",
    },
  ];
}
