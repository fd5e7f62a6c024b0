import type { Inputs } from "@pulumi/pulumi";
import type { Api, ApiRoute } from "../api/checked-api.ts";
import { printPattern } from "../api/path/pattern.ts";
import type { Report } from "./report.ts";

/**
 * The API that a gateway serves, as the inputs of its component: plain data in the words of the description. A preview shows a change of
 * a route by its name there, also where the vendor's document is not known yet, and a policy can read it. It contains no bindings, so
 * that it is always known and never secret.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/components/
 */
export function registeredInputs(api: Api, { omitted, waived }: Report): Inputs {
  return {
    routes: Object.fromEntries(api.routes.map((route) => [route.key, registeredRoute(route)])),
    auth: { ...api.auth },
    backends: { ...api.backends },
    ...(api.cors === undefined ? {} : { cors: api.cors }),
    ...(Object.keys(api.plans).length === 0 ? {} : { plans: api.plans }),
    ...(omitted.length === 0
      ? {}
      : { omitted: Object.fromEntries(omitted.map(({ route, reason }) => [route, reason])) }),
    ...(waived.length === 0 ? {} : { waived: Object.fromEntries(waived.map(({ what, reason }) => [what, reason])) }),
  };
}

/** A route with what it inherits from the defaults. Members without a value are left out. */
function registeredRoute(route: ApiRoute): Inputs {
  const { authName, scopes, limits, request } = route;
  const checks = {
    auth: authName,
    ...(scopes.names.length === 0 ? {} : { scopes: { [scopes.match]: scopes.names } }),
    ...(limits.length === 0 ? {} : { limits }),
    ...(request === undefined ? {} : { request }),
  };
  if (route.kind === "reply") {
    const { status, headers, body } = route;
    return { ...checks, reply: { status, headers, body } };
  }
  const { backend, backendPath, timeoutSeconds, setHeaders, removeHeaders } = route;
  return {
    ...checks,
    to: backend,
    path: printPattern(backendPath),
    timeoutSeconds,
    ...(Object.keys(setHeaders).length === 0 ? {} : { setHeaders }),
    ...(removeHeaders.length === 0 ? {} : { removeHeaders }),
  };
}
