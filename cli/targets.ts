import { basename, extname } from "node:path";
import { formOf } from "../components/api/capability/capabilities.ts";
import type { Vendor } from "../components/api/problem.ts";
import { httpApiTarget } from "../components/aws/http-api/target.ts";
import { restApiTarget } from "../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../components/azure/api-management/target.ts";
import { skus } from "../components/azure/sku.ts";
import type { Target } from "../components/gateway/target.ts";
import { companionTarget } from "../components/gcp/api-gateway/companion-target.ts";
import { apiGatewayTarget } from "../components/gcp/api-gateway/target.ts";

/** What a target needs to know about a gateway that is not declared yet. */
export interface TargetPlace {
  /** The title of a description that has none. */
  readonly title: string;
  /** The API's path on an API Management service. */
  readonly path: string;
}

/**
 * For a gateway that is named after the file. A policy of API Management serves no other path than the one that it is rendered for,
 * so `render` has an option for the path.
 */
export function placeOf(file: string): TargetPlace {
  return { title: basename(file, extname(file)), path: "api" };
}

/** A gateway class, and a tier if the class has several. */
export interface Offer {
  readonly tier?: string;
  readonly target: Target<unknown>;
}

/** The offers of each vendor, the recommended one first: cheaper classes come before others. */
const offers: Readonly<Record<Vendor, (place: TargetPlace) => readonly Offer[]>> = {
  aws: ({ title: name }) => [{ target: httpApiTarget({ name }) }, { target: restApiTarget({ name }) }],
  azure: (place) => skus.map((sku) => ({ tier: sku, target: apiManagementTarget({ sku, ...place }) })),
  gcp: (place) => [
    { target: apiGatewayTarget(place) },
    { target: companionTarget(place, { instances: { minimum: 1, maximum: 1 } }) },
  ],
};

/** The vendors, in the order in which reports list them. */
export const vendors = Object.keys(offers) as readonly Vendor[];

/** The offers of a vendor, the recommended one first. */
export function offersOf(vendor: Vendor, place: TargetPlace): readonly Offer[] {
  return offers[vendor](place);
}

/** The names of all gateway classes. */
export function classNames(): readonly string[] {
  const offered = vendors.flatMap((vendor) => offersOf(vendor, placeOf("any")));
  return [...new Set(offered.map(classOf))];
}

/** The name of the gateway class of an offer, with the form in which it is declared. */
export function classOf({ target }: Offer): string {
  return formOf(target.capabilities);
}

/** All tiers of a vendor. */
export function tiersOf(vendor: Vendor): readonly string[] {
  return offersOf(vendor, placeOf("any")).flatMap(({ tier }) => tier ?? []);
}
