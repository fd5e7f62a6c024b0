import type { IncomingMessage, ServerResponse } from "node:http";
import { andThen } from "../and-then.ts";
import { type InvocationEnd, invokeFunction } from "../functions/exchange.ts";
import type {
  Decided,
  Forward,
  FunctionReply,
  FunctionRuntime,
  IntegrationEnd,
  Outcome,
  Reply,
} from "../interpreter.ts";
import type { ProxyEnd } from "./backend-exchange.ts";
import { type BackendProxy, declaredLength } from "./proxy.ts";
import { payloadBytes, sendReply } from "./reply.ts";
import { type RequestLogs, RequestRecord } from "./request-record.ts";
import type { Served } from "./served.ts";
import { passedOn, requestToService, ServiceCall } from "./service-call.ts";
import { bodyTooLarge, CLIENT_CLOSED, readBody } from "./whole-body.ts";

/** What the exchanges of one server share. */
export interface ExchangeContext {
  readonly proxy: BackendProxy;
  readonly functions: FunctionRuntime;
  /** The Cloud Run service of this sandbox at an origin. */
  readonly serviceAt: (origin: string) => Served | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logs: RequestLogs;
  /** Whether the server still serves a gateway; false while it closes. */
  readonly isServing: () => boolean;
}

type Undecided = Extract<Outcome, { readonly decision: "undecided" }>;
type Proxied = Extract<Decided, { readonly decision: "proxied" }>;
type Invoked = Extract<Decided, { readonly decision: "invoked" }>;

const INTERNAL_ERROR: Reply = {
  status: 500,
  headers: [["content-type", "application/json"]],
  body: JSON.stringify({ message: "Internal Server Error" }),
};

/** One request to a gateway: completes what the interpreter decides, and records how it ended. */
export class GatewayExchange {
  readonly #context: ExchangeContext;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #awaitsContinue: boolean;
  readonly #record: RequestRecord;

