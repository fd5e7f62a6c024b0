import { randomUUID } from "node:crypto";
import type { AwsFunction } from "../aws/artefacts/function.ts";
import type { FunctionResult } from "../interpreter.ts";
import type { FunctionLog } from "./function-log.ts";
import { environmentVariables, functionName } from "./function-variables.ts";
import type { HostProcess } from "./host-process.ts";
import type { EnvironmentMessage, HostEntries } from "./messages.ts";

/** What a pool needs of the runtime that it belongs to. */
export interface PoolSurroundings {
  readonly host: HostProcess;
  /** The folder with the function's files. */
  readonly root: string;
  readonly hosts: () => HostEntries;
  readonly log: (line: FunctionLog) => void;
  /** A number that no other environment of the host has. */
  readonly nextEnvironment: () => number;
  /** How long an environment without work is kept, in milliseconds. */
  readonly idleMs: number;
  /** Called when the last environment is gone and nothing waits. */
  readonly emptied: () => void;
}

/** At most so many at once of one function; further requests wait for one. Lambda's own limit is the account's, 1,000. */
const MOST_ENVIRONMENTS = 16;
/** docs.aws.amazon.com, lambda, lambda-runtime-environment: 10 seconds; what takes longer gets the function's own time. */
const LOADING_MS = 10_000;

interface Request {
  readonly requestId: string;
  readonly event: string;
  readonly settle: (result: FunctionResult) => void;
}

/** One execution environment: takes one request at a time. */
interface Environment {
  readonly number: number;
  state: "loading" | "idle" | "busy";
  request: Request | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Why it ends, when that was decided here. */
  ending: FunctionResult | undefined;
}

/** The execution environments of one version of a function: made when needed, used again, given up when idle. */
export class FunctionPool {
  readonly #called: AwsFunction;
  readonly #surroundings: PoolSurroundings;
  readonly #environments = new Map<number, Environment>();
  readonly #waiting: Request[] = [];
  #retired = false;

  constructor(called: AwsFunction, surroundings: PoolSurroundings) {
    this.#called = called;
    this.#surroundings = surroundings;
  }

  /** Whether there is a newer version of the function. */
  get retired(): boolean {
    return this.#retired;
  }

  invoke(event: string, waitMs: number): Promise<FunctionResult> {
    return new Promise((resolve) => {
      const request: Request = {
        requestId: randomUUID(),
        event,
        settle: (result) => {
          clearTimeout(patience);
          resolve(result);
        },
      };
      const patience = setTimeout(() => {
        // One that has begun runs on, as on Lambda, though nobody waits for it any more.
        const at = this.#waiting.indexOf(request);
        if (at !== -1) this.#waiting.splice(at, 1);
        request.settle({ failed: "timeout", message: `nothing from the function for ${waitMs} ms` });
      }, waitMs);
      this.#waiting.push(request);
      this.#dispatch();
    });
  }

