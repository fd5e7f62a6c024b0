/** The resource type in a URN, `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** The resource's name in a URN; it may contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * The name by which users know a resource: that of the component that contains it, if it is its part (`NAME-PART`), otherwise its own.
 *
 * @param part the part of the name that components append
 */
export function userName(urn: string, part: string): string {
  const name = nameOf(urn);
  const isInComponent = (urn.split("::")[2] ?? "").includes("$");
  return isInComponent && name.endsWith(`-${part}`) ? name.slice(0, -part.length - 1) : name;
}
