import type { CertificateAuthority, Identity } from "../../certificate-authority.ts";

/** The certificates of the servers over TLS, issued when they are first needed. */
export class ServerIdentities {
  readonly #openAuthority: () => Promise<CertificateAuthority>;
  readonly #identities = new Map<string, Promise<Identity>>();
  #opening: Promise<CertificateAuthority> | undefined;
  #authority: CertificateAuthority | undefined;

  /** @param openAuthority called at the first certificate */
  constructor(openAuthority: () => Promise<CertificateAuthority>) {
    this.#openAuthority = openAuthority;
  }

  /** The certificate (PEM) that clients trust; undefined while no server has TLS. */
  get authority(): string | undefined {
    return this.#authority?.certificate;
  }

  /** The certificate of a server, by the name or IP address that its clients connect to. */
  of(host: string): Promise<Identity> {
    let identity = this.#identities.get(host);
    if (identity === undefined) {
      identity = this.#issue(host);
      this.#identities.set(host, identity);
      identity.catch(() => this.#identities.delete(host));
    }
    return identity;
  }

  async #issue(host: string): Promise<Identity> {
    this.#opening ??= this.#openAuthority();
    try {
      this.#authority = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    return this.#authority.issue(host);
  }
}
