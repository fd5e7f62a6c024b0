import { type Api, tokenOf } from "../../api/checked-api.ts";
import type { Caution } from "../../gateway/target.ts";

/**
 * Returns a note on each auth that does not declare what an HTTP API does with a token without `aud`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html ("API Gateway validates `client_id` only
 *   if `aud` is not present")
 */
export function clientIdCautions({ auth, routes }: Api): readonly Caution[] {
  const used = new Set(routes.map(({ authName }) => authName));
  return Object.entries(auth).flatMap(([name, each]) => {
    const token = tokenOf(each);
    if (token === undefined || token.audienceFallback !== undefined || !used.has(name)) return [];
    return [
      {
        route: `auth.${name}`,
        what: "An HTTP API also accepts a token without aud whose client_id is one of the audiences, as access tokens of Amazon Cognito are",
        advice:
          'Write audienceFallback: "client_id" if that is intended. Otherwise use names for audiences that no client has, or AwsRestApi.',
        isDocumented: true,
      },
    ];
  });
}
