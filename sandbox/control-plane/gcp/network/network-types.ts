import { isObject, type Properties, text, texts } from "../../property-value.ts";
import type { NetworkType, Proposed } from "./network-type.ts";
import { isIpv4Range, lengthOf, overlap } from "./ranges.ts";
import { allOf, networkPath, pathOf } from "./record.ts";

/** `gcp:compute/network:Network`. */
export const network: NetworkType = {
  collection: "networks",
  title: "Network",
  scope: "global",
  id: ({ project }, name) => `projects/${project}/global/networks/${name}`,
  replaces: ["autoCreateSubnetworks", "description", "internalIpv6Range", "networkProfile"],
};

/** `gcp:compute/subnetwork:Subnetwork`. A range can be extended in place. */
export const subnetwork: NetworkType = {
  collection: "subnetworks",
  title: "Subnetwork",
  scope: "region",
  id: ({ project, region }, name) => `projects/${project}/regions/${region}/subnetworks/${name}`,
  replaces: ["description", "network", "purpose", "reservedInternalRange"],
  replacing: (name, was, wanted) =>
    name === "ipCidrRange" &&
    typeof was === "string" &&
    typeof wanted === "string" &&
    !(overlap(was, wanted) && lengthOf(wanted) < lengthOf(was)),
  refers: { network: "networks" },
  problem: subnetProblem,
};

function subnetProblem({ records, place, id, inputs }: Proposed): string | undefined {
  const range = text(inputs, "ipCidrRange");
  if (range === undefined) return undefined;
  if (!isIpv4Range(range)) return `Invalid value for field 'resource.ipCidrRange': '${range}'.`;
  const own = networkPath(text(inputs, "network") ?? "", place.project);
  const other = allOf(records, "subnetworks").find(
    (each) =>
      each.id !== id &&
      networkPath(text(each.inputs, "network") ?? "", each.project) === own &&
      overlap(text(each.inputs, "ipCidrRange") ?? "", range),
  );
  return other && `Invalid IPCidrRange: ${range} conflicts with existing subnetwork '${other.name}'`;
}

/** `gcp:compute/firewall:Firewall`. */
export const firewall: NetworkType = {
  collection: "firewalls",
  title: "Firewall",
  scope: "global",
  id: ({ project }, name) => `projects/${project}/global/firewalls/${name}`,
  replaces: ["direction", "network"],
  refers: { network: "networks" },
  problem: ({ inputs }) => {
    const [allows, denies] = [lengthIn(inputs, "allows"), lengthIn(inputs, "denies")];
    if ((allows === 0) === (denies === 0)) return "Exactly one of 'allow' and 'deny' must be specified.";
    const wrong = (texts(inputs.destinationRanges) ?? []).find((range) => !range.includes(":") && !isIpv4Range(range));
    return wrong === undefined ? undefined : `Invalid value for field 'resource.destinationRanges': '${wrong}'.`;
  },
};

function lengthIn(inputs: Properties, property: string): number {
  const list = inputs[property];
  return Array.isArray(list) ? list.length : 0;
}

/** `gcp:dns/managedZone:ManagedZone`. */
export const managedZone: NetworkType = {
  collection: "managedZones",
  title: "ManagedZone",
  scope: "global",
  id: ({ project }, name) => `projects/${project}/managedZones/${name}`,
  replaces: ["dnsName", "reverseLookup", "visibility"],
  verify: (inputs) => {
    const dnsName = text(inputs, "dnsName");
    if (dnsName === undefined || dnsName.endsWith(".")) return [];
    return [{ property: "dnsName", reason: `dns_name must end with a dot, got ${JSON.stringify(dnsName)}` }];
  },
  problem: zoneProblem,
};

/** Unverified: the texts of Cloud DNS. */
function zoneProblem({ records, id, inputs }: Proposed): string | undefined {
  if (inputs.forwardingConfig !== undefined && text(inputs, "visibility") !== "private") {
    return "A forwarding zone must have the visibility private.";
  }
  const paths = zoneNetworks(inputs);
  const bare = paths.find((path) => !path.includes("/"));
  if (bare !== undefined)
    return `Invalid value for 'entity.managedZone.privateVisibilityConfig.networks[0].networkUrl': '${bare}'`;
  const other = allOf(records, "managedZones").find(
    (each) =>
      each.id !== id &&
      text(each.inputs, "dnsName") === text(inputs, "dnsName") &&
      zoneNetworks(each.inputs).some((path) => paths.includes(path)),
  );
  return other && `The network already uses the zone '${other.name}' with the same DNS name.`;
}

/** The networks that use a private zone: their paths. */
export function zoneNetworks({ privateVisibilityConfig: visible }: Properties): readonly string[] {
  const networks = isObject(visible) && Array.isArray(visible.networks) ? visible.networks : [];
  return networks.flatMap((each) => (isObject(each) ? [pathOf(text(each, "networkUrl") ?? "")] : []));
}
