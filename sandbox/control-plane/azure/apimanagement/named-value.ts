import { flag, isObject, type Properties, text, texts, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment } from "../arm.ts";
import { referencedNames } from "./api-policy.ts";
import { keyVaultSecretOf } from "./key-vault-secret.ts";
import { apiPolicies, backends, type NamedValueRecord, namedValues } from "./record.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { ownerOf, serviceChild } from "./service-child.ts";

/** `azure-native:apimanagement:NamedValue`. A read never returns the value. */
export const namedValue: ResourceModel<AzureSettings> = {
  ...serviceChild({
    kind: namedValues,
    path: "namedValues/{namedValueId}",
    put(call, id, inputs, before) {
      if (before !== undefined && before.displayName !== text(inputs, "displayName")) {
        refuseInUse(call, before, "rename");
      }
      return put(call, id, inputs);
    },
    refuseDelete: (call, stored) => refuseInUse(call, stored, "delete"),
  }),
  verify(inputs) {
    const hasNone = inputs.value === undefined && !isObject(inputs.keyVault);
    const vault = hasNone ? [{ property: "value", reason: "must be set, or keyVault" }] : [];
    const displayName = text(inputs, "displayName");
    if (displayName === undefined || /^[A-Za-z0-9._-]{1,256}$/.test(displayName)) return vault;
    return [
      ...vault,
      { property: "displayName", reason: "must be 1 to 256 letters, digits, dots, hyphens and underscores" },
    ];
  },
};

function put(call: Call<AzureSettings>, id: string, inputs: Properties): Properties {
  const owner = ownerOf(call, inputs);
  const displayName = text(inputs, "displayName") ?? "";
  const twin = namedValues
    .list(call.records, owner)
    .find(([, other]) => other.displayName === displayName && armKey(other.id) !== armKey(id));
  if (twin !== undefined) {
    throw new VendorError(
      `Code="ValidationError" Message="Property with the name '${displayName}' already exists" (400)`,
    );
  }
  const value = keyVaultSecretOf(inputs) ?? text(inputs, "value") ?? "";
  const tags = texts(inputs.tags);
  const outputs = withoutUndefined({
    azureApiVersion: apimApiVersion,
    displayName,
    ...(typeof value === "string" ? {} : { keyVault: inputs.keyVault as Properties }),
    name: lastSegment(id),
    provisioningState: "Succeeded",
    secret: flag(inputs, "secret") ?? false,
    tags: tags && [...tags],
    type: "Microsoft.ApiManagement/service/namedValues",
  });
  namedValues.put(call.records, { id, serviceId: owner, displayName, value, outputs }, armKey(id));
  if (typeof value !== "string") refuseUnserved(call, owner, "named value");
  return outputs;
}

function refuseInUse(
  call: Call<AzureSettings>,
  { serviceId: owner, displayName }: NamedValueRecord,
  doing: string,
): void {
  const policies = apiPolicies
    .list(call.records, owner)
    .map(([, { id, value }]) => ({ user: `policy ${id}`, text: value }));
  const entities = backends
    .list(call.records, owner)
    .map(([, { id, backend }]) => ({ user: `backend ${id}`, text: JSON.stringify(backend.credentials ?? {}) }));
  const found = [...policies, ...entities].find(({ text: each }) => referencedNames(each).includes(displayName));
  if (found === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="Cannot ${doing} the property '${displayName}': it is referenced by the ${found.user}" (400)`,
  );
}
