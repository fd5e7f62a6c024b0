import type { BackendText } from "../oracle/description.ts";

/** The names of public backends. */
export const backendNames = ["shop", "erp", "Legacy_2", "constructor", "gone"];
/** The names of functions. */
export const functionNames = ["shipping", "Quote_fn"];
/** The names of private backends. */
export const privateNames = ["depot", "Vault"];

/** The kind of the backend with this name. */
function kindOf(name: string): "http" | "fn" | "onPrem" {
  if (functionNames.includes(name)) return "fn";
  return privateNames.includes(name) ? "onPrem" : "http";
}

/** The backend with this name. */
export function backendOf(name: string, isExact: boolean): BackendText {
  return { kind: kindOf(name), ...(isExact ? { paths: "exact" } : {}) };
}
