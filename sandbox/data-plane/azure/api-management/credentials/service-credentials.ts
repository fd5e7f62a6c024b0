import { type ClientIdentity, type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import { contentOf, identityIn } from "../../../secrets.ts";
import { EntraSignature } from "../../entra-signature.ts";
import type { ApimArtefacts } from "../artefacts.ts";

/** The lifetime of a token of a managed identity. Unverified: Microsoft's is about a day. */
const LIFETIME_S = 86_400;

/** What a service proves itself with to backends: certificates, and tokens of its managed identities. */
export class ServiceCredentials {
  readonly #certificates: NonNullable<ApimArtefacts["certificates"]>;
  readonly #surroundings: Pick<Surroundings, "secrets" | "entra" | "now">;
  readonly #entra: EntraSignature;

  constructor(
    certificates: NonNullable<ApimArtefacts["certificates"]>,
    surroundings: Pick<Surroundings, "secrets" | "entra" | "now">,
  ) {
    this.#certificates = certificates;
    this.#surroundings = surroundings;
    this.#entra = surroundings.entra ?? new EntraSignature();
    for (const id of Object.keys(certificates)) this.certificate(id, `certificates.${id}`);
  }

  /** @throws UnsupportedArtefact for an unknown certificate, or one whose secret is unknown or malformed */
  certificate(id: string, place: string): ClientIdentity {
    const found = Object.hasOwn(this.#certificates, id) ? this.#certificates[id] : undefined;
    if (found === undefined)
      throw new UnsupportedArtefact(place, `the certificate ${JSON.stringify(id)} does not exist`);
    const { secretIdentifier } = found;
    return identityIn(contentOf(secretIdentifier, place, this.#surroundings.secrets), secretIdentifier, place);
  }

  /** A token of the system-assigned identity, or of the user-assigned one with this client id. */
  token(audience: string, clientId = "system"): Promise<string> {
    const now = Math.floor(this.#surroundings.now() / 1000);
    // Unverified: which of the claims of Microsoft's tokens a backend of the sandbox needs.
    return this.#entra.sign({ appid: clientId, oid: clientId, sub: clientId }, audience, now, LIFETIME_S);
  }
}
