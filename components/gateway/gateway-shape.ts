import type { HttpBackendBinding, JwtBinding, LinkInput, OnPremBackendBinding, ProofInput } from "./binding-inputs.ts";
import type { GatewayArgs } from "./gateway.ts";
import { description, type Leaf, listOf, type Members, namedBy, objectOf, value } from "./shape.ts";

/** The binding of a backend that is no function. Which members a backend's kind has is checked with the description. */
type UrlBackendBinding = (HttpBackendBinding | OnPremBackendBinding<LinkInput>) & { readonly proof?: ProofInput };

/**
 * The shapes of {@link GatewayArgs}.
 *
 * @param functions the members of the binding of a function, for a class that has backends of this kind
 */
export function gatewayMembers(functions: Readonly<Record<string, Leaf<"value">>> = {}): Members<GatewayArgs> {
  const backend = objectOf<UrlBackendBinding>({
    ...functions,
    url: value,
    // The class knows the members of its links, and checks them. The whole link may be an Output.
    link: namedBy(value, { checked: true }),
    // As with links.
    proof: namedBy(value, { checked: true }),
  });
  return {
    api: description,
    backends: namedBy(backend),
    auth: namedBy(
      objectOf<JwtBinding>({
        issuer: value,
        jwksUri: value,
        // The whole list may be an Output.
        audiences: listOf(value, { checked: true }),
      }),
    ),
    // Names and reasons are checked with the description.
    waive: namedBy(value),
    omit: namedBy(value),
  };
}
