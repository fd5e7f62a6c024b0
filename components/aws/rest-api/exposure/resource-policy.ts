import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { PolygateError } from "../../../api/problem.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const longestResourcePolicy = 8_192;

const extension = "x-amazon-apigateway-policy";

/** All addresses. */
const everywhere = ["0.0.0.0/0", "::/0"];

/**
 * Returns a resource policy that denies requests from outside these networks, in the form that AWS documents.
 *
 * The resource is `*`, and the principal is an object, as in the tests of terraform-provider-aws (TestAccAPIGatewayRestAPI_Policy_basic,
 * _Policy_setByBody): API Gateway returns these unchanged. It expands the short form `execute-api:/*` to an ARN, which the provider
 * reports as a change at every preview (hashicorp/terraform-provider-aws#5549, #15602). A policy applies to its own API only.
 *
 * @param signed the routes that require a signature. If there are any, the policy allows nobody: the callers' own policies allow requests
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function resourcePolicyOf(signed: readonly ApiRoute[], cidrs: readonly string[]): object {
  return refusingPolicy(signed, [{ NotIpAddress: { "aws:SourceIp": [...cidrs] } }]);
}

/** Returns a resource policy that denies each request that meets one of these conditions. */
export function refusingPolicy(signed: readonly ApiRoute[], conditions: readonly object[]): object {
  const invoke = { Principal: { AWS: "*" }, Action: "execute-api:Invoke", Resource: "*" };
  return {
    Version: "2012-10-17",
    Statement: [
      ...(signed.length > 0 ? [] : [{ Effect: "Allow", ...invoke }]),
      ...conditions.map((Condition) => ({ Effect: "Deny", ...invoke, Condition })),
    ],
  };
}

/** Returns the routes that require a signature. */
export function signedRoutes({ routes }: Pick<Api, "routes">): readonly ApiRoute[] {
  return routes.filter(({ auth }) => auth.kind === "iam");
}

/**
 * Returns the routes of `iam` that a resource policy would open, since it has to allow everybody.
 *
 * It has to if only the policy can allow a request: on an open route, on a route that requires an API key only, and for preflights
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html). Otherwise returns none.
 */
export function opensSigned(api: Pick<Api, "routes" | "cors">): readonly string[] {
  const anonymous =
    api.cors !== undefined || api.routes.some(({ auth: { kind } }) => kind === "open" || kind === "apiKey");
  return anonymous ? signedRoutes(api).map(({ key }) => key) : [];
}

/**
 * Returns the resource policy of a public API: the one for its networks, or one that denies nothing if the last document had a policy and
 * there are no networks any more. If the argument were left out, the provider would keep the last policy, since the argument is computed
 * too. It ignores an empty policy.
 *
 * @param recorded the last document in the state
 *
 * @throws {PolygateError} if the policy would open a route of `iam`
 */
export function currentPolicy(
  subject: string,
  api: Api,
  cidrs: readonly string[] | undefined,
  recorded: unknown,
): string | undefined {
  if (cidrs !== undefined) return JSON.stringify(resourcePolicyOf(signedRoutes(api), cidrs));
  if (!containsPolicy(recorded)) return undefined;
  const opened = opensSigned(api);
  if (opened.length === 0) return JSON.stringify(resourcePolicyOf(signedRoutes(api), everywhere));
  throw new PolygateError(
    subject,
    opened.map((route) => ({
      code: "former-policy-opens-iam",
      route,
      feature: "auth.iam",
      vendor: "aws",
      rule: "This API had allowFrom before and keeps a resource policy that allows everybody. AWS would accept every signed request on this route, whatever the caller's own policies allow.",
      remedy:
        "Serve the routes of kind iam from a gateway of their own, or give this gateway another name, which creates another API.",
    })),
  );
}

function containsPolicy(document: unknown): boolean {
  if (typeof document !== "string") return false;
  try {
    return Object.hasOwn(JSON.parse(document) as object, extension);
  } catch {
    return false;
  }
}

/**
 * Adds a resource policy to a document. The API's argument contains the policy too, but an import removes what the document does not
 * contain, and the provider would restore it only afterwards. With the policy in the document, the API is never without it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-policy.html
 */
export function withPolicy(document: string, policy: string): string {
  const extended = { ...(JSON.parse(document) as object), [extension]: JSON.parse(policy) as object };
  return `${JSON.stringify(extended, null, 2)}\n`;
}
