import type { DeployedGateway } from "../../data-plane/artefacts.ts";
import type { Records } from "../records.ts";
import { restApiGateways } from "./apigateway/gateways.ts";
import { httpApiGateways } from "./apigatewayv2/gateways.ts";

/** The HTTP APIs and REST APIs that AWS would serve now. */
export function awsGateways(records: Records): readonly DeployedGateway[] {
  return [...httpApiGateways(records), ...restApiGateways(records)];
}
