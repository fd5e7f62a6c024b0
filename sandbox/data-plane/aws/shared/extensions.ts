import { at, type Plain, type PlainObject } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** Records which `x-amazon-*` members of a document were read, so that the others can be refused. */
export class Extensions {
  readonly #read = new Set<string>();

  /** Records that the member at a place was read. */
  markRead(place: string): void {
    this.#read.add(place);
  }

  /** Reads an optional member and records it. */
  read(parent: PlainObject, place: string, member: string, reader: (value: Plain, place: string) => void): void {
    const value = parent[member];
    if (value === undefined) return;
    const where = at(place, member);
    this.markRead(where);
    reader(value, where);
  }

  /**
   * Refuses every `x-amazon-*` member that was not read: it may be the one that was meant to protect something.
   * @throws UnsupportedArtefact with the place of the first one
   */
  refuseUnread(value: Plain | undefined, place = ""): void {
    if (typeof value !== "object" || value === null) return;
    for (const [member, inner] of Object.entries(value)) {
      const where = at(place, member);
      if (member.startsWith("x-amazon-") && !this.#read.has(where)) {
        throw new UnsupportedArtefact(where, "is not supported by the sandbox");
      }
      this.refuseUnread(inner, where);
    }
  }
}

/**
 * Whether a member is an extension of any vendor. Those of other vendors have no effect on API Gateway. Its own are each read, or
 * refused at the end.
 */
export function isExtension(member: string): boolean {
  return member.startsWith("x-");
}
