import type { Proof } from "../../../api/binding/proof.ts";
import type { BackendTrust } from "../../../api/description.ts";
import type { SecretEntity } from "../proof.ts";
import { when } from "./choose.ts";
import { element, type PolicyElement } from "./element.ts";
import { code, expression, namedValue, text } from "./expression.ts";

const FORWARDED = "X-Forwarded-Authorization";

/** What proves to a backend that a request comes from the gateway. It replaces what the client sends in the same place. */
export function proofElements(
  { secretHeader = "" }: BackendTrust,
  proof: Proof,
  entity: SecretEntity | undefined,
): readonly PolicyElement[] {
  if (proof.kind === "identityToken") return [clientToken, managedIdentity(proof)];
  if (entity === undefined) throw new RangeError("The proof has no entity.");
  if (proof.kind === "clientCertificate") {
    // By the id: the thumbprint changes when the certificate is renewed.
    return [element("authentication-certificate", { "certificate-id": entity.id })];
  }
  const value = element("value", {}, namedValue(entity.id));
  return [element("set-header", { name: secretHeader, "exists-action": "override" }, [value])];
}

/**
 * Sets `Authorization` to a token of the service's identity. Without a token, the request fails.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
function managedIdentity({ audience = "", identityClientId }: Proof): PolicyElement {
  const identity: Readonly<Record<string, string>> =
    identityClientId === undefined ? {} : { "client-id": identityClientId };
  return element("authentication-managed-identity", { resource: audience, ...identity });
}

/** The client's `Authorization`, whose place the gateway's token takes. A client cannot set the header itself. */
const clientToken: PolicyElement = element("choose", {}, [
  when(code`context.Request.Headers.ContainsKey(${text("Authorization")})`, [
    element("set-header", { name: FORWARDED, "exists-action": "override" }, [
      element(
        "value",
        {},
        expression(code`context.Request.Headers.GetValueOrDefault(${text("Authorization")}, ${text("")})`),
      ),
    ]),
  ]),
  element("otherwise", {}, [element("set-header", { name: FORWARDED, "exists-action": "delete" })]),
]);
