import { object, type Plain } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * Returns the name and value of an object's only member, which selects one of several kinds.
 * @throws UnsupportedArtefact when the object has no member or several
 */
export function singleMember(value: Plain | undefined, place: string): readonly [string, Plain] {
  const members = Object.entries(object(value, place)).flatMap(([name, inner]) =>
    inner === undefined || inner === null ? [] : [[name, inner] as const],
  );
  const [first] = members;
  if (first === undefined || members.length > 1) {
    const names = members.map(([name]) => name).join(", ");
    throw new UnsupportedArtefact(place, `must have exactly one member, has ${names === "" ? "none" : names}`);
  }
  return first;
}
