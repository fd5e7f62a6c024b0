import type { Target } from "../../gateway/target.ts";
import { withDomain } from "../domain/check.ts";
import { reservedPathProblems } from "../domain/reserved-path.ts";
import { withOperations } from "../operations/operations.ts";
import type { RestApiOnlyArgs } from "./args.ts";
import { withBodies } from "./bodies.ts";
import { withCanary } from "./canary/canary.ts";
import { withClientCertificates } from "./client-certificate.ts";
import { withConsumers } from "./consumer.ts";
import { withAllowFrom } from "./exposure/allow-from.ts";
import { withPrivateTo } from "./exposure/private-to.ts";
import { withFirewall } from "./firewall/firewall.ts";
import { withOtherReadings } from "./firewall/refuse-other-readings.ts";
import { type RestApiDocument, restApiTarget } from "./target.ts";

type RestApiTarget = Target<RestApiDocument>;

/** Each adds the checks and cautions of some arguments to the target, in the order in which problems are reported. */
const argumentChecks: readonly ((target: RestApiTarget, options: RestApiOnlyArgs) => RestApiTarget)[] = [
  (target, { consumers }) => withConsumers(target, consumers ?? {}),
  (target, { bodies }) => withBodies(target, bodies),
  (target, { clientCertificates }) => withClientCertificates(target, clientCertificates),
  (target, options) => withOperations(target, options, ["metrics", "tracing"]),
  (target, { domain }) => withDomain(target, domain, { check: reservedPathProblems }),
  (target, { firewall }) => withFirewall(target, firewall),
  withOtherReadings,
  (target, { allowFrom, privateTo }) => withAllowFrom(target, allowFrom, privateTo !== undefined),
  withPrivateTo,
  (target, { canary }) => withCanary(target, canary),
];

/** Returns the target of a REST API that also checks the arguments of its gateway. */
export function declaredTarget(name: string, options: RestApiOnlyArgs): RestApiTarget {
  const { cache } = options;
  return argumentChecks.reduce((target, addChecks) => addChecks(target, options), restApiTarget({ name, cache }));
}
