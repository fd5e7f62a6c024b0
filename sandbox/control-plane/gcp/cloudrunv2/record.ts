import type { CloudRunSecrets } from "../../../data-plane/gcp/cloud-run/artefacts.ts";
import { Kind } from "../../records.ts";
import type { ServiceInterface } from "../network/interface.ts";

/** A service whose container is an Envoy, as its last revision runs it. Other services are only stored. */
export interface RunServiceRecord {
  /** The full name, `projects/P/locations/L/services/S`. */
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** The first one is `uri`. */
  readonly urls: readonly string[];
  readonly customAudiences: readonly string[];
  readonly invokerIamDisabled: boolean;
  readonly timeoutMs: number;
  readonly port: number;
  readonly probes: readonly string[];
  /** Envoy's configuration file, as it was when the revision was created: the container reads it at its start. */
  readonly configuration: string;
  /** Its variables, and its files with secrets. Absent: it has neither. */
  readonly secrets?: CloudRunSecrets;
  /** Its interface in a network. Absent: it has none. */
  readonly interface?: ServiceInterface;
}

/** What one resource grants on a service or a project. */
export interface RunGrantRecord {
  /** The full name of the service, or `projects/P`. */
  readonly on: string;
  /** The members of roles with the right to invoke services. */
  readonly invokers: readonly string[];
  /** What is not modelled for a service with an Envoy. Absent when everything is. */
  readonly unmodelled?: string;
}

/** By the full name. */
export const runServices = new Kind<RunServiceRecord>("gcp/run-service");
/** By the id of the resource. A resource and its replacement have one URN. */
export const runGrants = new Kind<RunGrantRecord>("gcp/run-grant");

export function runServiceKey(id: string): string {
  return `gcp/${id}`;
}
