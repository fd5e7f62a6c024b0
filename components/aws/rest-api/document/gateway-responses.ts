import type { Api, ApiCors } from "../../../api/checked-api.ts";
import { corsHeaders } from "./mock.ts";

/**
 * The gateway's own answers: 401 for who is not known, 403 for who may not, 404 for what is not there. Left alone, API
 * Gateway answers all three with 403 ("Missing Authentication Token" for a path or a method that it has not), which neither
 * a person nor a program can tell apart.
 *
 * An unsigned request to a route of `iam` is, to API Gateway, one for what is not there: with such a route all of these are 403,
 * "Missing Authentication Token", as they are by themselves. A 404 would tell a caller who forgot to sign that nothing is there.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayResponses({ cors, routes }: Pick<Api, "cors" | "routes">): object {
  const signed = routes.some(({ auth }) => auth.kind === "iam");
  const headers = pageHeaders(cors);
  const answer = (own: object, body: string, more: Readonly<Record<string, string>> = {}) => ({
    ...own,
    responseParameters: parameters({ ...headers, ...more }),
    responseTemplates: { "application/json": body },
  });
  const message = '{"message":$context.error.messageString}';
  return {
    DEFAULT_4XX: answer({}, message),
    DEFAULT_5XX: answer({}, message),
    INVALID_API_KEY: answer({ statusCode: "401" }, '{"message":"Unauthorized"}'),
    ...(signed ? {} : { MISSING_AUTHENTICATION_TOKEN: answer({ statusCode: "404" }, '{"message":"Not Found"}') }),
    // RFC 9110 asks for the header; it stands for the scheme of RFC 6750.
    UNAUTHORIZED: answer({ statusCode: "401" }, message, { "www-authenticate": "Bearer" }),
  };
}

/** Whether pages may read the gateway's own refusals: they name one origin, and nothing in them can choose. */
export function namesOneOrigin(cors: ApiCors): boolean {
  return cors.origins.length === 1;
}

/** What lets pages of the one origin read a refusal; none where there are several. */
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
