import * as pulumi from "@pulumi/pulumi";
import type { Capabilities, Support } from "../../../api/capability/capabilities.ts";
import type { Api } from "../../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../../api/problem.ts";
import { isLater, isObjectNow } from "../../../gateway/later.ts";
import type { Caution, Target } from "../../../gateway/target.ts";
import { longestResourcePolicy, opensSigned, refusingPolicy, signedRoutes } from "./resource-policy.ts";

/**
 * The VPC endpoints that a REST API answers through, and then through them alone: API Gateway's endpoint type PRIVATE.
 *
 * The API is associated with each, so that DNS, public too, knows it by a name for each that leads to the endpoint's private addresses;
 * and its resource policy refuses with 403 what comes through any other. Security groups and the policy of an endpoint are its own.
 *
 * An API is private from its beginning, or never: AWS changes it while it is served, and does not say what of it is open meanwhile.
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
   * The ids of interface endpoints for `com.amazonaws.REGION.execute-api`: at least one. The first is the one in the gateway's `url`.
   * Of another account's, AWS says that the policy takes them, and not whether the API can be associated with them.
   */
  readonly vpcEndpoints: readonly pulumi.Input<string>[];
}

/** What a gateway says beside it, as far as a private API cannot have it, or has it otherwise. */
interface Beside {
  readonly privateTo?: unknown;
  readonly allowFrom?: unknown;
  readonly domain?: unknown;
  readonly firewall?: unknown;
}

const ID = /^vpce-[0-9a-f]{8,17}$/;
/** As long as they are: which ones is known only later. */
const longestId = "vpce-0123456789abcdef0";

const unprotected: Support = {
  support: "none",
  why: "they are counted by AWS WAF, and AWS does not document that it stands before a private API",
  instead:
    "Limit by route or by consumer; leave it to the security groups of the endpoints who reaches the API at all.",
};

/** The target, which also checks which VPC endpoints the gateway is to answer through. */
export function withPrivateTo<Document>(target: Target<Document>, given: Beside): Target<Document> {
  if (given.privateTo === undefined) return target;
  const { features } = target.capabilities;
  const capabilities: Capabilities = { ...target.capabilities, features: { ...features, "limits.ip": unprotected } };
  return {
    ...target,
    capabilities,
    check: (api) => [...target.check(api), ...checkPrivateTo(given), ...checkBeside(given), ...checkSigned(api, given)],
    cautions: (api) => [...target.cautions(api), ...cautions(api)],
  };
}

function complaint(place: string, rule: string, remedy: string): Problem {
  return { code: "bad-private-to", place, vendor: "aws", rule, remedy };
}

const example = "Write { vpcEndpoints: [endpoint.id] }; leave it out for a public API.";

/** Everything wrong with the list, whatever the API. */
function checkPrivateTo({ privateTo, allowFrom }: Beside): readonly Problem[] {
  if (!isObjectNow(privateTo)) {
    return [complaint("privateTo", "it is an object that is known before the deployment", example)];
  }
  const { vpcEndpoints, ...others } = privateTo;
  const unknown = Object.keys(others).map((name) =>
    complaint(`privateTo.${name}`, "there is no such property", "Write vpcEndpoints, and nothing else."),
  );
  if (!Array.isArray(vpcEndpoints) || vpcEndpoints.length === 0) {
    const rule = "it is a list of at least one VPC endpoint; the ids may be Outputs, and how many there are is known";
    return [...unknown, complaint("privateTo.vpcEndpoints", rule, example)];
  }
  const problems = vpcEndpoints.flatMap((id: unknown, index) => checkId(id, index, vpcEndpoints));
  return [...unknown, ...problems, ...checkLength(vpcEndpoints.length, allowFrom)];
}

function checkId(id: unknown, index: number, all: readonly unknown[]): readonly Problem[] {
  if (isLater(id)) return [];
  const place = `privateTo.vpcEndpoints[${index}]`;
  const shown = JSON.stringify(id) ?? String(id);
  if (typeof id !== "string" || !ID.test(id)) {
    return [complaint(place, `${shown} is no id of a VPC endpoint`, "Write vpce- and 8 or 17 hexadecimal digits.")];
  }
  return all.indexOf(id) === index ? [] : [complaint(place, `${shown} stands twice`, "Write it once.")];
}

function checkLength(endpoints: number, allowFrom: unknown): readonly Problem[] {
  const { cidrs } = (typeof allowFrom === "object" && allowFrom !== null ? allowFrom : {}) as { cidrs?: unknown };
  const networks = Array.isArray(cidrs) ? cidrs.map(String) : undefined;
  const ids = Array.from({ length: endpoints }, () => longestId);
  const { length } = JSON.stringify(refusingPolicy([], conditions(ids, networks)));
  if (length <= longestResourcePolicy) return [];
  const rule = `a resource policy has at most ${longestResourcePolicy} characters, and this makes ${length}`;
  return [complaint("privateTo.vpcEndpoints", rule, "Share one endpoint among more callers, or join networks.")];
}

