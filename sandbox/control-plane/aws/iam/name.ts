import type { Properties } from "../../property-value.ts";
import { checkLength, checkMatch, type Fail } from "../argument-check.ts";

/** Checks `name` and `namePrefix` of a resource of IAM. */
export function checkName(inputs: Properties, max: number, maxOfPrefix: number, fail: Fail): void {
  checkLength(inputs, "name", 1, max, fail);
  checkLength(inputs, "namePrefix", 1, maxOfPrefix, fail);
  for (const name of ["name", "namePrefix"]) {
    checkMatch(inputs, name, /^[\w+=,.@-]*$/, "must match [\\w+=,.@-]", fail);
  }
}

/** Checks `path` of a resource of IAM. */
export function checkPath(inputs: Properties, fail: Fail): void {
  checkMatch(inputs, "path", /^\/(?:[\x21-\x7e]+\/)?$/, "must begin and end with /", fail);
}
