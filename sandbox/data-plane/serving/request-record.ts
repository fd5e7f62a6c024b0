import type { AccessLogLine, Decision, IntegrationEnd, Outcome, ReplyError } from "../interpreter.ts";
import type { RequestLog } from "./request-log.ts";
import type { Served } from "./served.ts";

/** The receivers of each request's lines: the sandbox's own log and the vendor's access log. */
export interface RequestLogs {
  readonly request: (line: RequestLog) => void;
  readonly access: (line: AccessLogLine) => void;
}

/** How a request ended. */
export interface RequestOutcome {
  /** Set when the request ended otherwise than it was decided. */
  readonly decision?: RequestLog["decision"];
  readonly status: number;
  readonly backend: boolean;
  readonly bytes: number;
  readonly problem?: string;
  readonly error?: ReplyError;
  readonly integration?: IntegrationEnd;
}

interface RequestLine {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** Writes the log lines of one request. */
export class RequestRecord {
  readonly #request: RequestLine;
  readonly #served: Served | undefined;
  readonly #time: number;
  readonly #logs: RequestLogs;
  readonly #began = performance.now();

  constructor(request: RequestLine, served: Served | undefined, time: number, logs: RequestLogs) {
    this.#request = request;
    this.#served = served;
    this.#time = time;
    this.#logs = logs;
  }

  write(outcome: Outcome, end: RequestOutcome): void {
    const { method = "", url = "" } = this.#request;
    const gateway = this.#served?.gateway;
    const mark = url.indexOf("?");
    const ms = performance.now() - this.#began;
    this.#logs.request({
      time: this.#time,
      gateway: gateway?.name ?? "",
      vendor: gateway?.vendor ?? "",
      region: gateway?.region ?? "",
      method,
      path: mark === -1 ? url : url.slice(0, mark),
      status: end.status,
      decision: end.decision ?? loggedDecision(outcome.decision),
      route: outcome.route,
      reason: end.problem ?? outcome.reason,
      ms,
      backend: end.backend,
    });
    if (outcome.logged === undefined) return;
    const { alsoTo, ...line } = outcome.logged({ ...end, ms });
    for (const logGroup of [line.logGroup, ...(alsoTo === undefined ? [] : [alsoTo])]) {
      this.#logs.access({ ...line, logGroup });
    }
  }
}

function loggedDecision(decision: Outcome["decision"]): Decision {
  switch (decision) {
    case "invoked":
      return "proxied";
    case "cached":
      return "replied";
    // The end of an undecided request has a decision of its own.
    case "undecided":
      return "malformed";
    default:
      return decision;
  }
}
