import { callback } from "../../gateway/shape.ts";
import type { ExecutionTransforms } from "./execution.ts";

/** The transforms of the role and the log of functions. */
export const executionTransforms = {
  role: callback,
  rolePolicy: callback,
  logGroup: callback,
} satisfies Readonly<Record<keyof ExecutionTransforms, unknown>>;
