import { isObject, type Properties, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment } from "../arm.ts";
import { keyVaultSecretOf } from "./key-vault-secret.ts";
import { apiPolicies, type CertificateRecord, certificates } from "./record.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { ownerOf, serviceChild } from "./service-child.ts";

/** `azure-native:apimanagement:Certificate`: a client certificate for backends, from a key vault. */
export const certificate: ResourceModel<AzureSettings> = {
  ...serviceChild({ kind: certificates, path: "certificates/{certificateId}", put, refuseDelete: refuseNamed }),
  verify: (inputs) =>
    inputs.data === undefined && isObject(inputs.keyVault)
      ? []
      : [
          {
            property: "keyVault",
            reason: "the sandbox reads certificates of key vaults only; set keyVault, and no data",
          },
        ],
};

/** Unverified: API Management does not delete a certificate that a policy names. */
function refuseNamed(call: Call<AzureSettings>, { id, serviceId }: CertificateRecord): void {
  const named = `certificate-id="${lastSegment(id)}"`;
  const user = apiPolicies.list(call.records, serviceId).find(([, { value }]) => value.includes(named));
  if (user === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="Certificate '${lastSegment(id)}' is referenced by the policy ${user[1].id}" (400)`,
  );
}

function put(call: Call<AzureSettings>, id: string, inputs: Properties): Properties {
  const owner = ownerOf(call, inputs);
  const secret = keyVaultSecretOf(inputs);
  if (secret === undefined) throw new VendorError('Code="ValidationError" Message="keyVault is missing" (400)');
  const outputs = withoutUndefined({
    azureApiVersion: apimApiVersion,
    keyVault: inputs.keyVault,
    name: lastSegment(id),
    type: "Microsoft.ApiManagement/service/certificates",
    // Unverified: what the service reports of a certificate that it reads from a vault.
    expirationDate: "",
    subject: "",
    thumbprint: "",
  });
  certificates.put(call.records, { id, serviceId: owner, secret, outputs }, armKey(id));
  refuseUnserved(call, owner, "certificate");
  return outputs;
}
