/** A custom domain that is mapped to a gateway. */
export interface MappedDomain {
  /** Stable over restarts and updates; the port is assigned to it. */
  readonly key: string;
  /** e.g. `api.example.com`. */
  readonly name: string;
  /**
   * The prefix of the paths that belong to this gateway, without slashes at either end. Empty: all paths that no other mapping
   * matches.
   */
  readonly basePath: string;
  /** CA certificates (PEM). A client's certificate must chain to one of them. @default clients need no certificate */
  readonly truststore?: string;
}
