import { type BackendTrust, type TrustKind, trustKinds } from "../description/trust.ts";
import { type Problem, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { anyOf } from "../suggestion.ts";

/**
 * How a gateway proves itself to a backend, in the terms of its vendor: a kind that the backend accepts, and references to secrets, never
 * the secrets themselves. Only the vendor's {@link ProofForm} reads what it contains.
 */
export type Proof = { readonly kind: TrustKind } & Readonly<Record<string, string>>;

/** What the proofs of one kind look like. */
export interface ProofKindForm {
  /** The proof as a user writes it, for messages. */
  readonly shape: string;
  /** The members that a proof must have besides its kind, each with a value to use while the real one is unknown. */
  readonly required: Readonly<Record<string, string>>;
  /** The members that a proof may have. */
  readonly optional?: Readonly<Record<string, string>>;
  /** The problems of a proof whose members are texts. A message must not contain their values: a user may have bound a secret itself. */
  readonly check?: (proof: Proof, place: string) => readonly Problem[];
}

/** The proofs that one gateway class can give, by their kind. A vendor's target supplies it. */
export type ProofForm = Partial<Readonly<Record<TrustKind, ProofKindForm>>>;

/** The kinds of proof that a backend accepts and a class can give. */
export function commonKinds(trust: BackendTrust, proofs: ProofForm = {}): readonly TrustKind[] {
  return trustKinds.filter((kind) => trust[kind] !== undefined && proofs[kind] !== undefined);
}

/**
 * A proof to use while some of its values are unknown.
 *
 * @param known the members that are known
 */
export function placeholderProof(
  kind: TrustKind,
  proofs: ProofForm = {},
  known: Readonly<Record<string, unknown>> = {},
): Proof {
  const { required = {}, optional = {} } = proofs[kind] ?? {};
  const chosen = Object.entries(optional).filter(([name]) => Object.hasOwn(known, name));
  return { ...required, ...Object.fromEntries(chosen), kind } as Proof;
}

/** What is bound to a backend, as far as its proof depends on it. */
export interface ProofContext {
  /** The name of the backend. */
  readonly name: string;
  readonly trust: BackendTrust | undefined;
  readonly url: unknown;
  /** Undefined if the class gives no proofs. */
  readonly proofs: ProofForm | undefined;
}

/** The problems of what is bound as a proof. What a class cannot give at all is refused by its capabilities. */
export function checkProof(place: string, proof: unknown, context: ProofContext): readonly Problem[] {
  const { name, trust, url, proofs = {} } = context;
  const problems = new ProblemList({ place });
  if (trust === undefined) {
    if (proof !== undefined) {
      problems.refuse(
        "proof-not-used",
        `The description does not say that the backend "${name}" wants a proof.`,
        "Declare what the backend accepts with trust in the description, or remove the proof.",
      );
    }
    return problems.all;
  }
  const kinds = commonKinds(trust, proofs);
  if (kinds.length === 0) return problems.all;
  const shapes = kinds.map((kind) => proofs[kind]?.shape ?? "").join(" or ");
  if (proof === undefined) {
    problems.refuse(
      "missing-proof",
      `The backend "${name}" wants a proof that a request comes from the gateway, and none is bound.`,
      `Write proof: ${shapes} beside its URL.`,
    );
    return problems.all;
  }
  const own = [...checkMembers(new Reader(proof, place, problems), kinds, proofs), ...problems.all];
  return own.length > 0 ? own : checkEncrypted(url, problems);
}

function checkMembers(reader: Reader, kinds: readonly TrustKind[], proofs: ProofForm): readonly Problem[] {
  const shapes = kinds.map((each) => proofs[each]?.shape ?? "").join(" or ");
  if (!reader.isObject) {
    const rule = "A proof must be an object that is known before the deployment. Its members may be Outputs.";
    reader.problem("bad-proof", rule, `Write ${shapes}.`);
    return [];
  }
  const members = reader.keys();
  const kind = kinds.find((each) => each === reader.at("kind").value);
  if (kind === undefined) {
    const rule = `The kind of the proof must be ${anyOf(kinds)}: what the backend accepts and this class of gateway can give.`;
    reader.at("kind").problem("unknown-proof", rule, `Write ${shapes}.`);
    return [];
  }
  const { required, optional = {}, check } = proofs[kind] as ProofKindForm;
  reader.only(["kind", ...Object.keys(required), ...Object.keys(optional)]);
  const named = Object.keys({ ...required, ...optional }).filter((name) => name in required || members.includes(name));
  const texts = named.filter((name) => !isText(reader.at(name).value));
  for (const name of texts) {
    const rule = "The value must be a text that is not empty.";
    reader.at(name).problem("bad-proof", rule, `Write ${proofs[kind]?.shape}.`);
  }
  return texts.length > 0 ? [] : (check?.(reader.value as Proof, reader.place) ?? []);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** Without TLS, a certificate is not presented at all, and everybody on the way could read and repeat a header. */
function checkEncrypted(url: unknown, problems: ProblemList): readonly Problem[] {
  if (typeof url !== "string" || !url.startsWith("http:")) return problems.all;
  problems.refuse(
    "proof-without-tls",
    "The URL of the backend has the scheme http, so that the proof would not be given, or could be read on its way.",
    "Bind an https URL.",
  );
  return problems.all;
}
