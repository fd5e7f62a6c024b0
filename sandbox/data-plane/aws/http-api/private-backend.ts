import { at, known, object, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsNetwork } from "../artefacts/network.ts";
import { encodeValue } from "../shared/paths.ts";
import { type VpcLink, waysThroughListener, waysThroughService } from "../shared/private-network.ts";
import type { Backend } from "./backend.ts";

/** What private integrations may refer to. */
export interface PrivateScope {
  readonly network: AwsNetwork | undefined;
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const LISTENER =
  /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/(?:app|net)\/[A-Za-z0-9-]+\/[a-z0-9]+\/[a-z0-9]+$/;
const SERVICE = /^(arn:[a-z-]+:servicediscovery:[a-z0-9-]+:\d{12}:service\/srv-[a-z0-9]+)(?:\?([^#]*))?$/;

/**
 * A private integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 *
 * Its `uri` has no path, so that the backend sees the request's own: with the name of the stage in front, but for `$default`, until
 * a mapping sets another.
 * @throws UnsupportedArtefact for what the import refuses, and for what is there and not modelled
 */
export function readPrivateBackend(integration: PlainObject, place: string, scope: PrivateScope): Backend {
  const id = text(integration.connectionId, at(place, "connectionId"));
  if (!/^[a-z0-9]+$/.test(id)) {
    throw new UnsupportedArtefact(at(place, "connectionId"), "must be the id of a VPC link, as it is");
  }
  const serverName = readServerName(integration, at(place, "tlsConfig"));
  const where = at(place, "uri");
  const link: VpcLink = { network: scope.network, id, place: where, now: scope.now };
  const uri = text(integration.uri, where);
  const stage = scope.stage === "$default" ? "" : `/${encodeValue(scope.stage)}`;
  const [, service, filter = ""] = SERVICE.exec(uri) ?? [];
  if (service === undefined && !LISTENER.test(uri)) {
    throw new UnsupportedArtefact(
      where,
      "for VPC_LINK it must be the ARN of a listener of a load balancer, or of a service of AWS Cloud Map",
    );
  }
  return {
    private: true,
    ways:
      service === undefined
        ? waysThroughListener(link, uri, serverName)
        : waysThroughService(link, service, filter, serverName),
    path: (source) => `${stage}${encodeValue(source.path)}`,
    query: "",
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-tls-config.html */
function readServerName(integration: PlainObject, place: string): string | undefined {
  if (integration.tlsConfig === undefined) return undefined;
  const config = object(integration.tlsConfig, place);
  known(config, place, ["serverNameToVerify"]);
  const name = text(config.serverNameToVerify, at(place, "serverNameToVerify"));
  if (!/^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(name)) {
    throw new UnsupportedArtefact(at(place, "serverNameToVerify"), "must be the name of a server");
  }
  return name;
}
