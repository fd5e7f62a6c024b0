import type { ProofForm } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";

/**
 * How a REST API proves itself to a backend: with the client certificate that API Gateway generates for its stage.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-client-side-ssl-authentication.html
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * const gateway = new AwsRestApi("orders-eu", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http({ trust: { clientCertificate: true } }) },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com", proof: { kind: "clientCertificate" } } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 *
 * // What the backend must accept.
 * export const certificate = gateway.clientCertificates.apply(({ first }) => first?.pem);
 * ```
 */
export interface AwsClientCertificateProof {
  readonly kind: "clientCertificate";
}

/** A certificate that backends must accept. */
export interface AwsClientCertificate {
  /** The certificate as PEM. It is self-signed, so backends must accept exactly this one. Its key never leaves API Gateway. */
  readonly pem: string;
  /** When it expires: 365 days after its creation. */
  readonly expirationDate: string;
}

/** The proofs of a REST API. */
export const restApiProofs: ProofForm = {
  clientCertificate: { shape: '{ kind: "clientCertificate" }', required: {} },
};

/** A label is the end of a resource's name. */
const label = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Whether a backend wants a certificate. The class gives no other proof. */
export function presentsCertificate(api: Api): boolean {
  return trustingBackends(api).length > 0;
}

/** Adds the check of `clientCertificates` to a target, and its resources. */
export function withClientCertificates<Document>(target: Target<Document>, labels: unknown): Target<Document> {
  return {
    ...target,
    check: (api) => [...target.check(api), ...checkLabels(api, labels)],
    resources: (api) =>
      target.resources(api) + (presentsCertificate(api) && Array.isArray(labels) ? labels.length - 1 : 0),
  };
}

function checkLabels(api: Api, labels: unknown): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", place: "clientCertificates", feature: "trust.clientCertificate" });
  if (labels === undefined) return problems.all;
  const isList = Array.isArray(labels) && labels.every((each) => typeof each === "string" && label.test(each));
  if (!isList || labels.length === 0 || new Set(labels).size < labels.length) {
    problems.refuse(
      "bad-certificates",
      "clientCertificates must list at least one label. Each label consists of at most 63 letters, digits, _ and -, and is listed once.",
      'Write a label for each certificate, such as ["2026", "2027"]. API Gateway presents the first one.',
    );
  } else if (!presentsCertificate(api)) {
    problems.refuse(
      "certificates-not-used",
      "No route leads to a backend that accepts a client certificate.",
      "Declare the backend with trust: { clientCertificate: true }, or remove clientCertificates.",
    );
  }
  return problems.all;
}
