import type { ApiManagementServiceArgs } from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import { isV2 } from "../sku.ts";
import type { AzureApiManagementServiceArgs } from "./args.ts";
import { authorityOf } from "./authority.ts";

const prefix = "Microsoft.WindowsAzure.ApiManagement.Gateway";

/**
 * The protocols and ciphers of a service. Azure resets a key that is left out, so that each update contains all of them. Old protocols
 * are off on both sides. Only classic tiers have cipher settings.
 *
 * Unverified: the v2 tiers accept the setting of HTTP/2.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers
 */
export function protocols({
  sku,
  http2Enabled = false,
}: AzureApiManagementServiceArgs): Readonly<Record<string, string>> {
  const hasCiphers = !isV2(sku) && sku !== "Consumption";
  return {
    [`${prefix}.Security.Protocols.Tls10`]: "False",
    [`${prefix}.Security.Protocols.Tls11`]: "False",
    [`${prefix}.Security.Backend.Protocols.Tls10`]: "False",
    [`${prefix}.Security.Backend.Protocols.Tls11`]: "False",
    [`${prefix}.Security.Backend.Protocols.Ssl30`]: "False",
    ...(hasCiphers ? { [`${prefix}.Security.Ciphers.TripleDes168`]: "False" } : {}),
    [`${prefix}.Protocols.Server.Http2`]: http2Enabled ? "True" : "False",
  };
}

/** The identities of a service. */
export function identityOf(identity: AzureApiManagementServiceArgs["identity"]): ApiManagementServiceArgs["identity"] {
  if (identity === undefined) return undefined;
  if (identity === "system") return { type: "SystemAssigned" };
  const { userAssigned, system = false } = identity;
  return {
    type: system ? "SystemAssigned, UserAssigned" : "UserAssigned",
    userAssignedIdentities: pulumi.all([...userAssigned]).apply((ids) => Object.fromEntries(ids.map((id) => [id, {}]))),
  };
}

/** The authorities that a service trusts at backends. */
export function authorities(certificates: readonly pulumi.Input<string>[]): ApiManagementServiceArgs["certificates"] {
  return certificates.map((certificate) =>
    pulumi.output(certificate).apply((pem) => {
      const authority = authorityOf(pem);
      if (authority === undefined)
        throw new pulumi.RunError(
          "certificateAuthorities contains a text that is not the PEM of one certificate of an authority.",
        );
      return { ...authority };
    }),
  );
}
