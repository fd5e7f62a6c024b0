import { allowOnly, at, boolean, object, type PlainObject, text } from "../../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import type { SelectUpstream } from "../../../private-network/upstream.ts";
import { balancerUpstreams } from "../../shared/network/vpc-link.ts";
import { withStageVariables } from "../../shared/stage-variables.ts";
import type { Deployment } from "../deployment.ts";

/** The additional members of an integration through a VPC link. */
export const PRIVATE_MEMBERS: readonly string[] = ["connectionId", "integrationTarget", "tlsConfig"];

const BALANCER =
  /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/(?:app|net)\/[A-Za-z0-9-]+\/[a-z0-9]+$/;

/**
 * Reads the upstreams of a private integration through a VPC link V2. `integrationTarget` names the load balancer. The port of
 * the `uri` selects the listener; its host is the name that the certificate must cover, and the `Host` that the backend receives.
 * @param origin the origin of the `uri`
 * @throws UnsupportedArtefact for links V1, and for features in use that are not modelled
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export function readPrivateUpstreams(
  integration: PlainObject,
  where: string,
  origin: string,
  deployment: Deployment,
  { now, ways }: Pick<Surroundings, "now" | "ways">,
): SelectUpstream {
  if (integration.integrationTarget === undefined) {
    throw new UnsupportedArtefact(
      at(where, "integrationTarget"),
      "is missing. The sandbox does not serve VPC links V1, which need none; name the load balancer of a link V2",
    );
  }
  const target = text(integration.integrationTarget, at(where, "integrationTarget"));
  if (!BALANCER.test(target)) {
    throw new UnsupportedArtefact(at(where, "integrationTarget"), "must be the ARN of a load balancer");
  }
  checkTlsConfig(integration, at(where, "tlsConfig"));
  const connectionId = at(where, "connectionId");
  const id = withStageVariables(text(integration.connectionId, connectionId), connectionId, deployment);
  const { protocol, hostname, port } = new URL(origin);
  const usesTls = protocol === "https:";
  const link = { network: deployment.network, id, place: at(where, "integrationTarget"), now, ways };
  const listenerPort = port === "" ? (usesTls ? 443 : 80) : Number(port);
  return balancerUpstreams(link, target, listenerPort, usesTls ? hostname : undefined);
}

/**
 * Checks `tlsConfig`. `insecureSkipVerification` accepts any issuer of the certificate but still checks its name, so it changes
 * nothing here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_TlsConfig.html
 */
function checkTlsConfig(integration: PlainObject, place: string): void {
  if (integration.tlsConfig === undefined) return;
  const config = object(integration.tlsConfig, place);
  allowOnly(config, place, ["insecureSkipVerification"]);
  if (config.insecureSkipVerification !== undefined) {
    boolean(config.insecureSkipVerification, at(place, "insecureSkipVerification"));
  }
}
