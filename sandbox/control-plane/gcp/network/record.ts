import type { Properties } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";

/** A part of a network, as the program declares it. All outputs follow from its inputs and its place. */
export interface NetworkRecord {
  readonly id: string;
  readonly project: string;
  /** Absent for a global resource. */
  readonly region?: string;
  /** The router of an interface or a peer. */
  readonly router?: string;
  readonly name: string;
  readonly inputs: Properties;
  /** Of the last write. Absent in stores of older sandboxes. */
  readonly urn?: string;
  /** Whether a tunnel is cut. @default false */
  readonly isCut?: boolean;
}

/** The collections of Compute Engine and Cloud DNS that the sandbox models. */
export type Collection =
  | "externalVpnGateways"
  | "firewalls"
  | "managedZones"
  | "networks"
  | "routerInterfaces"
  | "routerPeers"
  | "routers"
  | "subnetworks"
  | "vpnGateways"
  | "vpnTunnels";

const RECORDS = new Kind<NetworkRecord>("gcp/network");

/** The store's own access, by the id of the resource. */
export const networkRecords = {
  get: (records: Records, collection: Collection, id: string) => RECORDS.get(records, collection, id),
  put: (records: Parameters<typeof RECORDS.put>[0], collection: Collection, record: NetworkRecord): void =>
    RECORDS.put(records, record, collection, record.id),
  delete: (records: Parameters<typeof RECORDS.delete>[0], collection: Collection, id: string): void =>
    RECORDS.delete(records, collection, id),
};

/** All resources of a collection, in the order of their creation. */
export function allOf(records: Records, collection: Collection): readonly NetworkRecord[] {
  return RECORDS.list(records, collection).map(([, record]) => record);
}

/** Where a reference without a path is looked up. */
export type Place = Pick<NetworkRecord, "project" | "region" | "router">;

/** The resource that a name, a path or an address refers to; undefined if it does not exist. */
export function referred(
  records: Records,
  collection: Collection,
  reference: string,
  { project, region, router }: Place,
): NetworkRecord | undefined {
  const path = pathOf(reference);
  return allOf(records, collection).find((record) => {
    if (path.includes("/")) return record.id === path;
    return (
      record.name === path &&
      record.project === project &&
      (record.region === undefined || record.region === region) &&
      (record.router === undefined || record.router === router)
    );
  });
}

/** The path in the address of a resource; a path and a name stay as they are. */
export function pathOf(reference: string): string {
  return reference.replace(/^https:\/\/(?:www|compute)\.googleapis\.com\/(?:compute\/)?(?:v1|beta)\//, "");
}

/** The full path of a network that a reference names. The network need not exist in the sandbox. */
export function networkPath(reference: string, project: string): string {
  const path = pathOf(reference);
  return path.includes("/") ? path : `projects/${project}/global/networks/${path}`;
}
