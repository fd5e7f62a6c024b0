import type { Api, ApiCors } from "../../../api/checked-api.ts";
import { corsHeaders } from "./mock.ts";

/**
 * Returns the gateway's own responses: 401 without valid credentials, 403 without permission, 404 without a route.
 *
 * By default API Gateway responds with 403 in all three cases ("Missing Authentication Token" for an unknown path or method), so neither
 * people nor programs can tell them apart. It treats an unsigned request to a route of `iam` like one without a route. If the API has such a
 * route, both therefore keep the default: a 404 would tell a caller who forgot to sign that the route does not exist.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayResponses({ cors, routes }: Pick<Api, "cors" | "routes">): object {
  const signed = routes.some(({ auth }) => auth.kind === "iam");
  const headers = pageHeaders(cors);
  const response = (members: object, body: string, more: Readonly<Record<string, string>> = {}) => ({
    ...members,
    responseParameters: parameters({ ...headers, ...more }),
    responseTemplates: { "application/json": body },
  });
  const message = '{"message":$context.error.messageString}';
  return {
    DEFAULT_4XX: response({}, message),
    DEFAULT_5XX: response({}, message),
    INVALID_API_KEY: response({ statusCode: "401" }, '{"message":"Unauthorized"}'),
    ...(signed ? {} : { MISSING_AUTHENTICATION_TOKEN: response({ statusCode: "404" }, '{"message":"Not Found"}') }),
    // RFC 9110 requires the header. RFC 6750 defines the scheme.
    UNAUTHORIZED: response({ statusCode: "401" }, message, { "www-authenticate": "Bearer" }),
  };
}

/** Whether pages may read the gateway's own responses. Those always name the same origin, so there has to be only one. */
export function namesOneOrigin(cors: ApiCors): boolean {
  return cors.origins.length === 1;
}

/** Returns the headers that allow pages of a single origin to read a rejection. Returns none if there are several origins. */
export function pageHeaders(cors: ApiCors | undefined): Readonly<Record<string, string>> {
  const [origin] = cors?.origins ?? [];
  if (cors === undefined || origin === undefined || !namesOneOrigin(cors)) return {};
  return { "access-control-allow-origin": origin, ...corsHeaders(cors) };
}

function parameters(headers: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}
