import { UnsupportedArtefact } from "../../interpreter.ts";
import { ProcessCounters } from "../../verifying/counters.ts";
import type { PolicyEnvironment } from "./policies/catalogue.ts";
import { compilePolicy } from "./policy-document.ts";
import { skuNamed } from "./sku.ts";

const NO_KEYS = { failure: "a check of a policy fetches no keys" };

/** The tier with every modelled policy, any parameters, and no requests. */
const ANY_API: PolicyEnvironment = {
  sku: skuNamed("Developer"),
  surroundings: {
    now: Date.now,
    keys: { of: () => ({ current: () => NO_KEYS, refetched: () => NO_KEYS }) },
    counters: new ProcessCounters(),
  },
  resolve: (text) => text,
  templateParameters: undefined,
  backends: undefined,
  credentials: undefined,
};

/**
 * Why no API can have a policy document in the sandbox. Undefined when the document can be served, or when that depends on the API, on the
 * tier, or on the values of named values.
 */
export function policyProblem(document: string): string | undefined {
  if (document.includes("{{")) return undefined;
  try {
    compilePolicy(document, "policy", ANY_API);
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedArtefact) return error.message;
    throw error;
  }
}
