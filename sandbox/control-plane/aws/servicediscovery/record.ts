import { Kind } from "../../records.ts";
import type { StoredRecord } from "../stored-resource.ts";

/** By Region and id. */
export const namespaces = new Kind<StoredRecord>("aws/servicediscovery/namespace");
export const cloudMapServices = new Kind<StoredRecord>("aws/servicediscovery/service");

/** By Region, service and id. */
export const cloudMapInstances = new Kind<CloudMapInstanceRecord>("aws/servicediscovery/instance");

export interface CloudMapInstanceRecord {
  readonly id: string;
  readonly serviceId: string;
  readonly attributes: Readonly<Record<string, string>>;
}
