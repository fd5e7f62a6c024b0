import type { Api } from "../../../api/checked-api.ts";
import { longestEndpointId } from "./endpoint-ids.ts";
import { refusingPolicy, signedRoutes } from "./resource-policy.ts";

/**
 * Returns the resource policy of a private API. Such an API cannot be deployed without one (hashicorp/terraform-provider-aws#14290).
 *
 * @param cidrs the networks that may send requests; undefined for all
 */
export function privatePolicy(api: Api, endpoints: readonly string[], cidrs: readonly string[] | undefined): string {
  return JSON.stringify(refusingPolicy(signedRoutes(api), conditions(endpoints, cidrs)));
}

/** Returns the greatest length of a policy with so many endpoints, whose ids may not be known yet. */
export function longestPrivatePolicy(endpoints: number, cidrs: readonly string[] | undefined): number {
  const ids = Array.from({ length: endpoints }, () => longestEndpointId);
  return JSON.stringify(refusingPolicy([], conditions(ids, cidrs))).length;
}

/** The conditions under which the policy denies a request: it comes through another endpoint, or from another network. */
function conditions(endpoints: readonly string[], cidrs: readonly string[] | undefined): readonly object[] {
  return [
    // A request through no endpoint does not have this key, and a missing key is not equal.
    { StringNotEquals: { "aws:SourceVpce": [...endpoints] } },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html, on private APIs.
    ...(cidrs === undefined ? [] : [{ NotIpAddress: { "aws:VpcSourceIp": [...cidrs] } }]),
  ];
}
