import type { AwsFunction } from "../aws/artefacts/function.ts";
import type { FunctionResult } from "../interpreter.ts";
import { EnvironmentProcess } from "./environment-process.ts";
import type { FunctionLog } from "./function-log.ts";
import { environmentVariables } from "./function-variables.ts";
import type { EnvironmentMessage, NetworkView } from "./messages.ts";
import type { PackageFolder } from "./package-folder.ts";

/** One invocation of a function. */
export interface FunctionRequest {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  readonly settle: (result: FunctionResult) => void;
}

export type FunctionFailure = Extract<FunctionResult, { readonly failed: unknown }>;

/** What an environment shares with the other environments of its function. */
export interface EnvironmentContext {
  readonly target: AwsFunction;
  readonly folder: PackageFolder;
  readonly network: () => NetworkView;
  /** How long an environment without a request is kept, in milliseconds. */
  readonly idleMs: number;
  readonly log: (line: Omit<FunctionLog, "functionName">) => void;
}

/** What the pool is told of an environment. */
export interface EnvironmentEvents {
  /** It can take a request. */
  readonly idle: () => void;
  /** Its code could not be loaded. */
  readonly notLoaded: (failure: FunctionFailure) => void;
  readonly ended: () => void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: 10 seconds, then again with the function's own time-out. */
const LOADING_MS = 10_000;

/** One execution environment of a function: a process that takes one request at a time. */
export class Environment {
  readonly #context: EnvironmentContext;
  readonly #events: EnvironmentEvents;
  readonly #process: EnvironmentProcess;
  #state: "loading" | "idle" | "busy" | "ending" = "loading";
  #request: FunctionRequest | undefined;
  #timer: NodeJS.Timeout;
  /** Why it ends, when that is known before its process has ended. */
  #failure: FunctionFailure | undefined;

  constructor(context: EnvironmentContext, events: EnvironmentEvents) {
    this.#context = context;
    this.#events = events;
    const { target, folder, network } = context;
    const { arn: functionArn, runtime, memoryMegabytes, timeoutSeconds } = target;
    const variables = environmentVariables(target, folder.root);
    const start = { root: folder.root, functionArn, runtime, variables, memoryMegabytes, network: network() };
    this.#process = new EnvironmentProcess(folder, start, (message) => this.#received(message));
    const limit = Math.max(LOADING_MS, timeoutSeconds * 1_000);
    this.#timer = setTimeout(
      () => this.stop({ failed: "timeout", message: `the code was not loaded after ${limit} ms` }),
      limit,
    );
  }

  get state(): "loading" | "idle" | "busy" | "ending" {
    return this.#state;
  }

  /** Starts a request; only an idle environment takes one. */
  invoke(request: FunctionRequest): void {
    clearTimeout(this.#timer);
    this.#state = "busy";
    this.#request = request;
    const { target, network } = this.#context;
    const limit = target.timeoutSeconds * 1_000;
    const message = `Task timed out after ${target.timeoutSeconds.toFixed(2)} seconds`;
    this.#timer = setTimeout(() => this.stop({ failed: "timeout", message }), limit);
    const { requestId, event } = request;
    this.#process.invoke({ kind: "invoke", requestId, event, deadline: Date.now() + limit, network: network() });
  }

  /** Fails the request under way at once, and kills the process. */
  stop(failure: FunctionFailure = { failed: "error", message: "stopped" }): void {
    this.#fail(failure);
    this.#process.stop();
  }

  #received(message: EnvironmentMessage): void {
    switch (message.kind) {
      case "ready":
      case "idle":
        this.#rest();
        break;
      case "returned":
        this.#settle({ returned: JSON.parse(message.json) });
        break;
      case "threw":
        this.#settle({ failed: "error", message: message.message });
        break;
      case "broke":
        this.#failure ??= { failed: "error", message: message.message };
        if (this.#state === "idle") {
          this.#state = "ending";
          this.#context.log({ requestId: undefined, level: "ERROR", text: message.message });
        }
        break;
      case "log":
        this.#context.log(message);
        break;
      case "ended":
        this.#fail({ failed: "error", message: message.message });
        this.#events.ended();
    }
  }

  #rest(): void {
    if (this.#state === "ending" || this.#failure !== undefined) return;
    clearTimeout(this.#timer);
    this.#state = "idle";
    this.#timer = setTimeout(() => this.stop(), this.#context.idleMs);
    this.#events.idle();
  }

  /** Fails what the environment works on. The first reason counts. */
  #fail(reason: FunctionFailure): void {
    clearTimeout(this.#timer);
    const failure = this.#failure ?? reason;
    this.#failure = failure;
    const { state } = this;
    this.#state = "ending";
    if (state === "loading") this.#events.notLoaded(failure);
    else this.#settle(failure);
  }

  #settle(result: FunctionResult): void {
    const request = this.#request;
    this.#request = undefined;
    if (request === undefined) return;
    if ("failed" in result) {
      this.#context.log({ requestId: request.requestId, level: "ERROR", text: result.message });
    }
    request.settle(result);
  }
}
