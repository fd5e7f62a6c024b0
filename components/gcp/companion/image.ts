/**
 * Envoy's own image, with the digest of its index for all platforms. The sandbox runs the same version.
 *
 * @see https://hub.docker.com/r/envoyproxy/envoy
 */
export const envoyImage =
  "docker.io/envoyproxy/envoy:distroless-v1.39.1@sha256:eb2c01c13125d1629637cb4e4cce7207009fb7cc2c8027f9742758549d15b6f4";
