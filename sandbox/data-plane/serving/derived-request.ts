import type { GatewayRequest, RequestDomain, RequestVpcEndpoint } from "../interpreter.ts";

/** How a request was sent to the API behind a domain or an endpoint. */
interface Access {
  readonly path?: string;
  readonly domain?: RequestDomain;
  readonly vpcEndpoint?: RequestVpcEndpoint;
}

/** A request as the API behind a domain or an endpoint sees it. */
export class DerivedRequest implements GatewayRequest {
  readonly path: string;
  readonly domain?: RequestDomain;
  readonly vpcEndpoint?: RequestVpcEndpoint;
  readonly #request: GatewayRequest;

  constructor(request: GatewayRequest, { path = request.path, ...access }: Access) {
    this.#request = request;
    this.path = path;
    Object.assign(this, access);
  }

  get method(): string {
    return this.#request.method;
  }

  get query(): string {
    return this.#request.query;
  }

  get headers(): readonly (readonly [string, string])[] {
    return this.#request.headers;
  }

  get remoteAddress(): string {
    return this.#request.remoteAddress;
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }
}
