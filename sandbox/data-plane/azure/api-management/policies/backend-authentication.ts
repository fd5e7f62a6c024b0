import type { ServiceCredentials } from "../credentials/service-credentials.ts";
import type { Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";

/**
 * Compiles `authentication-certificate`. The sandbox models certificates of the service only, by their id.
 *
 * @param credentials undefined before the service is known
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 */
export function authenticationCertificate(reader: PolicyReader, credentials: ServiceCredentials | undefined): Step {
  const id = reader.literal("certificate-id");
  reader.done();
  const identity = credentials?.certificate(id, reader.element.place);
  return (exchange) => {
    exchange.identity = identity;
  };
}

/**
 * Compiles `authentication-managed-identity`, which sets `Authorization` to a token of the service's identity.
 *
 * Unverified: whether the service has that identity, which the sandbox does not check.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export function authenticationManagedIdentity(reader: PolicyReader, credentials: ServiceCredentials | undefined): Step {
  const resource = reader.text("resource");
  const clientId = reader.optionalLiteral("client-id");
  reader.done();
  return async ({ context }) => {
    const token = await credentials?.token(resource.get(context), clientId);
    context.request.headers.set("Authorization", [`Bearer ${token}`]);
  };
}
