import { type Problem, ProblemList } from "../../api/problem.ts";
import { anyOf } from "../../api/suggestion.ts";
import { ipv4Range } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import { checkTags } from "../../gateway/tags.ts";
import { ArgumentCheck, shown } from "../argument.ts";
import { isSubnetId, isVirtualNetworkId } from "../network/network-id.ts";
import { isV2, networkAccessOf, networkedTiers, skus } from "../sku.ts";
import { tagRules } from "../tags.ts";
import type { AzureApiManagementServiceArgs, AzureServiceNetwork } from "./args.ts";
import { authorityOf, mostAuthorities } from "./authority.ts";

/** Checks the arguments as far as they are known before the deployment. */
export function checkApiManagementService(name: string, args: AzureApiManagementServiceArgs): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  const check = new ArgumentCheck(problems, "bad-service");
  check.text("resourceGroupName", args.resourceGroupName, "resourceGroupName", "Pass the name of a resource group.");
  check.text("location", args.location, "location", 'Write a region such as "westeurope".');
  check.text("publisher.name", args.publisher?.name, "The publisher's name", "Write the name of your organisation.");
  check.text("publisher.email", args.publisher?.email, "The publisher's address", "Write an e-mail address.");
  checkTier(args, problems, check);
  checkName(name, args, check);
  if (args.network !== undefined) checkNetwork(args, args.network, check);
  checkIdentity(args.identity, check);
  checkAuthorities(args, check);
  checkSwitches(args, check);
  checkTags(args.tags, tagRules, problems);
  return problems.all;
}

function isClassic({ sku }: AzureApiManagementServiceArgs): boolean {
  return skus.includes(sku) && !isV2(sku) && sku !== "Consumption";
}

function checkTier(args: AzureApiManagementServiceArgs, problems: ProblemList, check: ArgumentCheck): void {
  const { sku, units } = args;
  if (!skus.includes(sku)) {
    const rule = `API Management has no tier ${shown(sku)}.`;
    problems.refuse("unknown-sku", rule, `Write a tier as a string, not as an Output: ${anyOf(skus)}.`, {
      place: "sku",
    });
    return;
  }
  const fixed = sku === "Developer" ? 1 : sku === "Consumption" ? 0 : undefined;
  if (units === undefined || units === fixed) return;
  if (fixed !== undefined) {
    check.reject("units", `A service of the tier ${sku} has ${fixed} units, not ${shown(units)}.`, "Remove units.");
  } else if (!Number.isInteger(units) || units < 1) {
    check.reject("units", `units must be a whole number from 1, not ${shown(units)}.`, "Write the number of units.");
  }
}

/** https://learn.microsoft.com/rest/api/apimanagement/api-management-service/create-or-update, serviceName. */
const serviceName = /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/;
/** What Pulumi appends to the component's name. */
const suffix = "-service12345678";

function checkName(name: string, args: AzureApiManagementServiceArgs, check: ArgumentCheck): void {
  const isName = (value: unknown): boolean => typeof value === "string" && serviceName.test(value);
  const what = "1 to 50 letters, digits and hyphens that begin with a letter and do not end with a hyphen";
  if (args.serviceName !== undefined) {
    check.form("serviceName", args.serviceName, isName, what, 'Write a name such as "contoso-orders".');
  } else if (!isName(`${name}${suffix}`)) {
    const rule = `The name of the service is derived from the component's, ${shown(name)}, and must be ${what}.`;
    check.reject("serviceName", rule, "Set serviceName, or give the component another name.");
  }
}

function checkNetwork(args: AzureApiManagementServiceArgs, network: AzureServiceNetwork, check: ArgumentCheck): void {
  const { sku, zones } = args;
  const access = skus.includes(sku) ? networkAccessOf(sku) : "injection";
  if (access === undefined) {
    const rule = `A service of the tier ${sku} reaches no private network.`;
    check.reject("network", rule, `Remove network, or use the tier ${networkedTiers}.`);
    return;
  }
  const { newSubnet, subnetId, mode, publicIpAddressId } = network;
  check.oneOf("network.mode", mode, ["external", "internal"]);
  if ((newSubnet === undefined) === (subnetId === undefined)) {
    check.reject(
      "network",
      "Exactly one of newSubnet and subnetId is required.",
      "Pass the id of a subnet, or declare a new one.",
    );
  }
  if (subnetId !== undefined) {
    check.form("network.subnetId", subnetId, isSubnetId, "the id of a subnet", "Pass the id from the subnet.");
  }
  if (newSubnet !== undefined) checkSubnet(newSubnet, access, check);
  if (access === "integration") {
    if (mode === "internal") {
      const rule = `A service of the tier ${sku} stays reachable from the internet. Polygate does not inject services of v2 tiers.`;
      check.reject("network.mode", rule, "Remove mode, or use the tier Developer or Premium.");
    }
    if (publicIpAddressId !== undefined) {
      const rule = `A service of the tier ${sku} has no public address of yours.`;
      check.reject("network.publicIpAddressId", rule, "Remove it, or use the tier Developer or Premium.");
    }
  } else if (mode === "internal" && zones !== undefined && publicIpAddressId === undefined) {
    // https://github.com/hashicorp/terraform-provider-azurerm/issues/27949
    const rule = "Azure refuses an internal service with zones and without a public address.";
    check.reject("network.publicIpAddressId", rule, "Pass the id of a public address, or remove zones.");
  }
}

