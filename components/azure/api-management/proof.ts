import { type Bindings, proofOf } from "../../api/binding/binding.ts";
import type { Proof, ProofForm } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import type { TrustKind } from "../../api/description/trust.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { entityId } from "./entity-id.ts";

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

/**
 * The entity of a backend's proof. Its id contains a hash of what it refers to, so that another secret is a new entity: the policy in
 * service keeps the old one until it is replaced.
 *
 * @param owner the component's name: ids are unique in the service, which other APIs share
 */
export function secretEntity(owner: string, backend: string, proof: Proof): SecretEntity | undefined {
  const { kind, keyVaultSecret = "", identityClientId } = proof;
  if (kind === "identityToken") return undefined;
  const id = entityId(owner, backend, kind, keyVaultSecret, identityClientId ?? "");
  return { backend, kind, id, keyVaultSecret, ...(identityClientId === undefined ? {} : { identityClientId }) };
}

/** The entities of an API's proofs. */
export function secretEntities(api: Api, bindings: Bindings, owner: string): readonly SecretEntity[] {
  return trustingBackends(api).flatMap(({ name }) => {
    const proof = proofOf(bindings, name);
    return (proof && secretEntity(owner, name, proof)) ?? [];
  });
}
