/** An object with one member, or without it when the text is empty: the provider and AWS treat an empty text as absent. */
export function optional<Name extends string, Value extends string | readonly object[] = string>(
  name: Name,
  value: Value | undefined,
): { readonly [K in Name]?: Value } {
  return (value === undefined || value === "" ? {} : { [name]: value }) as { readonly [K in Name]?: Value };
}
