import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import type { AwsRestApiArtefacts, AwsRestApiCanary } from "../artefacts/rest-api.ts";

/**
 * A stage that has a canary: each request goes, by chance, to the one deployment or to the other. What is the stage's own both share:
 * throttles, usage plans, web ACL and access log. That they count requests of both together is U: they are settings of the stage.
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

  /** Those of either. */
  get routes(): readonly string[] {
    return [...new Set([...this.#stable.routes, ...this.#canary.routes])];
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const chosen = this.#random() * 100 < this.#percent ? this.#canary : this.#stable;
    return chosen.decide(request);
  }
}

/** What the canary's deployment is served from, at the same stage: all that is not of a deployment is the stage's and the API's. */
export function canaryArtefacts(
  artefacts: AwsRestApiArtefacts,
  { percentTraffic: _percentTraffic, sameDeployment: _same, variables, cached, ...snapshot }: AwsRestApiCanary,
): AwsRestApiArtefacts {
  const { canary: _canary, policy: _policy, network: _network, signers: _signers, ...shared } = artefacts;
  return { ...shared, ...snapshot, stage: { ...artefacts.stage, variables, cached } };
}
