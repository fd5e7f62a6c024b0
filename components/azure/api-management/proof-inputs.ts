import type { Input } from "@pulumi/pulumi";

/** Members of every proof of an API Management service. */
interface AzureIdentity {
  /**
   * The client id of a user-assigned identity of the service. It must have the right to read the secret ("Key Vault Secrets User"), or be
   * known to the backend.
   *
   * @default the service's system-assigned identity
   */
  readonly identityClientId?: Input<string>;
}

/**
 * A client certificate in a key vault, which the service presents to the backend. The service reads a renewed certificate by itself.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates
 */
export interface AzureClientCertificateProof extends AzureIdentity {
  readonly kind: "clientCertificate";
  /** The URL of the certificate's secret without a version, e.g. `https://shop.vault.azure.net/secrets/erp`. */
  readonly keyVaultSecret: Input<string>;
}

/**
 * A secret in a key vault, which the service sends in the backend's secret header. The service reads a changed secret within four hours.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export interface AzureSecretHeaderProof extends AzureIdentity {
  readonly kind: "secretHeader";
  /** The URL of the secret without a version, e.g. `https://shop.vault.azure.net/secrets/erp`. */
  readonly keyVaultSecret: Input<string>;
}

/**
 * A token of the service's managed identity. The backend must check its issuer (the tenant), its audience, and that `oid` is the object id
 * of the identity: any identity of the tenant can get a token for an audience.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export interface AzureIdentityTokenProof extends AzureIdentity {
  readonly kind: "identityToken";
  /** The application id, or its URI, that the backend is registered with in Microsoft Entra ID, e.g. `api://erp`. */
  readonly audience: Input<string>;
}

/**
 * How an API Management service proves itself to a backend.
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { AzureApiManagementApi } from "polygate/azure";
 *
 * new AzureApiManagementApi("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http({ trust: { secretHeader: "x-gateway-secret" } }) },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   service: {
 *     resourceGroupName: "shop",
 *     serviceName: "shop",
 *     gatewayUrl: "https://shop.azure-api.net",
 *     location: "westeurope",
 *     sku: "Developer",
 *   },
 *   backends: {
 *     erp: {
 *       url: "https://erp.example.com",
 *       proof: { kind: "secretHeader", keyVaultSecret: "https://shop.vault.azure.net/secrets/erp" },
 *     },
 *   },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export type AzureProof = AzureClientCertificateProof | AzureSecretHeaderProof | AzureIdentityTokenProof;
