import type { TransformRules } from "../../gateway/transform.ts";
import { companionTransformRules } from "../companion/transform-rules.ts";
import type { GcpApiGatewayTransforms } from "./args.ts";

const description = "Change the description of the API.";
const project = "Set project.";
const deletionPolicy = "Set the option protect or retainOnDelete.";

/** What transforms may change of an API's resources. */
export const apiGatewayTransformRules: TransformRules<GcpApiGatewayTransforms> = {
  api: {
    resource: "gcp:apigateway/api:Api",
    properties: ["apiId", "displayName", "labels"],
    retain: true,
    instead: { deletionPolicy, project },
  },
  config: {
    resource: "gcp:apigateway/apiConfig:ApiConfig",
    // `gatewayConfig` names the service account of the gateway. It does not decide which requests are forwarded, or where. With a companion,
    // it names the only account that may call the companion, and a transform of it is refused.
    properties: ["displayName", "gatewayConfig", "labels"],
    retain: true,
    instead: { deletionPolicy, openapiDocuments: description, project },
  },
  gateway: {
    resource: "gcp:apigateway/gateway:Gateway",
    properties: ["displayName", "gatewayId", "labels"],
    retain: true,
    instead: { deletionPolicy, project, region: "Set region." },
  },
  ...companionTransformRules,
};

/** The rule of the config of a gateway with an account of its own, for a companion or for proofs to backends. */
export const configRuleWithCaller: typeof apiGatewayTransformRules.config = {
  ...apiGatewayTransformRules.config,
  properties: ["displayName", "labels"],
  instead: {
    ...apiGatewayTransformRules.config.instead,
    gatewayConfig: "Remove companion, and every proof, to choose an account.",
  },
};
