import { isIP } from "node:net";
import { type Bindings, linkOf, urlOf } from "../../api/binding/binding.ts";
import type { VendorLimit } from "../../api/capability/capabilities.ts";
import type { Api, ApiProxyRoute } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { awsLinkOf } from "./link.ts";

/**
 * The destination of an HTTP API's integration: the backend's origin, or a VPC link to a listener or to a service in AWS Cloud Map. A
 * link uses TLS if the backend's URL has the scheme `https`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 */
export function httpApiDestination({ backend, backendKind }: ApiProxyRoute, bindings: Bindings): object {
  const { origin, protocol, hostname } = new URL(urlOf(bindings, backend));
  if (backendKind !== "onPrem") return { uri: origin };
  const link = awsLinkOf(linkOf(bindings, backend));
  return {
    uri: link.kind === "aws-cloud-map" ? link.serviceArn : link.listenerArn,
    connectionType: "VPC_LINK",
    connectionId: link.vpcLinkId,
    ...(protocol === "https:" ? { tlsConfig: { serverNameToVerify: hostname } } : {}),
  };
}

/**
 * The mapping of the `Host` header to a private backend's host. Without it the backend would receive the API's own host, because the
 * integration's URI is a listener. AWS does not reserve this header, so a mapping may overwrite it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function hostMapping(
  { backend, backendKind }: ApiProxyRoute,
  bindings: Bindings,
): Readonly<Record<string, string>> {
  return backendKind === "onPrem" ? { "overwrite:header.host": new URL(urlOf(bindings, backend)).host } : {};
}

/**
 * The connection of a REST API's integration: the internet, or a VPC link to a load balancer. The integration's `uri` is then what the
 * load balancer receives: protocol, host, port and path. With `https` its host must also match the certificate.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export function restApiConnection({ backend, backendKind }: ApiProxyRoute, bindings: Bindings): object {
  if (backendKind !== "onPrem") return { connectionType: "INTERNET" };
  const link = awsLinkOf(linkOf(bindings, backend));
  if (link.kind !== "aws-vpc-link") throw new RangeError(`The link of "${backend}" does not lead to a load balancer.`);
  return { connectionType: "VPC_LINK", connectionId: link.vpcLinkId, integrationTarget: link.loadBalancerArn };
}

/** Checks what depends on the bindings of private backends: host names for certificates, and the number of VPC links. */
export function checkPrivateBackends(api: Api, bindings: Bindings, vpcLinks: VendorLimit): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", feature: "backend.onPrem" });
  const backends = Object.keys(api.backends).filter((backend) => api.backends[backend]?.kind === "onPrem");
  for (const backend of backends) {
    const { protocol, hostname } = new URL(urlOf(bindings, backend));
    if (protocol !== "https:" || isIP(hostname.replace(/^\[|\]$/g, "")) === 0) continue;
    problems.refuse(
      "nameless-certificate",
      `API Gateway verifies a private backend's certificate against a host name, but ${hostname} is an IP address.`,
      "Bind a URL with the host name that the certificate contains. The link determines where the backend is.",
      { place: `backends.${backend}.url` },
    );
  }
  const used = new Set(backends.map((backend) => linkOf(bindings, backend).vpcLinkId));
  if (used.size > vpcLinks.value) {
    problems.refuse(
      "too-many-vpc-links",
      `The API uses ${used.size} VPC links. API Gateway allows ${vpcLinks.value} ${vpcLinks.unit}.`,
      "Let backends share a VPC link. A VPC link can reach every load balancer that its subnets can reach.",
    );
  }
  return problems.all;
}
