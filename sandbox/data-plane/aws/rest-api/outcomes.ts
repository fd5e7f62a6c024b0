import type { Decided, Decision, Outcome } from "../../interpreter.ts";
import type { AccessLog } from "../shared/access-log.ts";
import type { Blocked } from "../waf/web-acl.ts";
import type { Exchange } from "./exchange.ts";
import { type GatewayError, type GatewayResponses, gatewayError } from "./gateway-responses.ts";
import type { Method } from "./method.ts";

type Refusal = Exclude<Decision, "proxied" | "backend down">;
type RefusedExchange = Exchange & { readonly method?: Method };

/** Creates the outcomes of requests: the gateway's own responses, and the line in the access log. */
export class Outcomes {
  readonly responses: GatewayResponses;
  readonly #accessLog: AccessLog<Exchange> | undefined;

  constructor(responses: GatewayResponses, accessLog: AccessLog<Exchange> | undefined) {
    this.responses = responses;
    this.#accessLog = accessLog;
  }

  refuse(exchange: RefusedExchange, decision: Refusal, reason: string, error: GatewayError): Decided {
    return this.log(this.unloggedRefusal(exchange, decision, reason, error), exchange);
  }

  /** A refusal for callers that log every outcome themselves. */
  unloggedRefusal(exchange: RefusedExchange, decision: Refusal, reason: string, error: GatewayError): Decided {
    const route = exchange.method === undefined ? {} : { route: exchange.method.key };
    return { decision, ...route, reason, reply: this.responses.reply(error, exchange) };
  }

  /** Refuses a request that the web ACL blocks. */
  block(exchange: Exchange, { rule, rate, response }: Blocked): Outcome {
    const decision = rate === undefined ? "malformed" : "limited";
    const by = rule === undefined ? "the web ACL blocks by default" : `the web ACL's rule ${rule} blocks it`;
    const reason = rate === undefined ? by : `${by}: over ${rate.limit} in ${rate.windowSeconds} seconds`;
    const error = gatewayError("WAF_FILTERED");
    if (response === undefined) return this.refuse(exchange, decision, reason, error);
    return this.log({ decision, reason, reply: this.responses.customReply(error, response, exchange) }, exchange);
  }

  /** Adds the line in the access log, and marks the reason of a canary. */
  log<Logged extends Outcome>(outcome: Logged, exchange: Exchange): Logged {
    const marked = exchange.canary === true ? { ...outcome, reason: `canary: ${outcome.reason}` } : outcome;
    return this.#accessLog === undefined ? marked : this.#accessLog.of(marked, exchange);
  }
}
