/** The resource type in a URN, `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** The resource's name in a URN; it may contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
