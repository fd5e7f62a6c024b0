/** A vault of the caller's tenant, with the rights of two principals. */
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/index.js";
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";

const { tenantId, objectId } = getClientConfigOutput();
const group = new ResourceGroup("key-vault");
const vault = new keyvault.Vault("key-vault", {
  resourceGroupName: group.name,
  location: group.location,
  properties: {
    sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
    tenantId,
    enabledForDeployment: false,
  },
});
new keyvault.AccessPolicy("key-vault-caller", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  policy: {
    objectId,
    tenantId,
    permissions: {
      keys: [keyvault.KeyPermissions.Get, keyvault.KeyPermissions.List],
      secrets: [keyvault.SecretPermissions.Get, keyvault.SecretPermissions.Set],
    },
  },
});
new keyvault.AccessPolicy("key-vault-reader", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  policy: {
    objectId: "00000000-0000-0000-0000-000000000009",
    tenantId,
    permissions: { keys: [keyvault.KeyPermissions.Get] },
  },
});
export const { name } = vault;
export const uri = vault.properties.apply(({ vaultUri }) => vaultUri);
