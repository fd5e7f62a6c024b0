import type { Reader } from "../reader.ts";

/** The member of the nearest of several levels that has it. The nearest level is the first. */
export function nearestMember(levels: readonly Reader[], name: string): Reader | undefined {
  return levels.map((level) => level.at(name)).find((member) => member.present);
}
