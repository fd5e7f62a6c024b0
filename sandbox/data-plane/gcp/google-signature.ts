import { TokenSignature } from "../token-signature.ts";

/** Google's signature on ID tokens. */
export class GoogleSignature extends TokenSignature {
  constructor() {
    super("https://accounts.google.com");
  }
}