function checkSubnet(
  { virtualNetworkId, addressPrefix }: NonNullable<AzureServiceNetwork["newSubnet"]>,
  access: "injection" | "integration",
  check: ArgumentCheck,
): void {
  const remedy = "Pass the virtualNetworkId of an AzureOnPremLink, or the id of a virtual network.";
  check.form(
    "network.newSubnet.virtualNetworkId",
    virtualNetworkId,
    isVirtualNetworkId,
    "the id of a virtual network",
    remedy,
  );
  const smallest = access === "injection" ? 29 : 27;
  const range = ipv4Range(addressPrefix);
  if (range !== undefined && range.bits <= smallest) return;
  const rule = `The subnet must be its first address and at most ${smallest} bits, not ${shown(addressPrefix)}.`;
  check.reject("network.newSubnet.addressPrefix", rule, 'Write a CIDR such as "10.10.1.0/24".');
}

function checkIdentity(identity: AzureApiManagementServiceArgs["identity"] | undefined, check: ArgumentCheck): void {
  if (identity === undefined || identity === "system") return;
  const ids: unknown = typeof identity === "object" && identity !== null ? identity.userAssigned : undefined;
  if (!Array.isArray(ids) || ids.length === 0) {
    const rule = `identity must be "system" or list user-assigned identities, not ${shown(identity)}.`;
    check.reject("identity", rule, 'Write "system", or { userAssigned: [identity.id] }.');
    return;
  }
  for (const [index, id] of ids.entries()) {
    check.text(`identity.userAssigned[${index}]`, id, "The id", "Pass the id of the identity.");
  }
}

function checkAuthorities(args: AzureApiManagementServiceArgs, check: ArgumentCheck): void {
  const { certificateAuthorities: authorities, sku } = args;
  if (authorities === undefined) return;
  if (!isClassic(args) && skus.includes(sku)) {
    const rule = `A service of the tier ${sku} has no list of certificate authorities.`;
    const remedy =
      "Use the tier Developer, Basic, Standard or Premium, or let the backend present a certificate of a public authority.";
    check.reject("certificateAuthorities", rule, remedy);
    return;
  }
  if (!Array.isArray(authorities) || authorities.length === 0 || authorities.length > mostAuthorities) {
    const rule = `certificateAuthorities must list 1 to ${mostAuthorities} certificates.`;
    check.reject("certificateAuthorities", rule, "Write the certificates in PEM.");
    return;
  }
  for (const [index, each] of authorities.entries()) {
    const isCertificate = (value: unknown): boolean => typeof value === "string" && authorityOf(value) !== undefined;
    const remedy = "Write the text between and with BEGIN CERTIFICATE and END CERTIFICATE, and no private key.";
    check.form(
      `certificateAuthorities[${index}]`,
      each,
      isCertificate,
      "the PEM of one certificate of an authority",
      remedy,
    );
  }
}

function checkSwitches(args: AzureApiManagementServiceArgs, check: ArgumentCheck): void {
  for (const name of ["http2Enabled", "restore"] as const) {
    const value: unknown = args[name];
    if (value === undefined || typeof value === "boolean") continue;
    check.reject(name, `This must be true or false, not ${shown(value)}.`, "Write true or false.");
  }
  if (args.restore === true && args.serviceName === undefined) {
    const rule = "A service is restored by its name, and serviceName is missing.";
    check.reject("serviceName", rule, "Write the name of the deleted service, or remove restore.");
  }
  const zones: unknown = args.zones;
  if (zones === undefined) return;
  if (args.sku !== "Premium") {
    check.reject(
      "zones",
      `A service of the tier ${shown(args.sku)} has no zones of your choice.`,
      "Remove zones, or use the tier Premium.",
    );
  } else if (
    !Array.isArray(zones) ||
    zones.length === 0 ||
    zones.some((zone) => isLater(zone) || !/^[1-9]$/.test(zone))
  ) {
    check.reject("zones", `zones must list zones such as "1", not ${shown(zones)}.`, 'Write ["1", "2", "3"].');
  }
}
