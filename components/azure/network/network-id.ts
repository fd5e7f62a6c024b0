/** The form of the id of a virtual network. Ids in Azure are compared without regard to case. */
const virtualNetwork =
  /^\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/\s]+$/i;

/** Whether a value is the id of a virtual network. */
export function isVirtualNetworkId(value: unknown): value is string {
  return typeof value === "string" && virtualNetwork.test(value);
}

/** Whether a value is the id of a subnet. */
export function isSubnetId(value: unknown): value is string {
  return typeof value === "string" && /\/subnets\/[^/\s]+$/i.test(value) && isVirtualNetworkId(virtualNetworkOf(value));
}

/** The id of the virtual network of a subnet. */
export function virtualNetworkOf(subnetId: string): string {
  return subnetId.replace(/\/subnets\/[^/]*$/i, "");
}

/** Whether two ids are those of one resource. */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether two names are those of one region. Azure accepts `West Europe` and `westeurope`. */
export function isSameLocation(one: string, other: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(" ", "");
  return plain(one) === plain(other);
}

/** The name of the resource group in an id. */
export function resourceGroupIn(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
}

/** The name of the resource in an id: its last part. */
export function nameIn(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
