import type { KeyVaultSecret } from "../../../data-plane/azure/api-management/artefacts.ts";
import { isObject, type Properties, text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";

/** A secret of a vault, with or without a version (learn.microsoft.com, named values in API Management). */
const SECRET = /^https:\/\/[a-z0-9-]{3,24}\.vault\.[a-z.]+\/secrets\/[0-9A-Za-z-]{1,127}(?:\/[0-9a-f]{32})?$/;

/**
 * The secret of a vault that a resource refers to; undefined if it refers to none. The sandbox has no vaults, and finds its content among
 * the secrets that it was started with.
 *
 * @throws VendorError for what is no URL of a secret
 */
export function keyVaultSecretOf({ keyVault }: Properties): KeyVaultSecret | undefined {
  if (!isObject(keyVault)) return undefined;
  const secretIdentifier = text(keyVault, "secretIdentifier") ?? "";
  if (SECRET.test(secretIdentifier)) return { secretIdentifier };
  throw new VendorError('Code="ValidationError" Message="keyVault.secretIdentifier is no URL of a secret" (400)');
}