  /** @param awaitsContinue whether the client waits for `100 Continue` before it sends the body */
  constructor(
    context: ExchangeContext,
    served: Served | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    time: number,
  ) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.#record = new RequestRecord(request, served, time, context.logs);
  }

  complete(outcome: Outcome | Promise<Outcome>): void {
    if (outcome instanceof Promise) {
      outcome.then((decided) => this.#complete(decided)).catch((error: unknown) => this.fail(error));
    } else this.#complete(outcome);
  }

  /** Replies that the interpreter failed. */
  fail(error: unknown): void {
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    const reason = `the interpreter failed: ${String(error)}`;
    this.#reply({ decision: "malformed", reason, reply: INTERNAL_ERROR }, INTERNAL_ERROR);
  }

  #complete(outcome: Outcome): void {
    if (outcome.decision === "undecided") this.#inspect(outcome).catch((error: unknown) => this.fail(error));
    else this.#act(outcome);
  }

  /** Reads the body, on which the decision depends. */
  async #inspect(outcome: Undecided): Promise<void> {
    const { maxBodyBytes, tooLarge, decide } = outcome.inspection;
    const body = await readBody(this.#request, this.#response, maxBodyBytes, this.#awaitsContinue);
    if ("whole" in body) {
      let decided = decide(body.whole);
      while (decided.decision === "undecided") decided = decided.inspection.decide(body.whole);
      this.#act(decided, body.whole);
    } else if ("bytes" in body) {
      const problem = bodyTooLarge(body.bytes, maxBodyBytes);
      const reply = tooLarge();
      sendReply(this.#request, this.#response, reply, this.#awaitsContinue && !body.begun);
      const bytes = payloadBytes(this.#request, reply);
      this.#record.write(outcome, { decision: "too large", status: reply.status, backend: false, bytes, problem });
    } else {
      this.#response.destroy();
      this.#record.write(outcome, {
        decision: "malformed",
        status: 0,
        backend: false,
        bytes: 0,
        problem: body.broken,
      });
    }
  }

  /** @param body the request's body, when it has been read */
  #act(outcome: Decided, body?: Uint8Array): void {
    // A closing server ends its connections one by one, each after its response.
    if (!this.#context.isServing()) this.#response.shouldKeepAlive = false;
    if (this.#request.socket.destroyed) {
      this.#record.write(outcome, { status: 0, backend: false, bytes: 0, problem: CLIENT_CLOSED });
    } else if (outcome.decision === "proxied") this.#proxy(outcome, body);
    else if (outcome.decision === "invoked") this.#invoke(outcome, body);
    else this.#reply(outcome, outcome.decision === "cached" ? outcome.response : outcome.reply);
  }

  #proxy(outcome: Proxied, body: Uint8Array | undefined): void {
    const { forward } = outcome;
    const done = ending(this.#record, outcome);
    const isDirect = forward.unreachable === undefined && forward.way === undefined;
    const service = isDirect ? this.#context.serviceAt(forward.origin) : undefined;
    if (service === undefined) this.#pass(forward, body, done);
    else this.#call(service, forward, body, done);
  }

  #pass(forward: Forward, body: Uint8Array | undefined, done: (end: ProxyEnd) => void): void {
    const awaitsContinue = this.#awaitsContinue && body === undefined;
    this.#context.proxy.pass(forward, this.#request, this.#response, awaitsContinue, done, body);
  }

  /** Calls a service: what it decides, and then its container. */
  #call(service: Served, forward: Forward, body: Uint8Array | undefined, done: (end: ProxyEnd) => void): void {
    const { logs, now } = this.#context;
    const length = body?.length ?? declaredLength(this.#request);
    // A body that is too large for the gateway never reaches the service.
    if (length !== undefined && length > forward.maxBodyBytes) {
      this.#pass(forward, body, done);
      return;
    }
    const request = requestToService(forward, this.#request, length);
    const record = new RequestRecord({ method: forward.method, url: forward.path }, service, now(), logs);
    const called = andThen(service.interpreter.decide(request), (outcome) => {
      if (this.#request.socket.destroyed) {
        record.write(outcome, { status: 0, backend: false, bytes: 0, problem: CLIENT_CLOSED });
        done({ decision: "proxied", status: 0, problem: CLIENT_CLOSED, backend: true, bytes: 0 });
      } else if (outcome.decision === "proxied") {
        const call = new ServiceCall(forward, outcome.forward);
        const ended = ending(record, outcome);
        this.#pass(call.forward, body, (end) => {
          const { service: ofService, gateway } = call.ends(end);
          ended(ofService);
          done(gateway);
        });
      } else if ("reply" in outcome) {
        const { status } = outcome.reply;
        const reply = passedOn(forward, outcome.reply);
        sendReply(this.#request, this.#response, reply, this.#awaitsContinue && body === undefined);
        const bytes = payloadBytes(this.#request, reply);
        record.write(outcome, { status, backend: false, bytes });
        done({ decision: "proxied", status: reply.status, backend: true, bytes, backendStatus: status });
      } else this.#pass(forward, body, done);
    });
    if (called instanceof Promise) called.catch((error: unknown) => this.fail(error));
  }

  #invoke(outcome: Invoked, body: Uint8Array | undefined): void {
    const began = performance.now();
    const done = (end: InvocationEnd) => this.#record.write(outcome, { ...end, integration: ofFunction(end, began) });
    const awaitsContinue = this.#awaitsContinue && body === undefined;
    const { functions } = this.#context;
    invokeFunction(functions, outcome.invocation, this.#request, this.#response, awaitsContinue, done, body).catch(
      (error: unknown) => this.fail(error),
    );
  }

  #reply(outcome: Decided, reply: Omit<FunctionReply, "down">): void {
    sendReply(this.#request, this.#response, reply, this.#awaitsContinue);
    this.#record.write(outcome, {
      status: reply.status,
      backend: false,
      bytes: payloadBytes(this.#request, reply),
      ...(reply.error === undefined ? {} : { error: reply.error }),
    });
  }
}

/** Writes how a proxied request ended. */
function ending(record: RequestRecord, outcome: Proxied): (end: ProxyEnd) => void {
  const began = performance.now();
  return (end) => {
    const problem = end.problem ?? explained(outcome, end);
    const known = problem === undefined ? {} : { problem };
    record.write(outcome, { ...end, ...known, integration: ofBackend(end, began) });
  };
}

function ofBackend({ backendStatus: status, decision, problem }: ProxyEnd, began: number): IntegrationEnd {
  return {
    ms: performance.now() - began,
    ...(status === undefined ? {} : { status, serviceStatus: status }),
    ...(decision === "backend down" && problem !== undefined ? { problem } : {}),
  };
}

function ofFunction({ decision, status, problem, backend }: InvocationEnd, began: number): IntegrationEnd {
  const answered = backend && decision === "proxied" && status !== 0;
  return {
    ms: performance.now() - began,
    ...(answered ? { status } : {}),
    // To Lambda, running a function that throws is a success.
    ...(backend ? { serviceStatus: 200 } : {}),
    ...(decision === "backend down" && problem !== undefined ? { problem } : {}),
  };
}

/** What the interpreter knows about a response of the backend. */
function explained({ forward }: Proxied, { backendStatus }: ProxyEnd): string | undefined {
  return backendStatus === undefined ? undefined : forward.explain?.(backendStatus);
}
