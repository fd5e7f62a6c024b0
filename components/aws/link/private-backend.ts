import { isIP } from "node:net";
import { type Bindings, linkOf, urlOf } from "../../api/binding/binding.ts";
import type { VendorLimit } from "../../api/capability/capabilities.ts";
import type { Api, ApiProxyRoute } from "../../api/checked-api.ts";
import type { Problem } from "../../api/problem.ts";
import { awsLinkOf } from "./link.ts";

/**
 * Where an HTTP API's integration goes: to the backend's origin, or through a VPC link to a listener or to a service in AWS Cloud
 * Map, in TLS where the URL says so and else without.
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
 * The host that a private backend is asked for. Without it, it would be the API's own, since the integration names a listener. It is
 * none of the headers that AWS reserves, and others overwrite it so.
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
 * How a REST API's integration gets to its `uri`: over the internet, or through a VPC link to a load balancer. The `uri` then
 * says what is asked of it: protocol, host, port, path; with `https` the host is also the name that the certificate must show.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export function restApiConnection({ backend, backendKind }: ApiProxyRoute, bindings: Bindings): object {
  if (backendKind !== "onPrem") return { connectionType: "INTERNET" };
  const link = awsLinkOf(linkOf(bindings, backend));
  if (link.kind !== "aws-vpc-link") throw new RangeError(`"${backend}" is not reached through a load balancer`);
  return { connectionType: "VPC_LINK", connectionId: link.vpcLinkId, integrationTarget: link.loadBalancerArn };
}

/** What depends on how private backends are bound: the name of a certificate, and how many VPC links there are. */
export function checkPrivateBackends(api: Api, bindings: Bindings, links: VendorLimit): readonly Problem[] {
  const privates = Object.keys(api.backends).filter((backend) => api.backends[backend]?.kind === "onPrem");
  const problems = privates.flatMap((backend): readonly Problem[] => {
    const { protocol, hostname } = new URL(urlOf(bindings, backend));
    if (protocol !== "https:" || isIP(hostname.replace(/^\[|\]$/g, "")) === 0) return [];
    return [
      {
        code: "nameless-certificate",
        place: `backends.${backend}.url`,
        feature: "backend.onPrem",
        vendor: "aws",
        rule: `API Gateway compares a private backend's certificate with a host name, and ${hostname} is an address`,
        remedy: "Bind a URL with the host name that the certificate is for; the link says where it is.",
      },
    ];
  });
  const used = new Set(privates.map((backend) => linkOf(bindings, backend).vpcLinkId));
  if (used.size <= links.value) return problems;
  const rule = `there are ${used.size}, and API Gateway takes ${links.value} ${links.unit}`;
  const remedy = "Let backends share a VPC link: it leads to every load balancer that its subnets reach.";
  return [...problems, { code: "too-many-vpc-links", feature: "backend.onPrem", vendor: "aws", rule, remedy }];
}
