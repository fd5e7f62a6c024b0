/** The resources that a deployment of a REST API calls. They must exist as long as a stage serves that deployment. */
export interface DeploymentCalls {
  /** The ARN of each function that verifies tokens, by the name of its authorizer. */
  readonly authorizers: Readonly<Record<string, string>>;
  /** The ARNs of the functions that are backends. */
  readonly functions: readonly string[];
  /** VPC links, and the load balancers that they lead to. */
  readonly links: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

/** Returns what a document of {@link restApiDocument} calls. */
export function callsOf(document: string): DeploymentCalls {
  const { components, paths } = JSON.parse(document) as Members;
  const schemes = Object.entries(members(members(components).securitySchemes));
  const integrations = Object.values(members(paths)).flatMap((operations) =>
    Object.values(members(operations)).map((operation) =>
      members(members(operation)["x-amazon-apigateway-integration"]),
    ),
  );
  return {
    authorizers: Object.fromEntries(
      schemes
        .flatMap(([name, scheme]): readonly (readonly [string, string])[] => {
          const arn = functionOf(members(members(scheme)["x-amazon-apigateway-authorizer"]).authorizerUri);
          return arn === undefined ? [] : [[name, arn]];
        })
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ),
    functions: distinct(integrations.map(({ uri }) => functionOf(uri))),
    links: distinct(integrations.flatMap(({ connectionId, integrationTarget }) => [connectionId, integrationTarget])),
  };
}

/** The function's ARN within an {@link invocationUri}. */
function functionOf(uri: unknown): string | undefined {
  return typeof uri === "string" ? /:lambda:path\/[\d-]+\/functions\/(.+)\/invocations$/.exec(uri)?.[1] : undefined;
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function distinct(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.filter((value) => typeof value === "string"))].toSorted();
}
