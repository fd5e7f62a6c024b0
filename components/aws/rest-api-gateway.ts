import type { Room } from "../room.ts";
import { withAllowFrom } from "./allow-from.ts";
import { withConsumers } from "./consumer.ts";
import { withDomain } from "./domain-check.ts";
import { withFirewall } from "./firewall.ts";
import { withOperations } from "./operations.ts";
import { withPrivateTo } from "./private-to.ts";
import type { AwsRestApiOptions } from "./rest-api.ts";
import { withBodies } from "./rest-api-bodies.ts";
import { withCanary } from "./rest-api-canary.ts";
import { type RestApiDocument, restApiRoom } from "./rest-api-room.ts";

/** The room of a REST API, which also checks what its gateway says beside the description. */
export function gatewayRoom(name: string, options: AwsRestApiOptions): Room<RestApiDocument> {
  const { allowFrom, bodies, cache, canary, consumers = {}, domain, firewall, privateTo } = options;
  const kept = withBodies(withConsumers(restApiRoom({ name, cache }), consumers), bodies);
  const reached = withFirewall(withDomain(withOperations(kept, options), domain), firewall);
  const limited = withAllowFrom(reached, allowFrom, privateTo !== undefined);
  return withCanary(withPrivateTo(limited, options), canary);
}
