import { UnsupportedArtefact } from "../../../interpreter.ts";

/** @throws UnsupportedArtefact unless `value` is an object */
export function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnsupportedArtefact(place, "is not an object");
  }
  return value as Readonly<Record<string, unknown>>;
}

/** @throws UnsupportedArtefact unless `value` is a non-empty string, or a non-empty list of them */
export function texts(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((each) => typeof each === "string" && each !== "")) {
    throw new UnsupportedArtefact(place, "is not a string or a list of strings");
  }
  return list as readonly string[];
}
