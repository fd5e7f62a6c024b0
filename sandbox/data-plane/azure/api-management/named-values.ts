import { type SecretSource, UnsupportedArtefact } from "../../interpreter.ts";
import { contentOf } from "../../secrets.ts";
import type { KeyVaultSecret } from "./artefacts.ts";

/**
 * Replaces `{{name}}` by the named value in attributes, texts and expressions. References in the values are not replaced.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export function namedValueResolver(
  values: Readonly<Record<string, string | KeyVaultSecret>>,
  secrets: SecretSource | undefined,
): (text: string, place: string) => string {
  return (text, place) =>
    text.replace(/\{\{([^{}]*)\}\}/g, (_, reference: string) => {
      const name = reference.trim();
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined)
        throw new UnsupportedArtefact(place, `the named value ${JSON.stringify(name)} does not exist`);
      return typeof value === "string" ? value : contentOf(value.secretIdentifier, place, secrets);
    });
}
