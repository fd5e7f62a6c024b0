import { VendorError } from "../../resource-model.ts";

/** Which requests of the control plane are refused. */
export interface ThrottleOrder {
  /** So many are refused, and no more. */
  readonly requests: number;
  /** One of each so many: the first, and then each of that distance. @default 1, each */
  readonly every?: number;
}

/** The services whose control planes refuse with this exception, by the modules of their resources. */
const SERVICES: readonly (readonly [prefix: string, name: string])[] = [
  ["aws:apigateway/", "API Gateway"],
  ["aws:apigatewayv2/", "ApiGatewayV2"],
  ["aws:lambda/", "Lambda"],
];

/** What the provider has tried before it gives up: the default of its `maxRetries`. */
const ATTEMPTS = 25;

/**
 * Control planes that are throttled (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: 10 requests a second
 * for the account, CreateDeployment 1 in 5 s), as the engine sees it after the provider's own retries, without their minutes.
 * Off, until somebody switches it on.
 */
export class RequestThrottle {
  #order: Required<ThrottleOrder> = { requests: 0, every: 1 };
  #seen = 0;

  /** How many requests are still to be refused. */
  get left(): number {
    return this.#order.requests;
  }

  /**
   * Takes the place of what was ordered before.
   * @throws RangeError for what are no numbers of requests
   */
  refuse({ requests, every = 1 }: ThrottleOrder): void {
    if (!Number.isSafeInteger(requests) || requests < 0)
      throw new RangeError("requests must be a whole number, 0 for none");
    if (!Number.isSafeInteger(every) || every < 1) throw new RangeError("every must be a whole number from 1");
    this.#order = { requests, every };
    this.#seen = 0;
  }

  /**
   * Called before a request is worked on, so that one that is refused changes nothing.
   * @throws VendorError when it is the turn of this one
   */
  admit(operation: "create" | "read" | "update" | "delete", type: string): void {
    const service = SERVICES.find(([prefix]) => type.startsWith(prefix));
    if (service === undefined || this.#order.requests === 0) return;
    if (this.#seen++ % this.#order.every !== 0) return;
    this.#order = { ...this.#order, requests: this.#order.requests - 1 };
    throw new VendorError(
      `${operation} ${type}: operation error ${service[1]}: exceeded maximum number of attempts, ${ATTEMPTS}, ` +
        "https response error StatusCode: 429, TooManyRequestsException: Too Many Requests",
    );
  }
}
