/**
 * How a package treats the resource types that it does not model. It stores most of them, so that the stack around a gateway deploys. It
 * refuses those that could decide a request: if they were stored and not served, a request would be decided differently here and in the
 * cloud.
 */
export interface UnmodelledTypes {
  /**
   * The modules of a gateway, as beginnings of types, e.g. `aws:apigateway/`. Each type of such a module that is not modelled is refused,
   * unless it is in `stored`.
   */
  readonly gatewayModules: readonly string[];
  /** The types of these modules that decide no request, each with the reason. */
  readonly stored: Readonly<Record<string, string>>;
  /** What to do instead, for types of a gateway's modules and for other types that are refused. */
  readonly refused: Readonly<Record<string, string>>;
}

const OTHERWISE = "leave it out here, or run this stack against the cloud";

/**
 * The reason to refuse a type that has no model; undefined for a type that is stored.
 *
 * @param type without a version
 */
export function refusalOf(unmodelled: UnmodelledTypes, type: string): string | undefined {
  const { gatewayModules, stored, refused } = unmodelled;
  const instead = Object.hasOwn(refused, type) ? refused[type] : undefined;
  const ofGateway = gatewayModules.some((module) => type.startsWith(module)) && !Object.hasOwn(stored, type);
  if (instead === undefined && !ofGateway) return undefined;
  return `the sandbox does not model ${type}, which can decide requests in the cloud: ${instead ?? OTHERWISE}`;
}
