import { type Api, type ApiRoute, requiresKey, tokenOf } from "../../../api/checked-api.ts";
import { invocationUri } from "../../function/invocation-uri.ts";
import type { RestAuthorizer, RestAuthorizers } from "./authorizers.ts";
import { PREFIX } from "./extension.ts";

/** The name that AWS's documentation uses for the scheme of API keys. No authorizer's name ends like this. */
const KEY = "api_key";

/** Returns the ARN of the function of an authorizer. */
export type AuthorizerArns = (authorizer: RestAuthorizer) => string;

/**
 * Returns the security of an operation.
 *
 * A token and a key are two entries, the token first, as AWS SAM writes them: API Gateway requires both, although in OpenAPI two entries are
 * alternatives (github.com/aws/serverless-application-model, samtranslator/swagger). A signature is the method's authorization type
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html).
 *
 * @throws {RangeError} if the operation would have no security although the route is not open
 */
export function security(route: ApiRoute, authorizers: RestAuthorizers): object {
  const authorizer = authorizers.of(route);
  if (authorizer === undefined && tokenOf(route.auth) !== undefined)
    throw new RangeError(`"${route.key}" would need no token`);
  const entries = [
    ...(authorizer === undefined ? [] : [{ [authorizer.name]: [] }]),
    ...(requiresKey(route.auth) ? [{ [KEY]: [] }] : []),
  ];
  if (entries.length > 0) return { security: entries };
  if (route.auth.kind === "open") return {};
  if (route.auth.kind === "iam") return { [`${PREFIX}-auth`]: { type: "AWS_IAM" } };
  throw new RangeError(`"${route.key}" would be open`);
}

/** Returns the security schemes of a document: one for each authorizer, and one for API keys. */
export function securitySchemes(
  api: Api,
  authorizers: RestAuthorizers,
  arnOf: AuthorizerArns,
): Readonly<Record<string, object>> {
  return {
    ...Object.fromEntries(
      authorizers.all.map((authorizer) => [authorizer.name, tokenScheme(authorizer, arnOf(authorizer))]),
    ),
    ...(api.routes.some(({ auth }) => requiresKey(auth))
      ? { [KEY]: { type: "apiKey", name: "x-api-key", in: "header" } }
      : {}),
  };
}

/**
 * Returns the security scheme of an authorizer. A function that decides by route needs the request, of which it reads the method, the
 * resource and the `Authorization` header. Results are not cached; the method and the resource identify them all the same, so that no
 * result could count for another route.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
function tokenScheme({ routes }: RestAuthorizer, functionArn: string): object {
  const token = "method.request.header.Authorization";
  return {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    [`${PREFIX}-authtype`]: "custom",
    [`${PREFIX}-authorizer`]: {
      type: routes === undefined ? "token" : "request",
      authorizerUri: invocationUri(functionArn),
      identitySource: routes === undefined ? token : `${token}, context.httpMethod, context.resourcePath`,
      authorizerResultTtlInSeconds: 0,
    },
  };
}
