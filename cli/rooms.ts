import { basename, extname } from "node:path";
import { httpApiRoom } from "../components/aws/http-api-room.ts";
import { restApiRoom } from "../components/aws/rest-api-room.ts";
import { apiManagementRoom } from "../components/azure/api-management-room.ts";
import { skus } from "../components/azure/sku.ts";
import { apiGatewayRoom } from "../components/gcp/api-gateway-room.ts";
import type { Room } from "../components/room.ts";
import type { Vendor } from "../components/spec/error.ts";

/** What a room is made for, as far as a file alone says it. */
export interface RoomPlace {
  /** A name for people, for a description without a title. */
  readonly title: string;
  /** The API's own path on an API Management service. */
  readonly path: string;
}

/** For a gateway called like the file; its path is one segment, as a gateway's is by default. */
export function placeOf(file: string): RoomPlace {
  return { title: basename(file, extname(file)), path: "api" };
}

/** One way to carry an API on a vendor: a class, in a tier where it has several. */
export interface Offer {
  readonly tier?: string;
  readonly room: Room<unknown>;
}

/** Each vendor's offers, the first choice first: of classes, the one that costs less. */
const offers: Readonly<Record<Vendor, (place: RoomPlace) => readonly Offer[]>> = {
  aws: ({ title: name }) => [{ room: httpApiRoom({ name }) }, { room: restApiRoom({ name }) }],
  azure: (place) => skus.map((sku) => ({ tier: sku, room: apiManagementRoom({ sku, ...place }) })),
  gcp: (place) => [{ room: apiGatewayRoom(place) }],
};

/** The vendors, in the order in which they are listed. */
export const vendors = Object.keys(offers) as readonly Vendor[];

export function offersOf(vendor: Vendor, place: RoomPlace): readonly Offer[] {
  return offers[vendor](place);
}

/** Every class of gateway, in the order in which they are listed. */
export function classNames(): readonly string[] {
  const offered = vendors.flatMap((vendor) => offersOf(vendor, placeOf("any")));
  return [...new Set(offered.map(classOf))];
}

/** The class that a user declares. */
export function classOf({ room }: Offer): string {
  return room.capabilities.className;
}

/** The tiers of a vendor, whatever they carry. */
export function tiersOf(vendor: Vendor): readonly string[] {
  return offersOf(vendor, placeOf("any")).flatMap(({ tier }) => tier ?? []);
}
