/** The name of a backend's cluster. */
export function backendClusterName(backend: string): string {
  return `backend_${backend}`;
}

/** The name of the cluster that leads to an issuer's keys. */
export function keysClusterName(jwksUri: string): string {
  return `keys_${new URL(jwksUri).host}`;
}
