/** A member that is left out when there is nothing in it: the provider and AWS do not tell an empty text from none. */
export function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [K in Name]?: string } {
  return (value === undefined || value === "" ? {} : { [name]: value }) as { readonly [K in Name]?: string };
}
