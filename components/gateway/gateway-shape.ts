import type {
  FunctionBackendBinding,
  HttpBackendBinding,
  JwtBinding,
  LinkInput,
  OnPremBackendBinding,
} from "./binding-inputs.ts";
import type { GatewayArgs } from "./gateway.ts";
import { description, listOf, type Members, namedBy, objectOf, value } from "./shape.ts";

/** The binding of any backend. Which members a backend's kind has is checked with the description. */
type AnyBackendBinding = HttpBackendBinding | FunctionBackendBinding | OnPremBackendBinding<LinkInput>;

const backend = objectOf<AnyBackendBinding>({
  url: value,
  functionArn: value,
  // The class knows the members of its links, and checks them. The whole link may be an Output.
  link: namedBy(value, { checked: true }),
});

/** The shapes of {@link GatewayArgs}. */
export const gatewayMembers: Members<GatewayArgs> = {
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
