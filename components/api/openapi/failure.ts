import { PolygateError } from "../problem.ts";

/** Refuses a whole document for one reason. */
export function fail(subject: string, code: string, rule: string, remedy: string, place = subject): never {
  throw new PolygateError(subject, [{ code, place, rule, remedy }]);
}
