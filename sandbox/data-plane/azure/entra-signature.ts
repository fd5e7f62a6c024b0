import { TokenSignature } from "../token-signature.ts";

/** The sandbox's tenant. */
const TENANT = "00000000-0000-0000-0000-000000000002";

/**
 * Microsoft Entra ID's signature on the tokens of managed identities.
 *
 * Unverified: the form of the issuer, which depends on the version of tokens that the audience's registration asks for.
 */
export class EntraSignature extends TokenSignature {
  constructor() {
    super(`https://sts.windows.net/${TENANT}/`);
  }
}
