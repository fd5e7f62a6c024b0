import { at, boolean, known, object, type PlainObject, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { waysThroughBalancer } from "../../shared/private-network.ts";
import type { Ways } from "../../shared/way.ts";
import type { Place } from "../turn.ts";
import { withStageVariables } from "./lambda-uri.ts";

/** What an integration has beside the others' members when it goes through a VPC link. */
export const PRIVATE_MEMBERS: readonly string[] = ["connectionId", "integrationTarget", "tlsConfig"];

const BALANCER =
  /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/(?:app|net)\/[A-Za-z0-9-]+\/[a-z0-9]+$/;

/**
 * Where a private integration through a VPC link V2 leads:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 *
 * The load balancer is `integrationTarget`; the `uri` says by its port to which listener, and by its host which name the certificate
 * has, and what the backend sees as `Host`.
 * @param origin of the `uri`
 * @param now milliseconds since the epoch
 * @throws UnsupportedArtefact for links V1, and for what is there and not modelled
 */
export function readPrivateWays(
  integration: PlainObject,
  where: string,
  origin: string,
  place: Place,
  now: () => number,
): Ways {
  if (integration.integrationTarget === undefined) {
    throw new UnsupportedArtefact(
      at(where, "integrationTarget"),
      "is missing: VPC links V1, which need none, are not served by the sandbox; name the load balancer of a link V2",
    );
  }
  const target = text(integration.integrationTarget, at(where, "integrationTarget"));
  if (!BALANCER.test(target)) {
    throw new UnsupportedArtefact(at(where, "integrationTarget"), "must be the ARN of a load balancer");
  }
  readTlsConfig(integration, at(where, "tlsConfig"));
  const connectionId = at(where, "connectionId");
  const id = withStageVariables(text(integration.connectionId, connectionId), connectionId, place);
  const { protocol, hostname, port } = new URL(origin);
  const secured = protocol === "https:";
  const link = { network: place.network, id, place: at(where, "integrationTarget"), now };
  const listening = port === "" ? (secured ? 443 : 80) : Number(port);
  return waysThroughBalancer(link, target, listening, secured ? hostname : undefined);
}

/**
 * Without verification the certificate's issuer may be anyone; its name is checked all the same
 * (https://docs.aws.amazon.com/apigateway/latest/api/API_TlsConfig.html), so that nothing changes here.
 */
function readTlsConfig(integration: PlainObject, place: string): void {
  if (integration.tlsConfig === undefined) return;
  const config = object(integration.tlsConfig, place);
  known(config, place, ["insecureSkipVerification"]);
  if (config.insecureSkipVerification !== undefined) {
    boolean(config.insecureSkipVerification, at(place, "insecureSkipVerification"));
  }
}
