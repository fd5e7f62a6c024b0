import { createHash } from "node:crypto";
import { type Bindings, proofOf } from "../../../api/binding/binding.ts";
import type { Proof, ProofForm } from "../../../api/binding/proof.ts";
import type { Api } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";

const required = { secret: "projects/placeholder/secrets/placeholder", version: "1" };

/** The proofs of a companion. */
export const companionProofs: ProofForm = {
  clientCertificate: { shape: '{ kind: "clientCertificate", secret, version }', required, check: checkSecret },
  secretHeader: { shape: '{ kind: "secretHeader", secret, version }', required, check: checkSecret },
};

/** No message contains a value: a user may have bound the secret itself. */
function checkSecret({ secret = "", version = "" }: Proof, place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  if (!/^projects\/[a-z0-9.:-]{1,100}\/secrets\/[A-Za-z0-9_-]{1,255}$/.test(secret)) {
    problems.refuse(
      "bad-proof",
      "secret must be the id of a secret in Secret Manager, without a version.",
      'Write it as in "projects/shop/secrets/erp".',
      { place: `${place}.secret` },
    );
  }
  if (!/^[1-9]\d{0,9}$/.test(version)) {
    problems.refuse(
      "bad-proof",
      "version must be the number of a version. Instances that start at different times would read different secrets of an alias such as latest.",
      'Write the number in quotes, as in "3", or pass the version of a SecretVersion.',
      { place: `${place}.version` },
    );
  }
  return problems.all;
}

/** The folder below which the certificates are mounted, one folder for each. */
const FOLDER = "/etc/polygate-proofs";
/** The file in such a folder. */
export const PROOF_FILE = "identity.pem";

/** A part of names that changes with the secret and its version, and so changes the configuration. */
export function proofHash({ kind, secret, version }: Proof): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, secret, version]))
    .digest("hex")
    .slice(0, 16);
}

/** The folder of a certificate in the container. */
export function proofFolder(proof: Proof): string {
  return `${FOLDER}/${proofHash(proof)}`;
}

/** The environment variable with the secret of a header. */
export function proofVariable(proof: Proof): string {
  return `POLYGATE_SECRET_${proofHash(proof).toUpperCase()}`;
}

/** The proof for a backend, if it wants one. */
export function companionProof(api: Pick<Api, "backends">, bindings: Bindings, backend: string): Proof | undefined {
  const declared = api.backends[backend];
  return declared === undefined || declared.kind === "fn" || declared.trust === undefined
    ? undefined
    : proofOf(bindings, backend);
}

/** The secret header of a backend with such a proof, as Envoy's name of the variable that contains its value. */
export function secretHeaderOf(
  api: Pick<Api, "backends">,
  bindings: Bindings,
  backend: string,
): { readonly name: string; readonly value: string } | undefined {
  const declared = api.backends[backend];
  const proof = companionProof(api, bindings, backend);
  if (declared === undefined || declared.kind === "fn" || proof?.kind !== "secretHeader") return undefined;
  return { name: declared.trust?.secretHeader ?? "", value: `%ENVIRONMENT(${proofVariable(proof)})%` };
}
