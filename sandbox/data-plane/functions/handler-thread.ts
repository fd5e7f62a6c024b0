import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { hideCompileCache } from "./compile-cache.ts";
import { errorMessage } from "./failure.ts";
import { type Answer, type Callback, handlerContext } from "./handler-context.ts";
import { callbackHandlerProblem, type Handler, loadHandler } from "./handler-loading.ts";
import { followHostMap, setNetwork } from "./host-mapped-network.ts";
import { logConsole } from "./logged-console.ts";
import type { EnvironmentMessage, EnvironmentStart, InvokeMessage } from "./messages.ts";
import { takesCallbacks } from "./node-runtime.ts";

/**
 * The thread of an execution environment that runs the handler: loads it and calls it for one request at a time, as Lambda's own
 * runtime does.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB; the exact number is in Lambda's error message. */
const MOST_RESULT_BYTES = 6_291_556;

const port = parentPort;
if (port === null) throw new Error("this module runs only as a thread of process-main");
const start = workerData as EnvironmentStart;
const send = (message: EnvironmentMessage) => port.postMessage(message);

/** The request under way, until the environment can take another. */
interface Turn {
  readonly requestId: string;
  answered: boolean;
  /** Called when the event loop is empty. */
  emptied: () => void;
}

let turn: Turn | undefined;
let handler: Handler;

hideCompileCache(start.variables);
// Before the function's own modules, whose folder never exists again.
flushCompileCache();
logConsole((level, text) => send({ kind: "log", requestId: turn?.requestId, level, text }));
followHostMap();
setNetwork(start.network);

process.on("uncaughtException", (error) => breakDown(`Uncaught exception: ${errorMessage(error)}`, 129));
process.on("unhandledRejection", (reason) => breakDown(`Unhandled promise rejection: ${errorMessage(reason)}`, 128));
process.on("beforeExit", () => turn?.emptied());
port.on("message", invoke);

try {
  handler = await loadHandler(start.root, start.variables._HANDLER ?? "");
  const problem = callbackHandlerProblem(handler, start.runtime);
  if (problem !== undefined) throw new Error(problem);
  send({ kind: "ready" });
} catch (error) {
  breakDown(errorMessage(error), 1);
}

function breakDown(message: string, code: number): void {
  send({ kind: "broke", message });
  process.exit(code);
}

function invoke({ requestId, event, deadline, network }: InvokeMessage): void {
  setNetwork(network);
  // While the handler runs, only its own work keeps the thread alive, so that "beforeExit" tells when that work has ended.
  port?.unref();
  const current: Turn = { requestId, answered: false, emptied: () => answer({ returned: null }, true) };
  turn = current;
  const answer: Answer = (outcome, free) => {
    if (!current.answered) {
      current.answered = true;
      report(requestId, outcome);
    }
    if (free) release(current);
    else current.emptied = () => release(current);
  };
  const context = handlerContext(start, { requestId, deadline }, answer);
  const callback: Callback = (error, result) => {
    if (error !== undefined && error !== null) answer({ threw: error }, true);
    else answer({ returned: result }, !context.callbackWaitsForEmptyEventLoop);
  };
  try {
    const legacy = takesCallbacks(start.runtime);
    const result = legacy ? handler(JSON.parse(event), context, callback) : handler(JSON.parse(event), context);
    if (isThenable(result)) {
      if (!legacy) {
        const problem = new Error("the handler's promise can no longer be settled: the event loop is empty");
        current.emptied = () => answer({ threw: problem }, true);
      }
      result.then(
        (returned) => answer({ returned }, true),
        (threw) => answer({ threw: threw ?? "handled" }, true),
      );
    } else if (!legacy) answer({ returned: result }, true);
  } catch (error) {
    answer({ threw: error ?? "handled" }, true);
  }
}

function release(finished: Turn): void {
  if (turn !== finished) return;
  turn = undefined;
  port?.ref();
  send({ kind: "idle" });
}

function report(requestId: string, outcome: Parameters<Answer>[0]): void {
  if ("threw" in outcome) {
    send({ kind: "threw", requestId, message: errorMessage(outcome.threw) });
    return;
  }
  let json: string;
  try {
    json = JSON.stringify(outcome.returned) ?? "null";
  } catch (error) {
    send({ kind: "threw", requestId, message: `Unable to stringify response body: ${errorMessage(error)}` });
    return;
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > MOST_RESULT_BYTES) {
    const message = `Response payload size exceeded maximum allowed payload size (${MOST_RESULT_BYTES} bytes): ${bytes}`;
    send({ kind: "threw", requestId, message });
  } else send({ kind: "returned", requestId, json });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
