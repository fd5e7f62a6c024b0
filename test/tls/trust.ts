import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { CertificateAuthority } from "../../sandbox/certificate-authority.ts";

/**
 * Trusts the authority of a sandbox's folder for the rest of this process, in `fetch` and in `node:https`. The authority is created when
 * the sandbox has not done that yet.
 */
export async function trustAuthority(directory: string): Promise<void> {
  const { certificate } = await CertificateAuthority.open(directory);
  setDefaultCACertificates([...getCACertificates("default"), certificate]);
}
