import { type Api, tokenOf } from "../../api/checked-api.ts";
import { parametersOf, printPattern } from "../../api/path/pattern.ts";
import type { Caution } from "../../gateway/target.ts";
import { renamedCaution } from "../parameter-name.ts";
import { routePaths } from "./route-key.ts";

/** Returns what an HTTP API does that its users may not expect. */
export function httpApiCautions(api: Api): readonly Caution[] {
  return [...clientIdCautions(api), ...renamedParameters(api)];
}

/**
 * Returns a note on each auth that does not declare what an HTTP API does with a token without `aud`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html ("API Gateway validates `client_id` only
 *   if `aud` is not present")
 */
function clientIdCautions({ auth, routes }: Api): readonly Caution[] {
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

/** Returns a note on each route whose function receives a path parameter under another name. */
function renamedParameters(api: Api): readonly Caution[] {
  const { patternOf } = routePaths(api);
  return api.routes.flatMap((route) => {
    if (route.kind !== "proxy" || route.backendKind !== "fn") return [];
    const pattern = patternOf(route);
    const names = parametersOf(pattern);
    const renamed = parametersOf(route.pattern).filter((name, index) => name !== names[index]);
    return renamed.length === 0 ? [] : [renamedCaution(route, renamed, [printPattern(pattern)])];
  });
}
