import { type Api, requiresKey } from "../../api/checked-api.ts";
import { entityId } from "./entity-id.ts";

/** Whether a route requires a key. */
export function hasKeys({ routes }: Pick<Api, "routes">): boolean {
  return routes.some(({ auth }) => requiresKey(auth));
}

/** Whether some routes require a key and others none. */
export function mixesKeys(api: Pick<Api, "routes">): boolean {
  return hasKeys(api) && api.routes.some(({ auth }) => !requiresKey(auth));
}

/**
 * The id of the open product of an API.
 *
 * @param owner the component's name: ids are unique in the service, which other APIs share
 */
export function keylessProductId(owner: string): string {
  return entityId(owner, "keyless");
}
