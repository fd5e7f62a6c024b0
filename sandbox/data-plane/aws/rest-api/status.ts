import { integer, type Plain } from "../../document.ts";

/**
 * Reads a `statusCode`: a number or, as API Gateway exports it, a string of three digits.
 * @throws UnsupportedArtefact
 */
export function readStatus(value: Plain | undefined, place: string): number {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return integer(status, place, 200, 599);
}
