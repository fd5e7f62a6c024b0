import type { GcpReach } from "../network/artefacts.ts";

/** An environment variable: a text, or the name of a version of a secret, `projects/P/secrets/S/versions/V`. */
export type CloudRunVariable = { readonly value: string } | { readonly secret: string };

/** What a container reads beside its configuration. */
export interface CloudRunSecrets {
  /** By name. */
  readonly variables: Readonly<Record<string, CloudRunVariable>>;
  /** The name of the version that each file contains, by its path. */
  readonly files: Readonly<Record<string, string>>;
}

/** A deployed service of Cloud Run whose container is a stock Envoy. */
export interface GcpCloudRunArtefacts {
  readonly kind: "gcp-cloud-run";
  /** The full name, `projects/P/locations/L/services/S`. */
  readonly service: string;
  /** Envoy's configuration, as it is in the file that the container's arguments name. */
  readonly document: string;
  /** @default none */
  readonly secrets?: CloudRunSecrets;
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
