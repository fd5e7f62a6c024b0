import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { AwsFunction } from "../aws/artefacts/function.ts";
import type { FunctionResult } from "../interpreter.ts";
import { Environment, type EnvironmentContext, type FunctionFailure, type FunctionRequest } from "./environment.ts";
import type { FunctionLog } from "./function-log.ts";
import { functionName } from "./function-variables.ts";

/** What a pool needs of the runtime that it belongs to. */
export interface PoolSurroundings extends Omit<EnvironmentContext, "target" | "log"> {
  readonly log: (line: FunctionLog) => void;
  /** Called when the last environment has ended and no request waits. */
  readonly emptied: () => void;
}

/** The most environments of one function; further requests wait. Lambda limits the account instead, to 1,000. */
const MOST_ENVIRONMENTS = 16;
/** The most environments that load at a time: more processes than processors only start later. */
const MOST_LOADING = Math.max(4, availableParallelism());

/** The execution environments of one version of a function: started when needed, used again, ended when idle. */
export class FunctionPool {
  readonly #context: EnvironmentContext;
  readonly #emptied: () => void;
  readonly #environments = new Set<Environment>();
  readonly #waiting: FunctionRequest[] = [];
  #retired = false;
  #closed: { readonly failure: FunctionFailure; readonly done: () => void } | undefined;

  constructor(target: AwsFunction, { log, emptied, ...surroundings }: PoolSurroundings) {
    const name = functionName(target);
    this.#context = {
      ...surroundings,
      target,
      log: ({ requestId, level, text }) => log({ functionName: name, requestId, level, text }),
    };
    this.#emptied = emptied;
  }

  /** Whether a newer version of the function exists. */
  get retired(): boolean {
    return this.#retired;
  }

  invoke(event: string, waitMs: number): Promise<FunctionResult> {
    return new Promise((resolve) => {
      const request: FunctionRequest = {
        requestId: randomUUID(),
        event,
        settle: (result) => {
          clearTimeout(patience);
          resolve(result);
        },
      };
      const patience = setTimeout(() => {
        // As on Lambda, a request that has begun continues although nobody waits for its result.
        const index = this.#waiting.indexOf(request);
        if (index !== -1) this.#waiting.splice(index, 1);
        request.settle({ failed: "timeout", message: `no result from the function within ${waitMs} ms` });
      }, waitMs);
      this.#waiting.push(request);
      this.#dispatch();
    });
  }

  /** Lets the requests under way finish, then ends each environment: a newer version exists. */
  retire(): void {
    this.#retired = true;
    for (const environment of this.#environments) if (environment.state === "idle") environment.stop();
    this.#checkEmpty();
  }

  /** Fails all requests and ends all environments. */
  async close(message: string): Promise<void> {
    const failure: FunctionFailure = { failed: "error", message };
    await new Promise<void>((done) => {
      this.#closed = { failure, done };
      for (const request of this.#waiting.splice(0)) request.settle(failure);
      for (const environment of this.#environments) environment.stop(failure);
      this.#checkEmpty();
    });
  }

  /** Gives waiting requests to idle environments, and starts environments for the rest. */
  #dispatch(): void {
    for (const environment of this.#environments) {
      if (this.#waiting.length === 0) return;
      if (environment.state === "idle") environment.invoke(this.#waiting.shift() as FunctionRequest);
    }
    let loading = [...this.#environments].filter(({ state }) => state === "loading").length;
    const wanted = Math.min(this.#waiting.length, MOST_LOADING);
    while (loading < wanted && this.#environments.size < MOST_ENVIRONMENTS) {
      this.#start();
      loading++;
    }
  }

  #start(): void {
    const environment: Environment = new Environment(this.#context, {
      idle: () => {
        this.#dispatch();
        if (this.#retired && environment.state === "idle") environment.stop();
      },
      // Each environment is started for a request; when the code cannot be loaded, that request has failed.
      notLoaded: (failure) => this.#failOldest(failure),
      ended: () => {
        this.#environments.delete(environment);
        this.#dispatch();
        this.#checkEmpty();
      },
    });
    this.#environments.add(environment);
  }

  #failOldest(failure: FunctionFailure): void {
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#context.log({ requestId: request.requestId, level: "ERROR", text: failure.message });
    request.settle(failure);
  }

  #checkEmpty(): void {
    if (this.#environments.size > 0 || this.#waiting.length > 0) return;
    this.#emptied();
    this.#closed?.done();
  }
}
