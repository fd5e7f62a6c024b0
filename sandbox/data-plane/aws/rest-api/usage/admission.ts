import { headerValues } from "../../../header-values.ts";
import type { Outcome, Surroundings } from "../../../interpreter.ts";
import { readingOf } from "../../../readings.ts";
import type { Bucket, Counters } from "../../../verifying/counters.ts";
import type { AwsRestApiArtefacts } from "../../artefacts/rest-api.ts";
import { gatewayError } from "../gateway-error.ts";
import type { Method, MethodExchange } from "../method.ts";
import type { Outcomes } from "../outcomes.ts";
import type { RequestValidation } from "../validation/request-validation.ts";
import { StageThrottles } from "./throttles.ts";
import { UsagePlans } from "./usage-plans.ts";

/** Admits authorized requests: it checks the API key, the key's usage plan and the stage's throttle. */
export class Admission {
  readonly #plans: UsagePlans;
  readonly #keySource: "HEADER" | "AUTHORIZER";
  readonly #throttles = new Map<string, Bucket>();
  readonly #counters: Counters;
  readonly #outcomes: Outcomes;
  readonly #validation: RequestValidation;

  /** @throws UnsupportedArtefact for usage plans and method settings that the service refuses */
  constructor(
    { apiKeySource, usagePlans, stage }: AwsRestApiArtefacts,
    methods: readonly Method[],
    surroundings: Surroundings,
    outcomes: Outcomes,
    validation: RequestValidation,
  ) {
    this.#keySource = apiKeySource;
    this.#plans = new UsagePlans(usagePlans, surroundings);
    const throttles = new StageThrottles(stage.methodSettings, readingOf(surroundings, "aws-zero-rate"));
    for (const { key, resource, name } of methods) {
      const throttle = throttles.of(resource, name);
      if (throttle !== undefined) this.#throttles.set(key, throttle);
    }
    this.#counters = surroundings.counters;
    this.#outcomes = outcomes;
    this.#validation = validation;
  }

  /** @param usageIdentifierKey the API key that the authorizer returned */
  admit(exchange: MethodExchange, usageIdentifierKey: string | undefined): Outcome {
    const { method } = exchange;
    if (!method.apiKeyRequired) return this.#throttle(exchange);
    const value =
      this.#keySource === "HEADER"
        ? onlyValue(headerValues(exchange.request.headers, "x-api-key"))
        : usageIdentifierKey;
    if (value === undefined || value === "") return this.#refuseKey(exchange, "no API key");
    const key = this.#plans.key(value);
    if (key === undefined) return this.#refuseKey(exchange, "the API key belongs to no usage plan of the stage");
    if (!key.enabled) return this.#refuseKey(exchange, "the API key is disabled");
    const identified = { ...exchange, apiKey: { id: key.id, value: key.value } };
    const exceeded = this.#plans.count(key, exchange.resource, method.name, exchange.time);
    if (exceeded === undefined) return this.#throttle(identified);
    return this.#outcomes.refuse(identified, "limited", exceeded.reason, gatewayError(exceeded.type));
  }

  #refuseKey(exchange: MethodExchange, reason: string): Outcome {
    return this.#outcomes.refuse(exchange, "unauthenticated", reason, gatewayError("INVALID_API_KEY"));
  }

  #throttle(exchange: MethodExchange): Outcome {
    const { method, time } = exchange;
    const throttle = this.#throttles.get(method.key);
    if (throttle !== undefined && !this.#counters.take(`stage ${method.key}`, throttle, time).allowed) {
      const reason = `over ${throttle.refillPerSecond} a second with a burst of ${throttle.capacity}`;
      return this.#outcomes.refuse(exchange, "limited", reason, gatewayError("THROTTLED"));
    }
    return this.#validation.validate(exchange);
  }
}

/** It is not documented which of several keys is used, so none is. */
function onlyValue(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
