import { allowOnly, at, isObject, type Plain, type PlainObject } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** Extensions that users are likely to try, with a more specific message than for an unknown member. */
const NOT_SUPPORTED = new Map([
  ["x-google-management", "metrics and quotas are not supported by the sandbox"],
  ["x-google-quota", "quotas are not supported by the sandbox"],
  ["x-google-endpoints", "API Gateway does not document it, and allowCors would open OPTIONS on every path"],
  ["x-google-api-name", "several APIs in one service are not supported by the sandbox"],
]);

/** Whether a member is another vendor's extension, which Google ignores. */
export function isForeign(member: string): boolean {
  return member.startsWith("x-") && !member.startsWith("x-google-");
}

/** Rejects all members except `members` and the extensions of other vendors. */
export function checkMembers(value: PlainObject, place: string, members: readonly string[]): void {
  for (const [member, problem] of NOT_SUPPORTED) {
    if (Object.hasOwn(value, member)) throw new UnsupportedArtefact(at(place, member), problem);
  }
  allowOnly(value, place, members, isForeign);
}

/** Rejects Google's extensions in a part of the document that nothing reads. Google might reject or ignore them. */
export function rejectGoogleMembers(value: Plain | undefined, place: string): void {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Plain[]).entries()) rejectGoogleMembers(item, at(place, index));
  } else if (isObject(value)) {
    for (const [member, item] of Object.entries(value)) {
      if (member.startsWith("x-google-")) throw new UnsupportedArtefact(at(place, member), "has no meaning here");
      rejectGoogleMembers(item, at(place, member));
    }
  }
}
