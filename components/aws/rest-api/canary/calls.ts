/** What a deployment of a REST API calls, and nobody may take away while a stage serves it. */
export interface SnapshotCalls {
  /** The ARN of the function that checks tokens, by the name of its authorizer. */
  readonly authorizers: Readonly<Record<string, string>>;
  /** The ARNs of the functions that are backends. */
  readonly functions: readonly string[];
  /** The VPC links, and the load balancers that they lead to. */
  readonly links: readonly string[];
}

type Parts = Readonly<Record<string, unknown>>;

/** What a document of {@link restApiDocument} calls. */
export function callsOf(document: string): SnapshotCalls {
  const { components, paths } = JSON.parse(document) as Parts;
  const schemes = Object.entries(within(within(components).securitySchemes));
  const integrations = Object.values(within(paths)).flatMap((operations) =>
    Object.values(within(operations)).map((operation) => within(within(operation)["x-amazon-apigateway-integration"])),
  );
  return {
    authorizers: Object.fromEntries(
      schemes
        .flatMap(([name, scheme]): readonly (readonly [string, string])[] => {
          const arn = functionOf(within(within(scheme)["x-amazon-apigateway-authorizer"]).authorizerUri);
          return arn === undefined ? [] : [[name, arn]];
        })
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ),
    functions: distinct(integrations.map(({ uri }) => functionOf(uri))),
    links: distinct(integrations.flatMap(({ connectionId, integrationTarget }) => [connectionId, integrationTarget])),
  };
}

/** The function of an {@link invocationUri}. */
function functionOf(uri: unknown): string | undefined {
  return typeof uri === "string" ? /:lambda:path\/[\d-]+\/functions\/(.+)\/invocations$/.exec(uri)?.[1] : undefined;
}

function within(value: unknown): Parts {
  return typeof value === "object" && value !== null ? (value as Parts) : {};
}

function distinct(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.filter((value) => typeof value === "string"))].toSorted();
}
