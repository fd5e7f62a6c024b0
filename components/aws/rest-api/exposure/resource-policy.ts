import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { PolygateError } from "../../../api/problem.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const longestResourcePolicy = 8_192;

const EXTENSION = "x-amazon-apigateway-policy";

/** Every address there is. */
const everywhere = ["0.0.0.0/0", "::/0"];

/**
 * A resource policy that refuses requests from all but these networks, in the form that AWS documents.
 *
 * The resource is `*`, and the principal an object, as in the tests of terraform-provider-aws (TestAccAPIGatewayRestAPI_Policy_basic,
 * _Policy_setByBody): API Gateway answers with what it was given. Of the short `execute-api:/*` it makes the whole ARN, which the
 * provider takes for a change, at every preview (hashicorp/terraform-provider-aws#5549, #15602). A policy is of its API alone.
 *
 * @param signed the routes that ask for a signature: with any, the policy allows nobody, and what allows is the policies of who signs
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function resourcePolicyOf(signed: readonly ApiRoute[], cidrs: readonly string[]): object {
  return refusingPolicy(signed, [{ NotIpAddress: { "aws:SourceIp": [...cidrs] } }]);
}

/** The same for other conditions: each refuses the requests that it holds of. */
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

/** The routes that ask for a signature. */
export function signedRoutes({ routes }: Pick<Api, "routes">): readonly ApiRoute[] {
  return routes.filter(({ auth }) => auth.kind === "iam");
}

/**
 * The routes of `iam` that a policy would open which allows everybody; none where the API needs no such policy. It does where
 * requests have nobody's word but the policy's: on open routes and those of an API key alone, and for preflights
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html).
 */
export function opensSigned(api: Pick<Api, "routes" | "cors">): readonly string[] {
  const anonymous =
    api.cors !== undefined || api.routes.some(({ auth: { kind } }) => kind === "open" || kind === "apiKey");
  return anonymous ? signedRoutes(api).map(({ key }) => key) : [];
}

/**
 * The policy of a gateway: the one that its networks make; or, where they are gone, and the last document had one, one that refuses
 * nobody. Left out, the provider would keep the last one, since the argument is computed too; and it drops an empty one.
 *
 * @param recorded the last document, as the state has it
 *
 * @throws {PolygateError} where that would open a route
 */
export function currentPolicy(
  subject: string,
  api: Api,
  cidrs: readonly string[] | undefined,
  recorded: unknown,
): string | undefined {
  if (cidrs !== undefined) return JSON.stringify(resourcePolicyOf(signedRoutes(api), cidrs));
  if (!statesPolicy(recorded)) return undefined;
  const opened = opensSigned(api);
  if (opened.length === 0) return JSON.stringify(resourcePolicyOf(signedRoutes(api), everywhere));
  throw new PolygateError(
    subject,
    opened.map((route) => ({
      code: "former-policy-opens-iam",
      route,
      feature: "auth.iam",
      vendor: "aws",
      rule: "this API had allowFrom once, and keeps a resource policy that allows everybody: AWS would let in here whoever has signed, whatever the policies of that identity say",
      remedy:
        "Have the routes of iam() in a gateway of their own, or give this one another name, which makes another API.",
    })),
  );
}

function statesPolicy(document: unknown): boolean {
  if (typeof document !== "string") return false;
  try {
    return Object.hasOwn(JSON.parse(document) as object, EXTENSION);
  } catch {
    return false;
  }
}

/**
 * The document, which also states the policy. It says so beside the API's argument, so that the API is never without it: an import
 * takes away what the document does not say, before the provider sets it again.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-policy.html
 */
export function withPolicy(document: string, policy: string): string {
  const stated = { ...(JSON.parse(document) as object), [EXTENSION]: JSON.parse(policy) as object };
  return `${JSON.stringify(stated, null, 2)}\n`;
}
