/** A deployed API Gateway of Google Cloud. */
export interface GcpApiGatewayArtefacts {
  readonly kind: "gcp-api-gateway";
  /** The OpenAPI document of the config (base64 decoded; JSON or YAML). */
  readonly document: string;
  /** The managed service name, which is the default audience of a JWT. */
  readonly managedService: string;
  /**
   * The email address of the service account that the gateway calls its backends as.
   *
   * @default the default compute account of the project
   */
  readonly serviceAccount?: string;
}
