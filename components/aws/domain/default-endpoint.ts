const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

interface Document {
  readonly servers?: readonly { readonly [ENDPOINT]?: { readonly disableExecuteApiEndpoint?: unknown } }[];
}

/**
 * The document, which also disables the endpoint that AWS gives an API. It says so beside the API's argument, since the provider
 * does not restore that after an import, and what an import does to it is not documented.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
 */
export function withoutDefaultEndpoint(document: string): string {
  return withEndpoint(document, { disableExecuteApiEndpoint: true });
}

/** The document with an endpoint configuration: in OpenAPI 3 it stands under a server. */
export function withEndpoint(document: string, configuration: object): string {
  const { openapi, info, ...rest } = JSON.parse(document) as Record<string, unknown>;
  const servers = [{ url: "/", [ENDPOINT]: configuration }];
  return `${JSON.stringify({ openapi, info, servers, ...rest }, null, 2)}\n`;
}

/** Whether it is a document of {@link withoutDefaultEndpoint}. */
export function disablesDefaultEndpoint(document: unknown): boolean {
  if (typeof document !== "string") return false;
  try {
    const { servers = [] } = JSON.parse(document) as Document;
    return servers.some((server) => server[ENDPOINT]?.disableExecuteApiEndpoint === true);
  } catch {
    return false;
  }
}
