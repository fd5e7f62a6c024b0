import { object, type Plain } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * The one member of an object that stands for one thing of several kinds.
 * @throws UnsupportedArtefact where there are none or several
 */
export function only(value: Plain | undefined, place: string): readonly [string, Plain] {
  const members = Object.entries(object(value, place)).flatMap(([name, inner]) =>
    inner === undefined || inner === null ? [] : [[name, inner] as const],
  );
  const [first] = members;
  if (first === undefined || members.length > 1) {
    const names = members.map(([name]) => name).join(", ");
    throw new UnsupportedArtefact(place, `must have one member, has ${names === "" ? "none" : names}`);
  }
  return first;
}
