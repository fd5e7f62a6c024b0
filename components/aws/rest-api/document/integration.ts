import { type Bindings, urlOf } from "../../../api/binding/binding.ts";
import type { ApiProxyRoute } from "../../../api/checked-api.ts";
import { invocationUri } from "../../function/invocation-uri.ts";
import { functionArnOf } from "../../function/lambda-form.ts";
import { restApiConnection } from "../../link/private-backend.ts";
import { type RestResource, segmentsOf } from "./resources.ts";

/** Returns the integration of a route at one of its resources. */
export function proxyIntegration(route: ApiProxyRoute, resource: RestResource, bindings: Bindings): object {
  return route.backendKind === "fn" ? functionIntegration(route, bindings) : httpIntegration(route, resource, bindings);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html */
function httpIntegration(route: ApiProxyRoute, resource: RestResource, bindings: Bindings): object {
  const { origin, pathname } = new URL(urlOf(bindings, route.backend));
  const parts = route.backendPath.flatMap((segment) =>
    segment.kind === "literal" ? [segment] : segmentsOf(segment.name, route, resource),
  );
  const variables = parts.flatMap((part) => (part.kind === "literal" ? [] : [part.name]));
  const written = parts.map((part) => (part.kind === "literal" ? `/${part.text}` : `/{${part.name}}`)).join("");
  const path = `${pathname.replace(/\/+$/, "")}${written}`;
  return {
    type: "http_proxy",
    httpMethod: route.method,
    uri: `${origin}${path === "" ? "/" : path}`,
    ...restApiConnection(route, bindings),
    passthroughBehavior: "when_no_match",
    timeoutInMillis: route.timeoutSeconds * 1000,
    requestParameters: {
      ...Object.fromEntries(
        variables.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
      ),
      ...Object.fromEntries(
        Object.entries(route.setHeaders).map(([name, value]) => [`integration.request.header.${name}`, `'${value}'`]),
      ),
    },
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
function functionIntegration(route: ApiProxyRoute, bindings: Bindings): object {
  return {
    type: "aws_proxy",
    // Lambda accepts only POST. The event contains the client's method.
    httpMethod: "POST",
    uri: invocationUri(functionArnOf(bindings, route.backend)),
    connectionType: "INTERNET",
    passthroughBehavior: "when_no_match",
    timeoutInMillis: route.timeoutSeconds * 1000,
  };
}
