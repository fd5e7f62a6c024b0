import type { Api } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";
import { type AddressRange, isNonPublic, readRange } from "./address-range.ts";
import { longestResourcePolicy, opensSigned, resourcePolicyOf } from "./resource-policy.ts";

/**
 * The networks that may send requests. Requests from elsewhere are rejected with 403, whatever their credentials. Only the route, and the
 * signature on a route that requires one, are checked before that. This includes CORS preflights.
 *
 * For a private API (`privateTo`), the address is the one within the VPC from which the client reaches the endpoint.
 *
 * It takes effect with the API's next deployment, which is part of the same update. The sandbox only knows the addresses of this
 * machine: to send requests there, add `127.0.0.0/8`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders": { to: "erp", auth: "staff" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 *   allowFrom: { cidrs: ["192.0.2.0/24", "2001:db8::/32"] },
 * });
 * ```
 */
export interface AllowFrom {
  /**
   * The networks in CIDR notation, e.g. `["192.0.2.0/24", "2001:db8::/32"]`. At least one, without duplicates.
   *
   * Include IPv6 networks if the API's endpoint or its domain supports both: a client may use either. Behind a proxy or a content
   * delivery network, the address is that of the proxy or network.
   */
  readonly cidrs: readonly string[];
}

/**
 * Adds the check and the caution of `allowFrom` to a target.
 *
 * @param isPrivate whether requests come from a VPC, where most addresses are private
 */
export function withAllowFrom<Document>(
  target: Target<Document>,
  allowFrom: unknown,
  isPrivate = false,
): Target<Document> {
  if (allowFrom === undefined) return target;
  return {
    ...target,
    check: (api) => [...target.check(api), ...checkAllowFrom(api, allowFrom)],
    cautions: (api) => [...target.cautions(api), ...(isPrivate ? [] : cautions(allowFrom as AllowFrom, api))],
  };
}

function checkAllowFrom(api: Api, allowFrom: unknown): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  checkNetworks(problems, allowFrom);
  checkSigned(problems, api);
  return problems.all;
}

const example = 'Write { cidrs: ["192.0.2.0/24"] }, or leave allowFrom out to allow requests from everywhere.';

function checkNetworks(problems: ProblemList, allowFrom: unknown): void {
  if (!isObjectNow(allowFrom)) {
    const rule = "This is not an object that is known before the deployment.";
    problems.refuse("bad-allow-from", rule, example, { place: "allowFrom" });
    return;
  }
  const { cidrs } = allowFrom;
  const before = problems.all.length;
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    problems.refuse("bad-allow-from", "This has to be a list of at least one network.", example, {
      place: "allowFrom.cidrs",
    });
    return;
  }
  for (const index of cidrs.keys()) checkNetwork(problems, index, cidrs);
  if (problems.all.length === before) checkLength(problems, cidrs as readonly string[]);
}

function checkNetwork(list: ProblemList, index: number, cidrs: readonly unknown[]): void {
  const problems = list.for({ place: `allowFrom.cidrs[${index}]` });
  const cidr = cidrs[index];
  const range = readRange(cidr);
  if (typeof range === "string") {
    problems.refuse("bad-allow-from", `${JSON.stringify(cidr) ?? String(cidr)} ${range}`, example);
  } else if (range.bits === 0) {
    const rule = `${String(cidr)} contains every address, which is allowed without this option.`;
    problems.refuse("bad-allow-from", rule, "Leave allowFrom out, or list the networks.");
  } else if (cidrs.indexOf(cidr) !== index) {
    problems.refuse("bad-allow-from", `${String(cidr)} is listed twice.`, "List it once.");
  }
}

function checkLength(problems: ProblemList, cidrs: readonly string[]): void {
  const { length } = JSON.stringify(resourcePolicyOf([], cidrs));
  if (length <= longestResourcePolicy) return;
  problems.refuse(
    "bad-allow-from",
    `A resource policy may have at most ${longestResourcePolicy} characters. With this list it would have ${length}.`,
    "Join networks into larger ones, or filter with a web ACL of your own (firewall).",
    { place: "allowFrom.cidrs" },
  );
}

/**
 * Refuses routes of `iam` that the policy would open. If the policy allows everybody, AWS accepts every signed request, whatever the
 * caller's own policies allow: within one account, either permission is enough
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html, table A).
 */
function checkSigned(problems: ProblemList, api: Api): void {
  for (const route of opensSigned(api)) {
    problems.refuse(
      "allow-from-opens-iam",
      "The resource policy would have to allow everybody, since some routes require no identity or since there are preflights. AWS would then accept every signed request on this route, whatever the caller's own policies allow.",
      'Serve the routes of kind iam from a gateway of their own, without cors. Or leave allowFrom out, and add a condition on "aws:SourceIp" to the callers\' policies.',
      { route, place: "allowFrom", feature: "auth.iam" },
    );
  }
}

function cautions({ cidrs }: AllowFrom, { routes }: Api): readonly Caution[] {
  const ranges = (Array.isArray(cidrs) ? cidrs : []).flatMap((cidr): readonly (AddressRange & { cidr: string })[] => {
    const range = readRange(cidr);
    return typeof range === "string" ? [] : [{ ...range, cidr }];
  });
  const nonPublic = ranges.filter(isNonPublic).map(({ cidr }) => cidr);
  if (nonPublic.length === 0) return [];
  return [
    {
      route: `all ${routes.length} routes`,
      what: `No request on a public network comes from ${nonPublic.join(", ")}. On AWS, ${nonPublic.length === 1 ? "this network allows" : "these networks allow"} nobody`,
      advice: "Write the public addresses of these networks, and use these only for the sandbox.",
    },
  ];
}
