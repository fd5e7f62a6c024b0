import { type Api, type ApiRoute, requiresKey } from "../../../api/checked-api.ts";
import { invocationUri } from "../../function/invocation-uri.ts";
import { PREFIX } from "./extension.ts";
import { authorizerName, type RestRequirement, requirementOf, requirementsOf } from "./requirement.ts";

/** The name that AWS's documentation uses for the scheme of API keys. No authorizer's name ends like this. */
const KEY = "api_key";

/** Returns the ARN of the function that verifies a requirement. */
export type Authorizers = (requirement: RestRequirement) => string;

/**
 * Returns the security of an operation.
 *
 * A token and a key are two entries, the token first, as AWS SAM writes them: API Gateway requires both, although in OpenAPI two entries are
 * alternatives (github.com/aws/serverless-application-model, samtranslator/swagger). A signature is the method's authorization type
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html).
 *
 * @throws {RangeError} if the operation would have no security although the route is not open
 */
export function security(route: ApiRoute): object {
  const requirement = requirementOf(route);
  const entries = [
    ...(requirement === undefined ? [] : [{ [authorizerName(requirement)]: [] }]),
    ...(requiresKey(route.auth) ? [{ [KEY]: [] }] : []),
  ];
  if (entries.length > 0) return { security: entries };
  if (route.auth.kind === "open") return {};
  if (route.auth.kind === "iam") return { [`${PREFIX}-auth`]: { type: "AWS_IAM" } };
  throw new RangeError(`"${route.key}" would be open`);
}

/** Returns the security schemes of a document: one for each requirement, and one for API keys. */
export function securitySchemes(api: Api, authorizers: Authorizers): Readonly<Record<string, object>> {
  return {
    ...Object.fromEntries(
      requirementsOf(api).map((requirement) => [authorizerName(requirement), tokenScheme(authorizers(requirement))]),
    ),
    ...(api.routes.some(({ auth }) => requiresKey(auth))
      ? { [KEY]: { type: "apiKey", name: "x-api-key", in: "header" } }
      : {}),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
function tokenScheme(functionArn: string): object {
  return {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    [`${PREFIX}-authtype`]: "custom",
    [`${PREFIX}-authorizer`]: {
      type: "token",
      authorizerUri: invocationUri(functionArn),
      identitySource: "method.request.header.Authorization",
      authorizerResultTtlInSeconds: 0,
    },
  };
}
