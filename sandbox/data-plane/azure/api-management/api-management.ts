import {
  type GatewayRequest,
  type Interpreter,
  type Outcome,
  type Surroundings,
  UnsupportedArtefact,
} from "../../interpreter.ts";
import { isPrivateAddress } from "../../private-network/private-address.ts";
import type { Upstream } from "../../private-network/upstream.ts";
import { remembering } from "../../remembering.ts";
import { upstreamOf as findUpstream } from "../network/service-network.ts";
import type { ApimApi, ApimArtefacts } from "./artefacts.ts";
import { Backends } from "./backends.ts";
import { ServiceCredentials } from "./credentials/service-credentials.ts";
import { apimReply } from "./error-reply.ts";
import { Gateway } from "./gateway.ts";
import { namedValueResolver } from "./named-values.ts";
import { isRequestPath } from "./request-path.ts";
import { skuNamed } from "./sku.ts";

// Gateway constraints: https://learn.microsoft.com/azure/api-management/api-management-service-limits
const QUERY_BYTES = 2048;
const SEGMENT_BYTES = 1024;

/**
 * Interprets the APIs of one API Management service: their OpenAPI documents and policies.
 *
 * @throws UnsupportedArtefact for artefacts that the service would reject or that the sandbox does not support
 */
export function interpretApim(artefacts: ApimArtefacts, surroundings: Surroundings): Interpreter {
  const sku = skuNamed(artefacts.sku);
  const resolve = namedValueResolver(artefacts.namedValues, surroundings.secrets);
  const credentials = new ServiceCredentials(artefacts.certificates ?? {}, surroundings);
  const { network } = artefacts;
  const backends = new Backends(artefacts.backends ?? {}, resolve, surroundings);
  const routed = remembering((origin: string) => findUpstream(network, origin));
  const upstreamOf = (origin: string) => onItsWay(routed(origin), surroundings);
  const { subscriptions = [], products = [] } = artefacts;
  const environment = { sku, surroundings, resolve, backends, credentials, upstreamOf, subscriptions, products };
  const gateways: Gateway[] = [];
  for (const api of artefacts.apis) {
    const other = gateways.find((each) => each.api.name === api.name || urlOf(each.api) === urlOf(api));
    if (other !== undefined) {
      throw new UnsupportedArtefact(`apis.${api.name}`, `has the same name or path as the API ${other.api.name}`);
    }
    gateways.push(new Gateway(api, environment));
  }
  // The longest suffix first, so that an API below the path of another API is found.
  gateways.sort((a, b) => b.suffix.length - a.suffix.length);

  return {
    routes: gateways.flatMap((each) => each.routes),
    decide(request: GatewayRequest): Outcome | Promise<Outcome> {
      const problem = urlProblem(request, sku.urlBytes);
      if (problem !== undefined) {
        return { decision: "malformed", reason: problem, reply: apimReply(400, "Bad Request") };
      }
      for (const gateway of gateways) {
        const below = gateway.below(request.path);
        if (below !== undefined) return gateway.decide(request, below);
      }
      return {
        decision: "no route",
        reason: "the path is not below the path of any API",
        reply: apimReply(404, "Resource not found"),
      };
    },
  };
}

/** An upstream on a private network with its way. */
function onItsWay(upstream: Upstream, { ways }: Surroundings): Upstream {
  if (ways === undefined || "problem" in upstream || !isPrivateAddress(new URL(upstream.origin).hostname))
    return upstream;
  return { ...upstream, way: ways.to(upstream.origin) };
}

/** The path of an API with its version, as they are compared. */
const urlOf = ({ path, version }: ApimApi): string => `${path}/${version ?? ""}`.toLowerCase();

/** Why the gateway rejects the URL, if it does. Unverified: the status and the text of the response. */
function urlProblem({ path, query }: GatewayRequest, urlBytes: number): string | undefined {
  if (!isRequestPath(path)) return "the path contains a character that must be escaped, or an incomplete escape";
  if (!/^[\x21-\x7e]*$/.test(query)) return "the query contains a character that must be escaped";
  if (path.length + query.length + 1 > urlBytes) return `the URL is longer than ${urlBytes} bytes`;
  if (query.length > QUERY_BYTES) return `the query is longer than ${QUERY_BYTES} bytes`;
  if (path.length > SEGMENT_BYTES && path.split("/").some((segment) => segment.length > SEGMENT_BYTES)) {
    return `a path segment is longer than ${SEGMENT_BYTES} bytes`;
  }
  return undefined;
}
