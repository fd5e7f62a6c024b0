import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember.js";
import * as pulumi from "@pulumi/pulumi";
import type { Proof } from "../../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../../api/checked-api.ts";
import type { ChildTransforms } from "../../../gateway/component-transforms.ts";
import type { GcpCompanionTransforms } from "../transforms.ts";
import { PROOF_FILE, proofFolder, proofHash, proofVariable } from "./proof.ts";

/** A proof that the companion gives to a backend. */
export interface BackendProof {
  readonly backend: string;
  readonly kind: Proof["kind"];
  /** The whole proof, once its members are known. */
  readonly proof: pulumi.Output<Proof>;
}

/** The proofs that are bound to backends which want one. */
export function backendProofs(
  api: Api,
  bindings: Readonly<Record<string, { readonly proof?: object }>>,
): readonly BackendProof[] {
  return trustingBackends(api).map(({ name }) => {
    const proof = bindings[name]?.proof as { readonly kind: Proof["kind"] };
    return { backend: name, kind: proof.kind, proof: pulumi.output(proof) as unknown as pulumi.Output<Proof> };
  });
}

/** Lets the companion's account read the secrets. An instance does not start without it. */
export function declareSecretReaders(
  name: string,
  parent: pulumi.Resource,
  transform: ChildTransforms<GcpCompanionTransforms>,
  proofs: readonly BackendProof[],
  member: pulumi.Input<string>,
): readonly pulumi.Resource[] {
  return proofs.map(({ backend, proof }) =>
    transform.secretReader.declare(
      SecretIamMember,
      `${name}-secret-reader-${backend}`,
      {
        project: proof.apply(({ secret = "" }) => secret.split("/")[1] ?? ""),
        secretId: proof.apply(({ secret = "" }) => secret.split("/")[3] ?? ""),
        role: "roles/secretmanager.secretAccessor",
        member,
      },
      { parent },
    ),
  );
}

/**
 * What a container needs to read the secrets: variables, and volumes with their places.
 *
 * Unverified: Cloud Run documents the full name of a secret for secrets of other projects; it takes it for its own project as well.
 */
export function secretsOfContainer(proofs: readonly BackendProof[]) {
  const [certificates, headers] = [
    proofs.filter(({ kind }) => kind === "clientCertificate"),
    proofs.filter(({ kind }) => kind === "secretHeader"),
  ];
  const volumeName = (proof: pulumi.Output<Proof>) => proof.apply((known) => `proof-${proofHash(known)}`);
  return {
    envs: headers.map(({ proof }) => ({
      name: proof.apply(proofVariable),
      valueSource: { secretKeyRef: { secret: member(proof, "secret"), version: member(proof, "version") } },
    })),
    mounts: certificates.map(({ proof }) => ({ name: volumeName(proof), mountPath: proof.apply(proofFolder) })),
    volumes: certificates.map(({ proof }) => ({
      name: volumeName(proof),
      secret: {
        secret: member(proof, "secret"),
        items: [{ path: PROOF_FILE, version: member(proof, "version") }],
      },
    })),
  };
}

function member(proof: pulumi.Output<Proof>, name: "secret" | "version"): pulumi.Output<string> {
  return proof.apply((known) => known[name] ?? "");
}
