import type * as pulumi from "@pulumi/pulumi";
import type { Capabilities, Support } from "../../../api/capability/capabilities.ts";
import type { Api } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { isLater, isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";
import { withoutOption } from "../firewall/firewall.ts";
import { namedRoutes } from "../named-routes.ts";
import { checkEndpointId } from "./endpoint-ids.ts";
import { longestPrivatePolicy } from "./private-policy.ts";
import { longestResourcePolicy, opensSigned, signedRoutes } from "./resource-policy.ts";

/**
 * The VPC endpoints through which a private REST API answers: API Gateway's endpoint type PRIVATE.
 *
 * The API is associated with each endpoint, so DNS, including public DNS, contains a name for each that resolves to the endpoint's private
 * addresses. The API's resource policy rejects requests through any other endpoint with 403. You manage each endpoint's own policy and
 * its security groups.
 *
 * An existing API cannot be switched between public and private: AWS would change it while it is served, and does not document what is
 * open in the meantime.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 *
 * @example
 * ```ts
 * import * as aws from "@pulumi/aws";
 * import { defineApi, http, jwt } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * const endpoint = new aws.ec2.VpcEndpoint("apis", {
 *   vpcId: "vpc-0a1b2c3d4e5f67890",
 *   serviceName: "com.amazonaws.eu-central-1.execute-api",
 *   vpcEndpointType: "Interface",
 * });
 * new AwsRestApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders": { to: "erp", auth: "staff" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 *   privateTo: { vpcEndpoints: [endpoint.id] },
 * });
 * ```
 */
export interface PrivateTo {
  /**
   * The ids of interface endpoints for `com.amazonaws.REGION.execute-api`, at least one. The gateway's `url` leads through the first.
   *
   * Unverified: an API can be associated with an endpoint of another account. AWS documents only that the policy accepts it.
   */
  readonly vpcEndpoints: readonly pulumi.Input<string>[];
}

/** The arguments that have other checks for a private API. */
interface PrivateArgs {
  readonly privateTo?: unknown;
  readonly allowFrom?: unknown;
  readonly domain?: unknown;
  readonly firewall?: unknown;
  readonly refuseOtherReadings?: unknown;
}

const noAddressLimits: Support = {
  support: "none",
  why: "AWS WAF would count them, and AWS does not document that it can protect a private API",
  instead: "Limit by route or by consumer, and let the security groups of the endpoints decide who can reach the API.",
};

/** Adds the checks and cautions of a private API to a target. The target then has no limits by client address. */
export function withPrivateTo<Document>(target: Target<Document>, args: PrivateArgs): Target<Document> {
  if (args.privateTo === undefined) return target;
  const { features, readings } = target.capabilities;
  const capabilities: Capabilities = {
    ...target.capabilities,
    features: { ...features, "limits.ip": noAddressLimits },
    readings: withoutOption(readings),
  };
  return {
    ...target,
    capabilities,
    check: (api) => [...target.check(api), ...checkPrivateApi(api, args)],
    cautions: (api) => [...target.cautions(api), ...cautions(api)],
  };
}

function checkPrivateApi(api: Api, args: PrivateArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  checkPrivateTo(problems, args);
  checkOtherArgs(problems, args);
  checkSigned(problems, api, args);
  return problems.all;
}

const example = "Write { vpcEndpoints: [endpoint.id] }, or leave privateTo out for a public API.";

function checkPrivateTo(problems: ProblemList, { privateTo, allowFrom }: PrivateArgs): void {
  if (!isObjectNow(privateTo)) {
    const rule = "This is not an object that is known before the deployment.";
    problems.refuse("bad-private-to", rule, example, { place: "privateTo" });
    return;
  }
  const { vpcEndpoints } = privateTo;
  const place = "privateTo.vpcEndpoints";
  if (!Array.isArray(vpcEndpoints) || vpcEndpoints.length === 0) {
    const rule =
      "This has to be a list of at least one VPC endpoint. Its ids may be Outputs, but their number has to be known.";
    problems.refuse("bad-private-to", rule, example, { place });
    return;
  }
  for (const [index, id] of vpcEndpoints.entries()) {
    if (!isLater(id)) checkEndpointId(problems, id, index, vpcEndpoints);
  }
  const length = longestPrivatePolicy(vpcEndpoints.length, networksOf(allowFrom));
  if (length <= longestResourcePolicy) return;
  problems.refuse(
    "bad-private-to",
    `A resource policy may have at most ${longestResourcePolicy} characters. This one would have ${length}.`,
    "Share an endpoint among more callers, or join networks.",
    { place },
  );
}

function networksOf(allowFrom: unknown): readonly string[] | undefined {
  const { cidrs } = (typeof allowFrom === "object" && allowFrom !== null ? allowFrom : {}) as { cidrs?: unknown };
  return Array.isArray(cidrs) ? cidrs.map(String) : undefined;
}

function checkOtherArgs(problems: ProblemList, args: PrivateArgs): void {
  const { domain } = args;
  if (domain !== undefined) {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
    problems.refuse(
      "private-domain",
      "A Regional domain cannot lead to a private API. A private domain is another resource, with a policy and access associations of its own. Neither verifies client certificates there (mutualTls).",
      "Leave domain out. Clients use the gateway's url, or a private hosted zone of yours that leads to it.",
      { place: "domain" },
    );
  }
  for (const place of ["firewall", "refuseOtherReadings"] as const) {
    if (args[place] === undefined || args[place] === false) continue;
    problems.refuse(
      "private-firewall",
      "AWS does not document that AWS WAF can protect a private API.",
      `Leave ${place} out, and let the security groups of the endpoints decide who can reach the API.`,
      { place },
    );
  }
}

/**
 * Refuses routes of `iam` that the policy would open: within one account, the policy's permission is enough
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html, table A). With `allowFrom`, the check of
 * that option reports them.
 */
function checkSigned(problems: ProblemList, api: Api, { allowFrom }: PrivateArgs): void {
  if (allowFrom !== undefined) return;
  for (const route of opensSigned(api)) {
    problems.refuse(
      "private-opens-iam",
      "The resource policy of a private API would have to allow everybody, since some routes require no identity or since there are preflights. AWS would then accept every signed request on this route, whatever the caller's own policies allow.",
      "Serve the routes of kind iam from a gateway of their own, without cors.",
      { route, place: "privateTo", feature: "auth.iam" },
    );
  }
}

function cautions(api: Api): readonly Caution[] {
  const signed = signedRoutes(api);
  if (signed.length === 0) return [];
  return [
    {
      route: namedRoutes(signed),
      what: "The policy of this private API only denies, so that the policies of callers decide. The policies in AWS's examples of private APIs also allow",
      advice: "Send a signed request after the first deployment. If it is rejected, every request is.",
    },
  ];
}
