import type { Link, LinkForm } from "../../api/binding/link.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { isSameId, isSameLocation, isVirtualNetworkId, virtualNetworkOf } from "../network/network-id.ts";

/** Where an API Management service is, as far as it is known. */
export interface ServiceNetwork {
  /** Undefined while it is not known. */
  readonly location?: string;
  /** The subnet of the service. Undefined while it is not known, null for a service that declares none. */
  readonly subnetId?: string | null;
}

const kind = "azure-virtual-network";
const members = ["virtualNetworkId", "location"];
const bindComponent = "Bind the `link` of an AzureOnPremLink, or write a link to an existing virtual network.";

const placeholders = {
  virtualNetworkId:
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/placeholder/providers/Microsoft.Network/virtualNetworks/placeholder",
  location: "placeholder",
} as const;

/**
 * The links of `AzureApiManagementApi`.
 *
 * @param service where the service is; each link must lead there
 */
export function azureLinks(service: ServiceNetwork): LinkForm {
  const { location = placeholders.location, subnetId } = service;
  const virtualNetworkId = subnetId ? virtualNetworkOf(subnetId) : placeholders.virtualNetworkId;
  return {
    remedy: "Set link to the link of an AzureOnPremLink.",
    // The placeholders agree with the service, so that only what is known can be reported.
    placeholder: () => ({ kind, virtualNetworkId, location }),
    check: (link, place) => checkLink(link, place, service),
  };
}

/** Checks the form of a link, and then that it leads from the service's network. */
export function checkLink(link: Link, place: string, service: ServiceNetwork): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  checkForm(link, place, problems);
  if (problems.all.length === 0) checkService(link, place, service, problems);
  return problems.all;
}

function checkForm(link: Link, place: string, problems: ProblemList): void {
  if (link.kind !== kind) {
    const rule = `A link on Azure must be of kind "${kind}", not ${shown(link.kind)}.`;
    problems.refuse("bad-link", rule, bindComponent, { place: `${place}.kind` });
    return;
  }
  for (const name of Object.keys(link)) {
    if (name === "kind" || members.includes(name)) continue;
    const rule = `A link of kind "${kind}" has no member ${shown(name)}.`;
    problems.refuse("bad-link", rule, "Remove it.", { place: `${place}.${name}` });
  }
  if (!isVirtualNetworkId(link.virtualNetworkId)) {
    const rule = `virtualNetworkId must be the id of a virtual network, not ${shown(link.virtualNetworkId)}.`;
    problems.refuse("bad-link", rule, bindComponent, { place: `${place}.virtualNetworkId` });
  }
  if (!/^[A-Za-z0-9 ]+$/.test(link.location ?? "")) {
    const rule = `location must be the region of the virtual network, not ${shown(link.location)}.`;
    problems.refuse("bad-link", rule, bindComponent, { place: `${place}.location` });
  }
}

/** The problem of a service without a network whose API has a private backend. */
export function noServiceNetwork(): Problem {
  return {
    code: "no-service-network",
    vendor: "azure",
    place: "service.subnetId",
    rule: "The API has a private backend, and the service has no subnet.",
    remedy:
      "Set service.subnetId to the id of the subnet that the service is injected into or integrated with. The service of an AzureApiManagementService contains it.",
  };
}

function checkService(link: Link, place: string, { location, subnetId }: ServiceNetwork, problems: ProblemList): void {
  const { virtualNetworkId = "", location: linked = "" } = link;
  if (subnetId !== undefined && subnetId !== null && !isSameId(virtualNetworkOf(subnetId), virtualNetworkId)) {
    problems.refuse(
      "link-elsewhere",
      `The link leads from the virtual network ${virtualNetworkId}, and the service is in ${virtualNetworkOf(subnetId)}.`,
      "Bind a link of the service's virtual network, or move the service to a subnet of the link's. If the two networks are peered, write a link with the id of the service's network.",
      { place: `${place}.virtualNetworkId` },
    );
  }
  if (location === undefined || isSameLocation(location, linked)) return;
  problems.refuse(
    "link-elsewhere",
    `The virtual network is in the region ${linked}, and the service is in ${location}. A service reaches virtual networks of its own region only.`,
    "Bind a link of the service's region.",
    { place: `${place}.location` },
  );
}

/** A value as it is shown in a rule, cut to a readable length. */
function shown(value: string | undefined): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 150);
}
