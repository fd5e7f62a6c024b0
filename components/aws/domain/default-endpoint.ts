const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

interface Document {
  readonly servers?: readonly { readonly [ENDPOINT]?: { readonly disableExecuteApiEndpoint?: unknown } }[];
}

/**
 * The document, with the endpoint that AWS gives every API disabled. The API's argument disables it too, but the provider does not apply
 * that argument again after an import, and AWS does not document what an import does to the setting.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
 */
export function withoutDefaultEndpoint(document: string): string {
  return withEndpoint(document, { disableExecuteApiEndpoint: true });
}

/** The document with an endpoint configuration, which OpenAPI 3 documents have under a server. */
export function withEndpoint(document: string, configuration: object): string {
  const { openapi, info, ...rest } = JSON.parse(document) as Record<string, unknown>;
  const servers = [{ url: "/", [ENDPOINT]: configuration }];
  return `${JSON.stringify({ openapi, info, servers, ...rest }, null, 2)}\n`;
}

/** Whether a document was made by {@link withoutDefaultEndpoint}. */
export function disablesDefaultEndpoint(document: unknown): boolean {
  if (typeof document !== "string") return false;
  try {
    const { servers = [] } = JSON.parse(document) as Document;
    return servers.some((server) => server[ENDPOINT]?.disableExecuteApiEndpoint === true);
  } catch {
    return false;
  }
}
