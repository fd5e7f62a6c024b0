import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import { DerivedRequest } from "../../serving/derived-request.ts";
import type { ReachingEndpoint } from "../artefacts/vpc-endpoint.ts";
import { hostOf, nothingHere } from "./host.ts";

/** A private API, and the hosts by which an endpoint leads to it. */
export interface ReachedApi {
  readonly hosts: readonly string[];
  readonly api: Interpreter;
}

/**
 * An interface VPC endpoint for `execute-api`: finds the private API that a request is for by its host, and lets that API decide, whose
 * policy sees which endpoint it was.
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
    // So are public APIs, to which no endpoint leads (repost.aws, knowledge-center, api-gateway-vpc-connections).
    return nothingHere(`${this.#endpoint.id} leads to no private API that is called ${host}`);
  }
}