  /** Lets requests under way finish, and gives up each environment then: there is a newer version. */
  retire(): void {
    this.#retired = true;
    for (const environment of this.#environments.values()) if (environment.state === "idle") this.#stop(environment);
    this.#checkEmpty();
  }

  /** Gives up at once. */
  abandon(message: string): void {
    for (const request of this.#waiting.splice(0)) request.settle({ failed: "error", message });
    for (const environment of this.#environments.values()) this.#stop(environment, { failed: "error", message });
  }

  #dispatch(): void {
    if (!this.#surroundings.host.running) {
      const message = "the process that hosts the functions has ended";
      for (const request of this.#waiting.splice(0)) request.settle({ failed: "error", message });
      return;
    }
    const environments = [...this.#environments.values()].filter(({ ending }) => ending === undefined);
    for (const environment of environments) {
      if (environment.state !== "idle") continue;
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#give(environment, request);
    }
    let loading = environments.filter(({ state }) => state === "loading").length;
    while (loading < this.#waiting.length && this.#environments.size < MOST_ENVIRONMENTS) {
      this.#start();
      loading++;
    }
  }

  #start(): void {
    const { host, root, hosts, nextEnvironment } = this.#surroundings;
    const { arn, runtime, memoryMegabytes, timeoutSeconds } = this.#called;
    const number = nextEnvironment();
    const environment: Environment = {
      number,
      state: "loading",
      request: undefined,
      timer: undefined,
      ending: undefined,
    };
    this.#environments.set(number, environment);
    host.listen(number, (message) => this.#heard(environment, message));
    const variables = environmentVariables(this.#called, root);
    const start = { root, functionArn: arn, runtime, variables, memoryMegabytes, hosts: hosts() };
    host.send({ kind: "start", environment: number, start });
    const limit = Math.max(LOADING_MS, timeoutSeconds * 1_000);
    environment.timer = setTimeout(() => {
      this.#stop(environment, { failed: "timeout", message: `the code was not loaded after ${limit} ms` });
    }, limit);
  }

  #give(environment: Environment, request: Request): void {
    clearTimeout(environment.timer);
    environment.state = "busy";
    environment.request = request;
    const { requestId, event } = request;
    const limit = this.#called.timeoutSeconds * 1_000;
    const message = `Task timed out after ${this.#called.timeoutSeconds.toFixed(2)} seconds`;
    environment.timer = setTimeout(() => this.#stop(environment, { failed: "timeout", message }), limit);
    const { host, hosts } = this.#surroundings;
    host.send({
      kind: "tell",
      environment: environment.number,
      message: { kind: "invoke", requestId, event, deadline: Date.now() + limit, hosts: hosts() },
    });
  }

  #heard(environment: Environment, message: EnvironmentMessage): void {
    switch (message.kind) {
      case "ready":
      case "idle":
        this.#rest(environment);
        break;
      case "returned":
        this.#settle(environment, { returned: JSON.parse(message.json) });
        break;
      case "threw":
        this.#settle(environment, { failed: "error", message: message.message });
        break;
      case "broke":
        environment.ending ??= { failed: "error", message: message.message };
        if (environment.state === "idle") this.#log({ requestId: undefined, level: "ERROR", text: message.message });
        break;
      case "log":
        this.#log(message);
        break;
      case "ended":
        this.#ended(environment, message.message);
    }
  }

  #settle(environment: Environment, result: FunctionResult): void {
    const { request } = environment;
    environment.request = undefined;
    if (request === undefined) return;
    if ("failed" in result) this.#log({ requestId: request.requestId, level: "ERROR", text: result.message });
    request.settle(result);
  }

  #rest(environment: Environment): void {
    if (environment.ending !== undefined) return;
    clearTimeout(environment.timer);
    environment.state = "idle";
    environment.timer = setTimeout(() => this.#stop(environment), this.#surroundings.idleMs);
    if (this.#retired && this.#waiting.length === 0) this.#stop(environment);
    else this.#dispatch();
  }

  /** @param result for the request under way, which is told at once; the thread may take a moment to end */
  #stop(environment: Environment, result: FunctionResult = { failed: "error", message: "stopped" }): void {
    clearTimeout(environment.timer);
    environment.ending ??= result;
    const loading = environment.state === "loading";
    this.#settle(environment, result);
    if (loading) this.#failOldest(result);
    environment.state = "busy";
    this.#surroundings.host.send({ kind: "stop", environment: environment.number });
  }

  #ended(environment: Environment, reason: string): void {
    clearTimeout(environment.timer);
    this.#environments.delete(environment.number);
    const result = environment.ending ?? { failed: "error", message: reason };
    this.#settle(environment, result);
    // Each environment is made for a request; when its code cannot be loaded, that request has failed.
    if (environment.state === "loading") this.#failOldest(result);
    this.#dispatch();
    this.#checkEmpty();
  }

  #failOldest(result: FunctionResult): void {
    const request = this.#waiting.shift();
    if (request === undefined || !("failed" in result)) return;
    this.#log({ requestId: request.requestId, level: "ERROR", text: result.message });
    request.settle(result);
  }

  #checkEmpty(): void {
    if (this.#environments.size === 0 && this.#waiting.length === 0) this.#surroundings.emptied();
  }

  #log(line: Omit<FunctionLog, "functionName">): void {
    const { requestId, level, text } = line;
    this.#surroundings.log({ functionName: functionName(this.#called), requestId, level, text });
  }
}
