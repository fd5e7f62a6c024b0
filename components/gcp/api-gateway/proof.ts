import type { Bindings } from "../../api/binding/binding.ts";
import { proofOf } from "../../api/binding/binding.ts";
import type { Proof, ProofForm } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import type { Caution } from "../../gateway/target.ts";

/** The issuer of Google's ID tokens, whose keys are at https://www.googleapis.com/oauth2/v3/certs. */
export const GOOGLE_ISSUER = "https://accounts.google.com";

/** The proofs of a gateway without a companion. */
export const gatewayProofs: ProofForm = {
  identityToken: {
    shape: '{ kind: "identityToken", audience }',
    required: { audience: "https://placeholder.invalid" },
    check: checkAudience,
  },
};

function checkAudience({ audience = "" }: Proof, place: string): readonly Problem[] {
  if (/^[!-~]{1,500}$/.test(audience)) return [];
  const problems = new ProblemList({ vendor: "gcp", place: `${place}.audience` });
  problems.refuse(
    "bad-proof",
    "The audience of an ID token must be at most 500 printable ASCII characters without blanks.",
    'Write what the backend compares with "aud", such as its URL.',
  );
  return problems.all;
}

/** Whether a gateway without a companion proves itself to a backend. It gives no other proof than a token. */
export function sendsTokens(api: Api): boolean {
  return trustingBackends(api).length > 0;
}

/** The audience of the token for a backend; undefined for a backend that wants none. */
export function audienceFor(api: Pick<Api, "backends">, bindings: Bindings, backend: string): string | undefined {
  const declared = api.backends[backend];
  if (declared === undefined || declared.kind === "fn" || declared.trust === undefined) return undefined;
  return proofOf(bindings, backend)?.audience;
}

/** Open routes to backends that receive a token of the gateway. */
export function proofCautions(api: Api): readonly Caution[] {
  const proven = new Set(trustingBackends(api).map(({ name }) => name));
  return api.routes
    .filter((route) => route.kind === "proxy" && route.auth.kind === "open" && proven.has(route.backend))
    .map(({ key }) => ({
      route: key,
      what: "The gateway sends its own token in Authorization and the client's in X-Forwarded-Authorization, which a client without Authorization can set itself",
      advice: "Let the backend take X-Forwarded-Authorization for what an unknown client sends.",
      isDocumented: true as const,
    }));
}
