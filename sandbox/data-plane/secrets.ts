import { type ClientIdentity, type SecretSource, UnsupportedArtefact } from "./interpreter.ts";

/**
 * The content of a secret in a cloud's store, of which the sandbox has none: it is among those that the sandbox was started with.
 *
 * @throws UnsupportedArtefact for an unknown secret
 */
export function contentOf(reference: string, place: string, secrets: SecretSource | undefined): string {
  const content = secrets?.(reference);
  if (content !== undefined) return content;
  const remedy = `start the sandbox with --secret ${reference}=FILE, or pass secrets to startSandbox`;
  throw new UnsupportedArtefact(place, `the sandbox does not know the secret ${reference}; ${remedy}`);
}

/**
 * A certificate with its key. In the sandbox, both are PEM in one text.
 *
 * @throws UnsupportedArtefact for another text, which the problem does not contain
 */
export function identityIn(content: string, reference: string, place: string): ClientIdentity {
  const [key] = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(content) ?? [];
  const certificate = content.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)?.join("\n");
  if (key !== undefined && certificate !== undefined) return { certificate, key };
  throw new UnsupportedArtefact(place, `the secret ${reference} must contain a certificate and its private key as PEM`);
}
