import type { Input } from "@pulumi/pulumi";
import type { Bindings } from "../../api/binding/binding.ts";
import { proofOf } from "../../api/binding/binding.ts";
import type { Proof, ProofForm } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import type { Caution } from "../../gateway/target.ts";

/**
 * An ID token of the gateway's service account, which Google signs. The backend must check the signature, the issuer, the audience and the
 * account: `gateway.backendIdentity` contains what to compare.
 *
 * @see https://cloud.google.com/api-gateway/docs/oasv2-extensions (`jwt_audience`)
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { GcpApiGateway } from "polygate/gcp";
 *
 * const gateway = new GcpApiGateway("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http({ trust: { identityToken: true } }) },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   region: "europe-west1",
 *   backends: {
 *     erp: { url: "https://erp.example.com", proof: { kind: "identityToken", audience: "https://erp.example.com" } },
 *   },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 *
 * // What the backend must compare with `iss`, `email` and `sub`.
 * export const identity = gateway.backendIdentity;
 * ```
 */
export interface GcpIdentityTokenProof {
  readonly kind: "identityToken";
  /** The `aud` that the backend expects, such as its own URL. */
  readonly audience: Input<string>;
}

/** Who the tokens of a gateway are for: what a backend compares with the claims of a token. */
export interface GcpBackendIdentity {
  /** `iss`. */
  readonly issuer: string;
  /** `email`: the address of the service account. */
  readonly email: string;
  /** `sub`: the number of the service account, which a new account of the same name does not have. */
  readonly subject: string;
}

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