function checkBeside({ domain, firewall }: Beside): readonly Problem[] {
  const problems: Problem[] = [];
  if (domain !== undefined) {
    problems.push({
      code: "private-domain",
      place: "domain",
      vendor: "aws",
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
      rule: "a Regional domain leads to no private API, and a private domain is another thing, with a policy and access associations of its own; neither asks for client certificates there (mutualTls)",
      remedy: "Leave domain out: clients use the gateway's url, or a private hosted zone of yours that leads to it.",
    });
  }
  if (firewall !== undefined) {
    problems.push({
      code: "private-firewall",
      place: "firewall",
      vendor: "aws",
      rule: "AWS does not document that AWS WAF stands before a private API",
      remedy: "Leave firewall out, and have the security groups of the endpoints say who reaches them.",
    });
  }
  return problems;
}

/**
 * As with allowFrom, which says it where there is both: within one account, the policy's word is enough
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html, table A).
 */
function checkSigned(api: Api, { allowFrom }: Beside): readonly Problem[] {
  if (allowFrom !== undefined) return [];
  return opensSigned(api).map((route) => ({
    code: "private-opens-iam",
    route,
    place: "privateTo",
    feature: "auth.iam",
    vendor: "aws",
    rule: "a private API has a resource policy, which would have to allow everybody, for the routes that ask for no identity and for preflights; AWS would then let in here whoever has signed, whatever the policies of that identity say",
    remedy: "Have the routes of iam() in a gateway of their own, without cors.",
  }));
}

function cautions(api: Api): readonly Caution[] {
  const [first, ...others] = signedRoutes(api);
  if (first === undefined) return [];
  return [
    {
      route: others.length === 0 ? first.key : `${first.key} and ${others.length} more`,
      what: "the policy of this private API denies only, so that the policies of who signs decide; AWS's examples of private APIs allow as well",
      advice: "After the first deployment, send a signed request: were it refused, nobody would get in.",
    },
  ];
}

/** What refuses a request: that it comes through no endpoint of these, or from none of these networks. */
function conditions(endpoints: readonly string[], cidrs: readonly string[] | undefined): readonly object[] {
  return [
    // Of what came through no endpoint there is no such key, and what is not there is not equal.
    { StringNotEquals: { "aws:SourceVpce": [...endpoints] } },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html, of private APIs.
    ...(cidrs === undefined ? [] : [{ NotIpAddress: { "aws:VpcSourceIp": [...cidrs] } }]),
  ];
}

/** The resource policy of a private API, without which it cannot be deployed (hashicorp/terraform-provider-aws#14290). */
export function privatePolicy(api: Api, endpoints: readonly string[], cidrs: readonly string[] | undefined): string {
  return JSON.stringify(refusingPolicy(signedRoutes(api), conditions(endpoints, cidrs)));
}

/**
 * The endpoints' ids, each once, once they are known.
 *
 * @throws {PolygateError} for what turns out to be no id
 */
export function endpointIds(subject: string, { vpcEndpoints }: PrivateTo): pulumi.Output<readonly string[]> {
  return pulumi.all([...vpcEndpoints]).apply((ids) => {
    const problems = ids.flatMap((id, index) => (isId(id) ? [] : checkId(id, index, ids)));
    if (problems.length > 0) throw new PolygateError(subject, problems);
    return [...new Set(ids)];
  });
}

function isId(given: unknown): boolean {
  return typeof given === "string" && ID.test(given);
}

/**
 * Refuses that an API which is there becomes private, or public.
 *
 * AWS can do either, in steps of which it says that the API "will be available" meanwhile, and not which of its two policies and
 * endpoints is in force by when (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-api-migration.html).
 *
 * @param recorded the API's endpoint configuration, as the last update left it
 *
 * @throws {PolygateError} where it is of the other kind
 */
export function refuseOtherEndpoint(subject: string, wanted: "private" | "public", recorded: unknown): true {
  const { types } = (typeof recorded === "object" && recorded !== null ? recorded : {}) as { types?: unknown };
  if (typeof types !== "string" || (types === "PRIVATE") === (wanted === "private")) return true;
  throw new PolygateError(subject, [
    {
      code: "endpoint-type-changed",
      place: "privateTo",
      vendor: "aws",
      rule:
        wanted === "private"
          ? "this API is there and public, and AWS does not say until when it stays so while it becomes private"
          : "this API is there and private, and AWS does not say what lets in whom while it becomes public",
      remedy: "Give the gateway another name, which makes another API; take this one away when its clients have moved.",
    },
  ]);
}

/** The URL of a stage through an endpoint that the API is associated with. */
export function urlThrough(endpoint: string, apiId: string, invokeUrl: string): string {
  const url = invokeUrl.replace(`//${apiId}.`, () => `//${apiId}-${endpoint}.`);
  if (url === invokeUrl) throw new RangeError(`${invokeUrl} does not name the API ${apiId}`);
  return url.replace(/\/+$/, "");
}
