import { createHash } from "node:crypto";
import { type Properties, text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import type { AzureSettings } from "./arm.ts";

/** The object id of the sandbox's caller. It cannot be confused with a real one. */
export const callerObjectId = "00000000-0000-0000-0000-000000000004";

/**
 * A key of a resource: the same for the same arguments, so that a preview shows no change.
 *
 * @param name distinguishes the keys of one resource
 */
function keyOf(args: Properties, name: string): string {
  const { resourceGroupName, ...others } = args;
  const names = Object.values(others).map(String).sort();
  return createHash("sha512")
    .update(JSON.stringify([String(resourceGroupName), ...names, name]))
    .digest("base64");
}

type Answer = (args: Properties) => Properties;

/** Functions that return keys of a resource. */
const KEYS: Readonly<Record<string, Answer>> = {
  "appconfiguration:listConfigurationStoreKeys": (args) => ({
    value: ["Primary", "Secondary"].map((name) => ({ id: name, name, value: keyOf(args, name), readOnly: false })),
  }),
  "cognitiveservices:listAccountKeys": (args) => ({ key1: keyOf(args, "key1"), key2: keyOf(args, "key2") }),
  "containerregistry:listRegistryCredentials": (args) => ({
    username: text(args, "registryName") ?? "",
    passwords: ["password", "password2"].map((name) => ({ name, value: keyOf(args, name) })),
  }),
  "operationalinsights:getSharedKeys": (args) => ({
    primarySharedKey: keyOf(args, "primary"),
    secondarySharedKey: keyOf(args, "secondary"),
  }),
  "redis:listRedisKeys": (args) => ({ primaryKey: keyOf(args, "primary"), secondaryKey: keyOf(args, "secondary") }),
  "search:listAdminKey": (args) => ({ primaryKey: keyOf(args, "primary"), secondaryKey: keyOf(args, "secondary") }),
  "storage:listStorageAccountKeys": (args) => ({
    keys: ["key1", "key2"].map((keyName) => ({
      creationTime: "2024-01-01T00:00:00Z",
      keyName,
      permissions: "FULL",
      value: keyOf(args, keyName),
    })),
  }),
  "storage:listStorageAccountSAS": (args) => ({ accountSasToken: signature(args) }),
  "storage:listStorageAccountServiceSAS": (args) => ({ serviceSasToken: signature(args) }),
  "web:listWebAppHostKeys": (args) => ({
    functionKeys: { default: keyOf(args, "default") },
    masterKey: keyOf(args, "master"),
    systemKeys: {},
  }),
};

function signature(args: Properties): string {
  return `sv=2024-01-01&sig=${encodeURIComponent(keyOf(args, "signature"))}`;
}

/** The functions of the `azure-native` package that stacks call. */
export const azureFunctions: ProviderPackage<AzureSettings>["functions"] = {
  // https://www.pulumi.com/registry/packages/azure-native/api-docs/authorization/getclientconfig/
  "azure-native:authorization:getClientConfig": ({ subscriptionId, tenantId, clientId }) => ({
    clientId,
    objectId: callerObjectId,
    subscriptionId,
    tenantId,
  }),
  "azure-native:authorization:getClientToken": () => ({ token: "polygate-sandbox" }),
  ...Object.fromEntries(
    Object.entries(KEYS).map(([name, answer]) => [
      `azure-native:${name}`,
      (_: AzureSettings, args: Properties) => answer(args),
    ]),
  ),
};
