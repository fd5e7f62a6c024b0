import { VendorError } from "../../resource-model.ts";

/** The requests of the control plane to refuse. */
export interface ThrottleOrder {
  /** How many requests to refuse. 0 ends the throttling. */
  readonly requests: number;
  /** Refuses the first request and then every nth. @default 1, which refuses every request */
  readonly every?: number;
}

/** The services that throttle with this exception, by the module of their resource types. */
const SERVICES: readonly (readonly [prefix: string, name: string])[] = [
  ["aws:apigateway/", "API Gateway"],
  ["aws:apigatewayv2/", "ApiGatewayV2"],
  ["aws:lambda/", "Lambda"],
];

/** The attempts that the provider makes before it gives up: the default of `maxRetries`. */
const ATTEMPTS = 25;

/**
 * Throttles the control planes of AWS, as the engine sees it after the provider's retries, but without their waiting time.
 *
 * API Gateway accepts 10 requests per second and account, and one CreateDeployment in 5 seconds. The sandbox throttles only on request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export class RequestThrottle {
  #order: Required<ThrottleOrder> = { requests: 0, every: 1 };
  #seen = 0;

  /** How many requests remain to be refused. */
  get left(): number {
    return this.#order.requests;
  }

  /**
   * Refuses requests from now on. Replaces a former order.
   * @throws RangeError unless both numbers are whole and in range
   */
  refuse({ requests, every = 1 }: ThrottleOrder): void {
    if (!Number.isSafeInteger(requests) || requests < 0) {
      throw new RangeError("requests must be a whole number, 0 for none");
    }
    if (!Number.isSafeInteger(every) || every < 1) throw new RangeError("every must be a whole number from 1");
    this.#order = { requests, every };
    this.#seen = 0;
  }

  /**
   * Counts a request before it is processed, so that a refused request changes nothing.
   * @throws VendorError when this request is one to refuse
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
