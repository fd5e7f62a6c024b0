import type { Input } from "@pulumi/pulumi";
import { type Bindings, proofOf } from "../../api/binding/binding.ts";
import type { Proof, ProofForm } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import type { TrustKind } from "../../api/description/trust.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { withHash } from "../../gateway/names.ts";

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

const secretUrl = /^https:\/\/[a-z0-9-]{3,24}\.vault\.[a-z.]+\/secrets\/[0-9A-Za-z-]{1,127}$/;
const clientId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const optional = { identityClientId: "00000000-0000-0000-0000-000000000000" };
const secret = {
  required: { keyVaultSecret: "https://placeholder.vault.azure.net/secrets/placeholder" },
  optional,
  check: checkSecret,
};

/** The proofs of an API Management service, on every tier. */
export const azureProofs: ProofForm = {
  clientCertificate: { shape: '{ kind: "clientCertificate", keyVaultSecret }', ...secret },
  secretHeader: { shape: '{ kind: "secretHeader", keyVaultSecret }', ...secret },
  identityToken: {
    shape: '{ kind: "identityToken", audience }',
    required: { audience: "api://placeholder" },
    optional,
    check: checkIdentity,
  },
};

/** No message contains the value: a user may have bound the secret itself. */
function checkSecret(proof: Proof, place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  if (!secretUrl.test(proof.keyVaultSecret ?? "")) {
    problems.refuse(
      "bad-proof",
      "keyVaultSecret must be the URL of a secret in Key Vault without a version. With a version, the service would never read a renewed secret.",
      'Write it as in "https://shop.vault.azure.net/secrets/erp". A certificate has a secret of the same name.',
      { place: `${place}.keyVaultSecret` },
    );
  }
  return [...problems.all, ...checkIdentity(proof, place)];
}

function checkIdentity({ identityClientId }: Proof, place: string): readonly Problem[] {
  if (identityClientId === undefined || clientId.test(identityClientId)) return [];
  const problems = new ProblemList({ vendor: "azure", place: `${place}.identityClientId` });
  problems.refuse(
    "bad-proof",
    "identityClientId must be the client id of a user-assigned identity of the service, which is a UUID.",
    "Write its clientId, not its resource id, or leave it out for the system-assigned identity.",
  );
  return problems.all;
}

/** A secret of a key vault as the service contains it: a named value, or a certificate. */
export interface SecretEntity {
  /** The backend's name in the description. */
  readonly backend: string;
  readonly kind: Exclude<TrustKind, "identityToken">;
  /** The entity's id, which is unique in the service. */
  readonly id: string;
  readonly keyVaultSecret: string;
  readonly identityClientId?: string;
}

/** https://learn.microsoft.com/rest/api/apimanagement/named-value/create-or-update and certificate, at most 256 and 80 characters. */
const longestId = 80;

/**
 * The entity of a backend's proof. Its id contains a hash of what it refers to, so that another secret is a new entity: the policy in
 * service keeps the old one until it is replaced.
 *
 * @param owner the component's name: ids are unique in the service, which other APIs share
 */
export function secretEntity(owner: string, backend: string, proof: Proof): SecretEntity | undefined {
  const { kind, keyVaultSecret = "", identityClientId } = proof;
  if (kind === "identityToken") return undefined;
  const words = `${owner}-${backend}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
  const original = JSON.stringify([owner, backend, kind, keyVaultSecret, identityClientId ?? ""]);
  const id = withHash(words, original, { longest: longestId });
  return { backend, kind, id, keyVaultSecret, ...(identityClientId === undefined ? {} : { identityClientId }) };
}

/** The entities of an API's proofs. */
export function secretEntities(api: Api, bindings: Bindings, owner: string): readonly SecretEntity[] {
  return trustingBackends(api).flatMap(({ name }) => {
    const proof = proofOf(bindings, name);
    return (proof && secretEntity(owner, name, proof)) ?? [];
  });
}
