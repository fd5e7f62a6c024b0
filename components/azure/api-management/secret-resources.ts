import { Certificate } from "@pulumi/azure-native/apimanagement/certificate.js";
import { NamedValue } from "@pulumi/azure-native/apimanagement/namedValue.js";
import * as pulumi from "@pulumi/pulumi";
import type { Proof } from "../../api/binding/proof.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import type { AzureApiManagementApiArgs } from "./args.ts";
import type { ApiManagementOwner } from "./owner.ts";
import { type SecretEntity, secretEntity } from "./proof.ts";
import type { AzureProof } from "./proof-inputs.ts";

/** Declares the entities of the secrets that prove the gateway to backends. The policy must not name one before it exists. */
export function declareSecrets(
  owner: ApiManagementOwner,
  api: Api,
  bindings: AzureApiManagementApiArgs["backends"],
): readonly pulumi.Resource[] {
  return trustingBackends(api).flatMap(({ name }) => {
    const { proof } = bindings[name] as { readonly proof: AzureProof };
    return proof.kind === "identityToken" ? [] : [declareSecret(owner, name, proof)];
  });
}

function declareSecret(
  { name, parent, service, transform }: ApiManagementOwner,
  backend: string,
  proof: Exclude<AzureProof, { readonly kind: "identityToken" }>,
): pulumi.Resource {
  const entity = pulumi.output(proof).apply((known) => secretEntity(name, backend, known as Proof) as SecretEntity);
  const common = {
    resourceGroupName: service.resourceGroupName,
    serviceName: service.serviceName,
    keyVault: {
      secretIdentifier: entity.keyVaultSecret,
      ...(proof.identityClientId === undefined ? {} : { identityClientId: proof.identityClientId }),
    },
  };
  if (proof.kind === "clientCertificate") {
    const child = `${name}-client-certificate-${backend}`;
    return transform.clientCertificate.declare(Certificate, child, { ...common, certificateId: entity.id }, { parent });
  }
  return transform.secret.declare(
    NamedValue,
    `${name}-secret-${backend}`,
    { ...common, namedValueId: entity.id, displayName: entity.id, secret: true },
    { parent },
  );
}
