import type { FunctionRuntime } from "../../../../../sandbox/data-plane/interpreter.ts";

/** For gateways that have no functions: to call one is an error. */
export const noFunctions: FunctionRuntime = {
  invoke: () => Promise.reject(new Error("there are no functions here")),
};
