import type { Target } from "../../gateway/target.ts";
import { withDomain } from "../domain/check.ts";
import { reservedPathProblems } from "../domain/reserved-path.ts";
import { withOperations } from "../operations/operations.ts";
import type { RestApiOnlyArgs } from "./args.ts";
import { withBodies } from "./bodies.ts";
import { withCanary } from "./canary/canary.ts";
import { withConsumers } from "./consumer.ts";
import { withAllowFrom } from "./exposure/allow-from.ts";
import { withPrivateTo } from "./exposure/private-to.ts";
import { withFirewall } from "./firewall/firewall.ts";
import { type RestApiDocument, restApiTarget } from "./target.ts";

/** The target of a REST API, which also checks what its gateway says beside the description. */
export function declaredTarget(name: string, options: RestApiOnlyArgs): Target<RestApiDocument> {
  const { allowFrom, bodies, cache, canary, consumers = {}, domain, firewall, privateTo } = options;
  const kept = withBodies(withConsumers(restApiTarget({ name, cache }), consumers), bodies);
  const operated = withOperations(kept, options, ["metrics", "tracing"]);
  const reached = withFirewall(withDomain(operated, domain, { check: reservedPathProblems }), firewall);
  const limited = withAllowFrom(reached, allowFrom, privateTo !== undefined);
  return withCanary(withPrivateTo(limited, options), canary);
}
