import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import { DerivedRequest } from "../../serving/derived-request.ts";
import type { ReachingEndpoint } from "../artefacts/vpc-endpoint.ts";
import { hostOf, notServed } from "./host.ts";

/** A private API, and the host names under which an endpoint reaches it. */
export interface ReachedApi {
  readonly hosts: readonly string[];
  readonly api: Interpreter;
}

/**
 * An interface VPC endpoint for `execute-api`. It selects the private API by the request's host and lets the API decide. The
 * API's policy can test which endpoint it was.
 *
 * Not modelled: the header `x-apigw-api-id`, and the endpoint's own host names.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export class VpcEndpoint implements Interpreter {
  readonly routes: readonly string[];
  readonly #endpoint: Pick<ReachingEndpoint, "id" | "vpcId">;
  readonly #apis: ReadonlyMap<string, Interpreter>;

  constructor({ id, vpcId }: Pick<ReachingEndpoint, "id" | "vpcId">, reached: readonly ReachedApi[]) {
    this.#endpoint = { id, vpcId };
    this.#apis = new Map(reached.flatMap(({ hosts, api }) => hosts.map((host) => [host, api] as const)));
    this.routes = [...this.#apis.keys()];
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    const host = hostOf(request);
    const api = this.#apis.get(host);
    if (api !== undefined) return api.decide(new DerivedRequest(request, { vpcEndpoint: this.#endpoint }));
    // Public APIs cannot be reached through an endpoint either (repost.aws, knowledge-center, api-gateway-vpc-connections).
    return notServed(`${this.#endpoint.id} reaches no private API at the host ${host}`);
  }
}
