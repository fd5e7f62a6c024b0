import { withHash } from "../../gateway/names.ts";

/**
 * https://learn.microsoft.com/rest/api/apimanagement: the ids of backends, certificates, products and subscriptions have at most 80
 * characters, and those of named values 256.
 */
const longest = 80;

/**
 * The id of something that an API has in its service. It is unique there, also beside what other APIs of the service have, since it ends
 * in a hash of everything that distinguishes it.
 *
 * @param owner the component's name
 * @param part what it belongs to in the API, e.g. the name of a backend
 * @param others what else distinguishes it. Another value is another id, so that the policy in service keeps the old one until it is
 * replaced.
 */
export function entityId(owner: string, part: string, ...others: readonly string[]): string {
  const words = `${owner}-${part}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
  return withHash(words, JSON.stringify([owner, part, ...others]), { longest });
}
