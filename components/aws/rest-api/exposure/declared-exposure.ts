import type * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../../api/checked-api.ts";
import type { GatewayDomain } from "../../domain/gateway-domain.ts";
import { recordedOutput } from "../../state/last-import.ts";
import type { RestApiOnlyArgs } from "../args.ts";
import type { RestApiOwner } from "../owner.ts";
import { endpointIds } from "./endpoint-ids.ts";
import { refuseOtherEndpoint } from "./endpoint-type.ts";
import type { Exposure } from "./exposure.ts";
import { privateExposure } from "./private.ts";
import { publicExposure } from "./public.ts";

/**
 * Returns the exposure for a gateway's arguments.
 *
 * @param urn the API's URN
 */
export function declaredExposure(
  owner: RestApiOwner,
  api: Api,
  { allowFrom, bodies, privateTo }: RestApiOnlyArgs,
  domain: GatewayDomain | undefined,
  urn: pulumi.Output<string>,
): Exposure {
  const type = privateTo === undefined ? "public" : "private";
  const checked = recordedOutput(urn, "endpointConfiguration").apply((recorded) =>
    refuseOtherEndpoint(owner.subject, type, recorded),
  );
  const cidrs = allowFrom?.cidrs;
  if (privateTo === undefined) return publicExposure(owner, { urn, api, bodies, domain, cidrs, checked });
  return privateExposure(owner, { api, endpoints: endpointIds(owner.subject, privateTo), cidrs, checked });
}
