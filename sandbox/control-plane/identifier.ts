import { createHash } from "node:crypto";

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * An identifier in a vendor's form that is the same for the same parts, so that a stack that is destroyed and deployed again gets the same ids
 * and ports.
 *
 * @param taken whether an identifier is in use; then another one is tried
 */
export function identifier(length: number, parts: readonly string[], taken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const digest = createHash("sha256")
      .update(JSON.stringify([...parts, attempt]))
      .digest();
    const id = Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join("");
    if (!taken(id)) return id;
  }
}

/** An identifier of hexadecimal digits; see {@link identifier}. */
export function hexIdentifier(digits: number, parts: readonly string[], taken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const id = digest(JSON.stringify([...parts, attempt]), digits);
    if (!taken(id)) return id;
  }
}

/** A short hexadecimal digest, e.g. for an ETag or a configuration id. */
export function digest(content: string, digits: number): string {
  return createHash("sha256").update(content).digest("hex").slice(0, digits);
}

/**
 * A unique name as providers for Terraform create it: a prefix and 26 digits.
 *
 * @param taken whether a name is in use; then another one is tried
 */
export function uniqueName(prefix: string, urn: string, taken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${prefix}${digest(attempt === 0 ? urn : `${urn} ${attempt}`, 26)}`;
    if (!taken(name)) return name;
  }
}
