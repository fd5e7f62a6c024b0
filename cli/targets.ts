import { basename, extname } from "node:path";
import type { Vendor } from "../components/api/problem.ts";
import { httpApiTarget } from "../components/aws/http-api/target.ts";
import { restApiTarget } from "../components/aws/rest-api/target.ts";
import { skus } from "../components/azure/api-management/sku.ts";
import { apiManagementTarget } from "../components/azure/api-management/target.ts";
import type { Target } from "../components/gateway/target.ts";
import { apiGatewayTarget } from "../components/gcp/api-gateway/target.ts";

/** What a target is made for, as far as a file alone says it. */
export interface TargetPlace {
  /** A name for people, for a description without a title. */
  readonly title: string;
  /** The API's own path on an API Management service. */
  readonly path: string;
}

/** For a gateway called like the file; its path is one segment, as a gateway's is by default. */
export function placeOf(file: string): TargetPlace {
  return { title: basename(file, extname(file)), path: "api" };
}

/** One way to carry an API on a vendor: a class, in a tier where it has several. */
export interface Offer {
  readonly tier?: string;
  readonly target: Target<unknown>;
}

/** Each vendor's offers, the first choice first: of classes, the one that costs less. */
const offers: Readonly<Record<Vendor, (place: TargetPlace) => readonly Offer[]>> = {
  aws: ({ title: name }) => [{ target: httpApiTarget({ name }) }, { target: restApiTarget({ name }) }],
  azure: (place) => skus.map((sku) => ({ tier: sku, target: apiManagementTarget({ sku, ...place }) })),
  gcp: (place) => [{ target: apiGatewayTarget(place) }],
};

/** The vendors, in the order in which they are listed. */
export const vendors = Object.keys(offers) as readonly Vendor[];

export function offersOf(vendor: Vendor, place: TargetPlace): readonly Offer[] {
  return offers[vendor](place);
}

/** Every class of gateway, in the order in which they are listed. */
export function classNames(): readonly string[] {
  const offered = vendors.flatMap((vendor) => offersOf(vendor, placeOf("any")));
  return [...new Set(offered.map(classOf))];
}

/** The class that a user declares. */
export function classOf({ target }: Offer): string {
  return target.capabilities.className;
}

/** The tiers of a vendor, whatever they carry. */
export function tiersOf(vendor: Vendor): readonly string[] {
  return offersOf(vendor, placeOf("any")).flatMap(({ tier }) => tier ?? []);
}
