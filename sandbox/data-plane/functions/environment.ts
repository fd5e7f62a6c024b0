import { parentPort, workerData } from "node:worker_threads";
import { type Answer, type Callback, handlerContext } from "./handler-context.ts";
import { callbackHandlerProblem, type Handler, loadHandler } from "./handler-loading.ts";
import { leadRequests, setHosts } from "./host-mapped-network.ts";
import { logConsole } from "./logged-console.ts";
import type { EnvironmentMessage, EnvironmentStart, InvokeMessage } from "./messages.ts";
import { takesCallbacks } from "./node-runtime.ts";
import { errorMessage } from "./thrown.ts";

/**
 * One execution environment of a function: loads its handler and calls it for one request at a time, as Lambda's own runtime
 * does (github.com/aws/aws-lambda-nodejs-runtime-interface-client).
 */

/** docs.aws.amazon.com, lambda, gettingstarted-limits: 6 MB; the exact number is what Lambda's error message says. */
const MOST_RESULT_BYTES = 6_291_556;

const port = parentPort;
if (port === null) throw new Error("only a host of functions starts this");
const start = workerData as EnvironmentStart;
const say = (message: EnvironmentMessage) => port.postMessage(message);

/** The request under way, until the environment is free for another. */
interface Turn {
  readonly requestId: string;
  answered: boolean;
  /** What happens when nothing is left to do. */
  emptied: () => void;
}

let turn: Turn | undefined;
let handler: Handler;

// What concerns a whole process is not a thread's to change.
process.cwd = () => start.root;
logConsole((level, text) => say({ kind: "log", requestId: turn?.requestId, level, text }));
leadRequests();
setHosts(start.hosts);

process.on("uncaughtException", (error) => give(`Uncaught exception: ${errorMessage(error)}`, 129));
process.on("unhandledRejection", (reason) => give(`Unhandled promise rejection: ${errorMessage(reason)}`, 128));
process.on("beforeExit", () => turn?.emptied());
port.on("message", invoke);

try {
  handler = await loadHandler(start.root, start.variables._HANDLER ?? "");
  const problem = callbackHandlerProblem(handler, start.runtime);
  if (problem !== undefined) throw new Error(problem);
  say({ kind: "ready" });
} catch (error) {
  give(errorMessage(error), 1);
}

function give(message: string, code: number): void {
  say({ kind: "broke", message });
  process.exit(code);
}

function invoke({ requestId, event, deadline, hosts }: InvokeMessage): void {
  setHosts(hosts);
  // While the handler runs, only what it waits for itself keeps the thread: thus its end is seen.
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
        const problem = new Error("the handler's promise can no longer be settled: nothing is left to do");
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

function release(of: Turn): void {
  if (turn !== of) return;
  turn = undefined;
  port?.ref();
  say({ kind: "idle" });
}

function report(requestId: string, outcome: Parameters<Answer>[0]): void {
  if ("threw" in outcome) {
    say({ kind: "threw", requestId, message: errorMessage(outcome.threw) });
    return;
  }
  let json: string;
  try {
    json = JSON.stringify(outcome.returned) ?? "null";
  } catch (error) {
    say({ kind: "threw", requestId, message: `Unable to stringify response body: ${errorMessage(error)}` });
    return;
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > MOST_RESULT_BYTES) {
    const message = `Response payload size exceeded maximum allowed payload size (${MOST_RESULT_BYTES} bytes): ${bytes}`;
    say({ kind: "threw", requestId, message });
  } else say({ kind: "returned", requestId, json });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
