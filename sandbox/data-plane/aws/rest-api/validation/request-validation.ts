import type { Decided, Inspection, Outcome } from "../../../interpreter.ts";
import { gatewayError, REQUEST_TOO_LARGE } from "../gateway-error.ts";
import type { Dispatcher } from "../integration/dispatcher.ts";
import { MAX_BODY_BYTES } from "../integration/proxy.ts";
import type { MethodExchange } from "../method.ts";
import type { Outcomes } from "../outcomes.ts";
import { missingParameters } from "./validator.ts";

/** Checks the required parameters and the bodies of admitted requests, and dispatches them. */
export class RequestValidation {
  readonly #outcomes: Outcomes;
  readonly #dispatcher: Dispatcher;

  constructor(outcomes: Outcomes, dispatcher: Dispatcher) {
    this.#outcomes = outcomes;
    this.#dispatcher = dispatcher;
  }

  validate(exchange: MethodExchange): Outcome {
    const { required, key, models } = exchange.method;
    const missing = missingParameters(exchange, required);
    if (missing.length > 0) {
      const message = `Missing required request parameters: [${missing.join(", ")}]`;
      return this.#outcomes.refuse(exchange, "invalid", message, gatewayError("BAD_REQUEST_PARAMETERS", message));
    }
    if (models === undefined) return this.#dispatcher.dispatch(exchange);
    const inspection: Inspection = {
      maxBodyBytes: MAX_BODY_BYTES,
      tooLarge: () => this.#outcomes.responses.reply(REQUEST_TOO_LARGE, exchange),
      decide: (body): Decided => {
        const fault = models.fault(exchange, body);
        if (fault === undefined) return this.#dispatcher.dispatch(exchange);
        return this.#outcomes.refuse(exchange, "invalid", fault, gatewayError("BAD_REQUEST_BODY"));
      },
    };
    return this.#outcomes.log(
      { decision: "undecided", route: key, reason: "its body must be validated", inspection },
      exchange,
    );
  }
}
