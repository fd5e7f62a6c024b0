import type { Resource, ResourceHookBinding } from "@pulumi/pulumi";
import { warningHook } from "../preview-warning.ts";
import { type ApiManagementSku, isV2 } from "../sku.ts";

/** The inputs whose change makes Azure rebuild a service of a classic tier. */
const slow = [
  "additionalLocations",
  "certificates",
  "customProperties",
  "hostnameConfigurations",
  "publicIpAddressId",
  "sku",
  "virtualNetworkConfiguration",
  "virtualNetworkType",
  "zones",
];

/**
 * Hooks that tell at every preview and update what takes long: the creation of a service, and changes of its infrastructure.
 *
 * @param owner the component, to which the messages belong
 * @see https://learn.microsoft.com/azure/api-management/api-management-using-with-vnet
 */
export function slowChangeHooks(name: string, sku: ApiManagementSku, owner: Resource): ResourceHookBinding {
  const id = `AzureApiManagementService:${name}`;
  const update = warningHook(`${id}:update`, owner, ({ oldInputs = {}, newInputs = {} }) => {
    refuseMove(oldInputs, newInputs);
    return change(sku, oldInputs, newInputs);
  });
  return { beforeCreate: warningHook(`${id}:create`, owner, () => creation(sku)), beforeUpdate: update };
}

/** What the creation of a service means. The engine creates one also in order to replace another. */
export function creation(sku: ApiManagementSku): string {
  const time = isV2(sku) || sku === "Consumption" ? "some minutes" : "30 to 45 minutes";
  return `A new API Management service is created, which takes ${time}. If it replaces one, its URL and its addresses change, and the APIs that other stacks declare on the old service are deleted with it.`;
}

/** What a change of a service means; undefined if it is quick. */
export function change(
  sku: ApiManagementSku,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string | undefined {
  if (isV2(sku) || sku === "Consumption") return undefined;
  const changed = slow.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length === 0) return undefined;
  const gateway =
    sku === "Developer" ? "The gateway serves no requests in that time." : "The gateway serves requests in that time.";
  return `A change of ${changed.join(", ")} takes 15 to 45 minutes, during which Azure accepts no other change of the service. ${gateway}`;
}

/**
 * Refuses what Azure does not offer: another generation of the tier.
 *
 * @throws {Error} which fails the preview
 */
export function refuseMove(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): void {
  const [from, to] = [generationOf(before.sku), generationOf(after.sku)];
  if (from === undefined || to === undefined || from === to) return;
  throw new Error(
    `A service cannot change from a ${from} tier to a ${to} tier. Declare a second AzureApiManagementService, move the APIs to it, and remove the first.`,
  );
}

function generationOf(sku: unknown): "classic" | "v2" | "Consumption" | undefined {
  const name = typeof sku === "object" && sku !== null ? (sku as { readonly name?: unknown }).name : undefined;
  if (typeof name !== "string") return undefined;
  return name === "Consumption" ? name : name.endsWith("V2") ? "v2" : "classic";
}
