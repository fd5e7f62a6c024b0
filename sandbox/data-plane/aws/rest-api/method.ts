import type { Segment } from "../shared/paths.ts";
import type { Requirement } from "./authorizing/security.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpIntegration } from "./integration/http-integration.ts";
import type { LambdaIntegration } from "./integration/lambda-integration.ts";
import type { MockIntegration } from "./integration/mock-integration.ts";
import type { CacheKey } from "./response-cache.ts";
import type { BodyModels } from "./validation/body-models.ts";
import type { Parameter } from "./validation/validator.ts";

/** A method of a resource. */
export interface Method extends Requirement {
  /** e.g. `GET /orders/{id}`, `ANY /x`. */
  readonly key: string;
  /** As the API declares it, e.g. `GET` or `ANY`. */
  readonly name: string;
  /** The path of the resource, e.g. `/orders/{id}`. */
  readonly resource: string;
  readonly segments: readonly Segment[];
  readonly where: string;
  /** The parameters that requests must contain. */
  readonly required: readonly Parameter[];
  /** The models of request bodies; undefined: bodies are not validated. */
  readonly models: BodyModels | undefined;
  readonly cacheKey: CacheKey;
  readonly integration: HttpIntegration | LambdaIntegration | MockIntegration;
}

/** A request in progress, whose method has been found. */
export interface MethodExchange extends Exchange {
  readonly method: Method;
  readonly resource: string;
}
