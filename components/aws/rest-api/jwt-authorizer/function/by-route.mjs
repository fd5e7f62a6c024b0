import { createAuthorizer, keysOf } from "./authorizer.mjs";

/** @typedef {import("./claims.mjs").Requirement} Requirement */
/** @typedef {import("./authorizer.mjs").Surroundings} Surroundings */

/**
 * What the routes of an API require.
 *
 * @typedef {object} RouteRequirements
 * @property {readonly Requirement[]} requirements
 * @property {Readonly<Record<string, number>>} routes The index of the requirement by the method and the path of the resource.
 */

/** @typedef {Requirement | RouteRequirements} Content What a function verifies. */

/**
 * What API Gateway asks a request authorizer, as far as it matters here.
 *
 * Unverified: AWS's example of the event does not show `multiValueHeaders`, which the event of a Lambda integration has.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @typedef {object} RequestEvent
 * @property {string} methodArn
 * @property {string} httpMethod
 * @property {string} resource The path of the resource, with its variables: `/orders/{id}`.
 * @property {Readonly<Record<string, string>> | null} [headers]
 * @property {Readonly<Record<string, readonly string[]>> | null} [multiValueHeaders]
 */

/**
 * A function for a token authorizer, or for a request authorizer that decides by route.
 *
 * @param {Content} content
 * @param {Surroundings} surroundings
 */
export function createFunction(content, surroundings) {
  return "routes" in content ? createRouteAuthorizer(content, surroundings) : createAuthorizer(content, surroundings);
}

/**
 * A function for a request authorizer that all routes share, whatever they require. The method and the resource, which API
 * Gateway has chosen, decide which requirement counts. It throws for a route that it does not know (500).
 *
 * @param {RouteRequirements} content
 * @param {Surroundings} surroundings
 */
export function createRouteAuthorizer({ requirements, routes }, surroundings) {
  /** Auths of one issuer share its keys. @type {Map<string, ReturnType<typeof keysOf>>} */
  const known = new Map();
  const authorizers = requirements.map((requirement) => {
    const issuer = JSON.stringify([requirement.issuer, requirement.jwksUri]);
    const keys = known.get(issuer) ?? keysOf(requirement, surroundings);
    known.set(issuer, keys);
    return createAuthorizer(requirement, surroundings, keys);
  });

  /** @param {RequestEvent} event */
  return async (event) => {
    const route = `${event.httpMethod} ${event.resource}`;
    const authorize = Object.hasOwn(routes, route) ? authorizers[/** @type {number} */ (routes[route])] : undefined;
    if (authorize === undefined) throw new Error("The event names no route with a requirement.");
    return authorize({ authorizationToken: authorizationOf(event), methodArn: event.methodArn });
  };
}

/**
 * The only value of the header `Authorization`. Two are no credential: the backend would receive one that was not checked.
 *
 * @param {RequestEvent} event
 */
function authorizationOf({ headers, multiValueHeaders }) {
  const values = Object.entries(multiValueHeaders ?? headers ?? {})
    .filter(([name]) => name.toLowerCase() === "authorization")
    .flatMap(([, value]) => value);
  return values.length === 1 ? values[0] : undefined;
}
