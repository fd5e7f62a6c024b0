import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import type { AwsRestApiArtefacts, AwsRestApiCanary } from "../artefacts/rest-api.ts";

/**
 * A stage with a canary. Each request is sent to one of the two deployments at random. Both share the settings of the stage:
 * throttles, usage plans, web ACL and access log. Unverified: these count the requests of both together.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 */
export class CanaryRelease implements Interpreter {
  readonly #stable: Interpreter;
  readonly #canary: Interpreter;
  readonly #percent: number;
  readonly #random: () => number;

  constructor(stable: Interpreter, canary: Interpreter, percent: number, random: () => number) {
    this.#stable = stable;
    this.#canary = canary;
    this.#percent = percent;
    this.#random = random;
  }

  /** The routes of both deployments. */
  get routes(): readonly string[] {
    return [...new Set([...this.#stable.routes, ...this.#canary.routes])];
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const chosen = this.#random() * 100 < this.#percent ? this.#canary : this.#stable;
    return chosen.decide(request);
  }
}

/** The artefacts of the canary: its own deployment, with the settings of the stage and the API. */
export function canaryArtefacts(
  artefacts: AwsRestApiArtefacts,
  { percentTraffic: _percentTraffic, sameDeployment: _same, variables, cached, ...snapshot }: AwsRestApiCanary,
): AwsRestApiArtefacts {
  const { canary: _canary, policy: _policy, network: _network, signers: _signers, ...shared } = artefacts;
  return { ...shared, ...snapshot, stage: { ...artefacts.stage, variables, cached } };
}
