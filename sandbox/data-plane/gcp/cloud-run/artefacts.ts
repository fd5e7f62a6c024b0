import type { GcpReach } from "../network/artefacts.ts";

/** A deployed service of Cloud Run whose container is a stock Envoy. */
export interface GcpCloudRunArtefacts {
  readonly kind: "gcp-cloud-run";
  /** The full name, `projects/P/locations/L/services/S`. */
  readonly service: string;
  /** Envoy's configuration, as it is in the file that the container's arguments name. */
  readonly document: string;
  /** The port on which the container receives requests. */
  readonly port: number;
  /** The paths of the container's probes over HTTP. Each must answer before the revision serves. */
  readonly probes: readonly string[];
  /** The service's addresses; the first one is its `uri`. */
  readonly urls: readonly string[];
  readonly customAudiences: readonly string[];
  /** The members of IAM that may invoke the service, such as `serviceAccount:gateway@project.iam.gserviceaccount.com`. */
  readonly invokers: readonly string[];
  /** Whether the service does not check IAM (`invokerIamDisabled`). */
  readonly isOpen: boolean;
  /** How long a request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** What the container reaches beside the internet. @default nothing */
  readonly reach?: GcpReach;
}
