import { isMediaType } from "../../check/request.ts";

/** A media type without its parameters, in lower case. */
export function essence(type: string): string {
  return (type.split(";")[0] ?? "").trim().toLowerCase();
}

/** Whether bodies of a media type are JSON: `application/json`, or a type with the suffix `+json`. No range, and no other text. */
export function isJson(type: string): boolean {
  const name = essence(type);
  return isMediaType(name) && (name === "application/json" || name.endsWith("+json"));
}

/** Whether a range of media types contains `application/json`. */
export function isRangeOfJson(type: string): boolean {
  return ["*/*", "application/*"].includes(essence(type));
}
