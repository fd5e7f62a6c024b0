import type { Input } from "@pulumi/pulumi";

/**
 * The companion of a `GcpApiGateway`: an Envoy on Cloud Run between the gateway and the backends. It authenticates each request again by
 * itself, and does what the gateway cannot: scopes, limits, replies, CORS, changed headers and paths, and private networks. Only the
 * gateway's service account may call it.
 *
 * A change of the description declares a new Cloud Run service beside the old one, which the gateway calls until it has switched to its
 * new config. Requests that have begun are finished by the old one.
 */
export interface GcpCompanion {
  /**
   * The image of Envoy. It must contain the version that Polygate renders for, since Envoy's versions read some paths differently. Pin it
   * by digest; a mirror in an Artifact Registry of your own keeps the deployment independent of Docker Hub.
   *
   * @default `docker.io/envoyproxy/envoy:distroless-v1.39.1`, by its digest
   * @see https://cloud.google.com/run/docs/deploying#images
   */
  readonly image?: Input<string>;
  /**
   * How many instances run.
   *
   * @default 1 to 10
   */
  readonly instances?: GcpCompanionInstances;
  /**
   * Accepts that each instance counts limits by itself, so that n instances let n times the limit through. Required where the description
   * has limits and more than one instance may run.
   *
   * @default limits are refused unless `instances.maximum` is 1
   */
  readonly limits?: "per-instance";
  /**
   * The processors of an instance, e.g. `"1"`.
   *
   * @default `"1"`
   * @see https://cloud.google.com/run/docs/configuring/services/cpu
   */
  readonly cpu?: Input<string>;
  /**
   * The memory of an instance, e.g. `"512Mi"`.
   *
   * @default `"512Mi"`
   * @see https://cloud.google.com/run/docs/configuring/services/memory-limits
   */
  readonly memory?: Input<string>;
}

/** How many instances of a companion run. */
export interface GcpCompanionInstances {
  /**
   * The instances that run without a request. With 0, the first request after a pause waits for Envoy and its keys.
   *
   * @default 1
   * @see https://cloud.google.com/run/docs/configuring/min-instances
   */
  readonly minimum?: number;
  /**
   * The most instances that run.
   *
   * @default 10
   * @see https://cloud.google.com/run/docs/configuring/max-instances
   */
  readonly maximum?: number;
}
