import { allowOnly, at, object, type PlainObject, text } from "../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsNetwork } from "../artefacts/network.ts";
import { listenerUpstreams, serviceUpstreams, type VpcLink } from "../shared/network/vpc-link.ts";
import { encodeValue } from "../shared/paths.ts";
import type { Backend } from "./backend.ts";

/** The values that private integrations may refer to. */
export interface PrivateScope {
  readonly network: AwsNetwork | undefined;
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The API's ways to private networks. */
  readonly ways: Surroundings["ways"];
}

const LISTENER =
  /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/(?:app|net)\/[A-Za-z0-9-]+\/[a-z0-9]+\/[a-z0-9]+$/;
const SERVICE = /^(arn:[a-z-]+:servicediscovery:[a-z0-9-]+:\d{12}:service\/srv-[a-z0-9]+)(?:\?([^#]*))?$/;

/**
 * Reads the backend of a private integration. Its `uri` has no path, so the backend receives the request's path, after the name
 * of a stage other than `$default`, unless a mapping sets another path.
 * @throws UnsupportedArtefact for what the import refuses, and for features in use that are not modelled
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 */
export function readPrivateBackend(integration: PlainObject, place: string, scope: PrivateScope): Backend {
  const id = text(integration.connectionId, at(place, "connectionId"));
  if (!/^[a-z0-9]+$/.test(id)) {
    throw new UnsupportedArtefact(at(place, "connectionId"), "must be the literal id of a VPC link");
  }
  const serverName = readServerName(integration, at(place, "tlsConfig"));
  const where = at(place, "uri");
  const link: VpcLink = { network: scope.network, id, place: where, now: scope.now, ways: scope.ways };
  const uri = text(integration.uri, where);
  const stage = scope.stage === "$default" ? "" : `/${encodeValue(scope.stage)}`;
  const [, service, filter = ""] = SERVICE.exec(uri) ?? [];
  if (service === undefined && !LISTENER.test(uri)) {
    throw new UnsupportedArtefact(
      where,
      "must be the ARN of a load balancer's listener or of an AWS Cloud Map service for VPC_LINK",
    );
  }
  return {
    private: true,
    selectUpstream:
      service === undefined
        ? listenerUpstreams(link, uri, serverName)
        : serviceUpstreams(link, service, filter, serverName),
    path: (source) => `${stage}${encodeValue(source.path)}`,
    query: "",
  };
}

/**
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-tls-config.html
 */
function readServerName(integration: PlainObject, place: string): string | undefined {
  if (integration.tlsConfig === undefined) return undefined;
  const config = object(integration.tlsConfig, place);
  allowOnly(config, place, ["serverNameToVerify"]);
  const name = text(config.serverNameToVerify, at(place, "serverNameToVerify"));
  if (!/^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(name)) {
    throw new UnsupportedArtefact(at(place, "serverNameToVerify"), "must be a host name");
  }
  return name;
}
