import { longestName, resourceName } from "../../resource-name.ts";
import type { Recorded } from "../../state/recorded-stack.ts";
import { webAclName } from "../firewall/resources.ts";
import type { DeploymentCalls } from "./calls.ts";
import type { Outputs, StableDeployment } from "./stable-deployment.ts";

/** A gateway in the stack's state. */
interface RecordedGateway {
  readonly resources: Recorded;
  /** The gateway's name. */
  readonly name: string;
  /** The URN of the gateway's API. */
  readonly apiUrn: string;
  /** The id of the gateway's API. */
  readonly restApi: string;
}

/** Finds the resources of a gateway that both of its deployments share. */
export function recordedResources(
  gateway: RecordedGateway,
  calls: DeploymentCalls,
): Pick<StableDeployment, "authorizers" | "methods" | "plans" | "webAcl" | "presentsCertificate"> {
  const { resources, name } = gateway;
  const certificates = urnOf(gateway, "apigateway/clientCertificate:ClientCertificate", `${name}-client-certificate-`);
  return {
    authorizers: recordedAuthorizers(gateway, calls),
    methods: recordedMethods(gateway),
    plans: recordedPlans(gateway),
    presentsCertificate: Object.keys(resources).some((urn) => urn.startsWith(certificates)),
    webAcl: resources[urnOf(gateway, "wafv2/webAcl:WebAcl", webAclName(name))]?.outputs,
  };
}

/** Returns the ids of the APIs that have a stage in the stack, whichever gateway they belong to. */
export function stagedApis(resources: Recorded): readonly string[] {
  return Object.entries(resources).flatMap(([urn, resource]) => {
    const restApi = resource?.outputs?.restApi;
    return urn.includes("aws:apigateway/stage:Stage::") && typeof restApi === "string" ? [restApi] : [];
  });
}

function recordedAuthorizers(gateway: RecordedGateway, calls: DeploymentCalls): StableDeployment["authorizers"] {
  const authorizers = Object.keys(calls.authorizers).map((key) => {
    const functionName = resourceName(`${gateway.name}-authorizer-${key}`, longestName);
    const outputs = gateway.resources[urnOf(gateway, "lambda/function:Function", functionName)]?.outputs;
    return [key, { arn: outputs?.arn, description: outputs?.description }] as const;
  });
  return Object.fromEntries(authorizers);
}

function recordedMethods(gateway: RecordedGateway): StableDeployment["methods"] {
  const type = "apigateway/methodSettings:MethodSettings";
  const found = outputsByName(gateway, type, `${gateway.name}-throttle-`, ({ restApi }) => restApi === gateway.restApi);
  // The name has another path than the settings if the description has renamed a parameter since.
  return Object.fromEntries(
    found.map(([path, { methodPath, settings }]) => [
      typeof methodPath === "string" ? methodPath : path,
      (settings ?? {}) as Outputs,
    ]),
  );
}

function recordedPlans(gateway: RecordedGateway): StableDeployment["plans"] {
  const isOfApi = ({ apiStages }: Outputs) =>
    (Array.isArray(apiStages) ? apiStages : []).some(({ apiId }) => apiId === gateway.restApi);
  return Object.fromEntries(outputsByName(gateway, "apigateway/usagePlan:UsagePlan", `${gateway.name}-plan-`, isOfApi));
}

/**
 * Returns the outputs of a gateway's resources whose names begin with a prefix, by the rest of the name. Another gateway's resources
 * can have the same prefix, so `isOfApi` has to recognise those of this API.
 */
function outputsByName(
  gateway: RecordedGateway,
  type: string,
  prefix: string,
  isOfApi: (outputs: Outputs) => boolean,
): readonly (readonly [string, Outputs])[] {
  const start = urnOf(gateway, type, prefix);
  return Object.entries(gateway.resources).flatMap(([urn, resource]): readonly (readonly [string, Outputs])[] => {
    const outputs = resource?.outputs;
    return urn.startsWith(start) && outputs !== undefined && isOfApi(outputs)
      ? [[urn.slice(start.length), outputs]]
      : [];
  });
}

/** A gateway's resources have one parent, so their URNs have the same beginning. */
function urnOf({ apiUrn }: RecordedGateway, type: string, resource: string): string {
  const [parent = ""] = apiUrn.split("$aws:apigateway/restApi:RestApi::");
  return `${parent}$aws:${type}::${resource}`;
}
