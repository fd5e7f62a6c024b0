/** A member of an object that is used as a map. A name that every object inherits, such as `constructor`, is absent unless it is set. */
export function ownMember<T>(map: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
