import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { CertificateAuthority } from "../../../sandbox/certificate-authority.ts";

/**
 * Makes `fetch` and `node:https` trust the authority of a sandbox's folder, until this process ends. Creates the authority if it does not
 * exist.
 */
export async function trustAuthority(directory: string): Promise<void> {
  const { certificate } = await CertificateAuthority.open(directory);
  setDefaultCACertificates([...getCACertificates("default"), certificate]);
}
