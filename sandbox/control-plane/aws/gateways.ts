import type { DeployedGateway } from "../../data-plane/artefacts.ts";
import type { Records } from "../records.ts";
import { httpApiGateways } from "./http-api-gateways.ts";
import { restApiGateways } from "./rest-api-gateways.ts";

/** The APIs that answer now, of both kinds. */
export function awsGateways(records: Records): readonly DeployedGateway[] {
  return [...httpApiGateways(records), ...restApiGateways(records)];
}
