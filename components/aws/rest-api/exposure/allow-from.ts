import type { Api } from "../../../api/checked-api.ts";
import type { Problem } from "../../../api/problem.ts";
import { isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";
import { type AddressRange, isNonPublic, readRange } from "./address-range.ts";
import { longestResourcePolicy, opensSigned, resourcePolicyOf } from "./resource-policy.ts";

/**
 * Where requests may come from; all others are refused with 403, whoever asks, before anything else of the API's is looked at but
 * the route, and a signature where the route asks for one. So are the preflights of CORS.
 *
 * Of a private API (`privateTo`) it is the address within the VPC, by which the client reaches the endpoint.
 *
 * It takes effect with the next deployment of the API, which is part of the same update. The sandbox knows the addresses of this
 * machine only: there, `127.0.0.0/8` lets its own requests in.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export interface AllowFrom {
  /**
   * Networks, each as its first address and its length: `["192.0.2.0/24", "2001:db8::/32"]`. At least one, and each once.
   *
   * Of IPv6 too: clients may come over either, where the API's endpoint or its domain answers both. With a proxy or a content
   * network before it, the address is that one's.
   */
  readonly cidrs: readonly string[];
}

/**
 * The target, which also checks where requests may come from.
 *
 * @param isPrivate whether they come from within a VPC, where addresses are mostly private ones
 */
export function withAllowFrom<Document>(target: Target<Document>, given: unknown, isPrivate = false): Target<Document> {
  if (given === undefined) return target;
  return {
    ...target,
    check: (api) => [...target.check(api), ...checkAllowFrom(given), ...checkSigned(api)],
    cautions: (api) => [...target.cautions(api), ...(isPrivate ? [] : cautions(given as AllowFrom, api))],
  };
}

function complaint(place: string, rule: string, remedy: string): Problem {
  return { code: "bad-allow-from", place, vendor: "aws", rule, remedy };
}

const example = 'Write { cidrs: ["192.0.2.0/24"] }; leave it out for requests from everywhere.';

/** Everything wrong with the list, whatever the API. */
function checkAllowFrom(given: unknown): readonly Problem[] {
  if (!isObjectNow(given)) {
    return [complaint("allowFrom", "it is an object that is known before the deployment", example)];
  }
  const { cidrs, ...others } = given;
  const unknown = Object.keys(others).map((name) =>
    complaint(`allowFrom.${name}`, "there is no such property", "Write cidrs, and nothing else."),
  );
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    return [...unknown, complaint("allowFrom.cidrs", "it is a list of at least one network", example)];
  }
  const problems = cidrs.flatMap((cidr: unknown, index) => checkNetwork(cidr, index, cidrs));
  if (unknown.length > 0 || problems.length > 0) return [...unknown, ...problems];
  return checkLength(cidrs as readonly string[]);
}

function checkNetwork(cidr: unknown, index: number, all: readonly unknown[]): readonly Problem[] {
  const place = `allowFrom.cidrs[${index}]`;
  const range = readRange(cidr);
  if (typeof range === "string") return [complaint(place, `${JSON.stringify(cidr) ?? String(cidr)} ${range}`, example)];
  if (range.bits === 0) {
    const remedy = "Leave allowFrom out, or name the networks.";
    return [complaint(place, `${String(cidr)} is every address, which nothing has to allow`, remedy)];
  }
  return all.indexOf(cidr) === index ? [] : [complaint(place, `${String(cidr)} stands twice`, "Write it once.")];
}

function checkLength(cidrs: readonly string[]): readonly Problem[] {
  const { length } = JSON.stringify(resourcePolicyOf([], cidrs));
  if (length <= longestResourcePolicy) return [];
  const rule = `a resource policy has at most ${longestResourcePolicy} characters, and this list makes ${length}`;
  return [
    complaint("allowFrom.cidrs", rule, "Join networks into larger ones, or have a web ACL of yours filter (firewall)."),
  ];
}

/**
 * An API that allows everybody lets in whoever has signed, whatever his own policies say: within one account, the one or the other is
 * enough (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html, table A).
 */
function checkSigned(api: Api): readonly Problem[] {
  return opensSigned(api).map((route) => ({
    code: "allow-from-opens-iam",
    route,
    place: "allowFrom",
    feature: "auth.iam",
    vendor: "aws",
    rule: "the policy would have to allow everybody, for the routes that ask for no identity and for preflights, and AWS would then let in here whoever has signed, whatever the policies of that identity say",
    remedy:
      'Have the routes of iam() in a gateway of their own, without cors; or leave allowFrom out, and put a condition on "aws:SourceIp" into the policies of who calls.',
  }));
}

function cautions({ cidrs }: AllowFrom, { routes }: Api): readonly Caution[] {
  const ranges = (Array.isArray(cidrs) ? cidrs : []).flatMap((cidr): readonly (AddressRange & { cidr: string })[] => {
    const range = readRange(cidr);
    return typeof range === "string" ? [] : [{ ...range, cidr }];
  });
  const within = ranges.filter(isNonPublic).map(({ cidr }) => cidr);
  if (within.length === 0) return [];
  return [
    {
      route: `all ${routes.length} routes`,
      what: `no request of a public network comes from ${within.join(", ")}, so that to AWS ${within.length === 1 ? "it allows" : "they allow"} nobody`,
      advice: "Write the public addresses that these networks are seen by; keep these for the sandbox only.",
    },
  ];
}
