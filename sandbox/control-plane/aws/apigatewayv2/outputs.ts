import { type Properties, withoutUndefined } from "../../property-value.ts";
import { type Call, VendorError } from "../../resource-model.ts";
import { noSuchApi } from "../apigateway/record.ts";
import { type AwsSettings, arn } from "../region.ts";
import { tagOutputs } from "../tags.ts";
import { corsOutput } from "./cors.ts";
import { gatewayKey, httpApis } from "./record.ts";

/**
 * The outputs of an HTTP API.
 * @param remembered the inputs or the state, which hold what the provider never reads back: `body` and `failOnWarnings`
 */
export function outputsOf(call: Call<AwsSettings>, region: string, id: string, remembered: Properties): Properties {
  const api = httpApis.get(call.records, region, id);
  if (api === undefined) throw new VendorError(noSuchApi(`reading API Gateway v2 API (${id})`, id));
  return withoutUndefined({
    apiEndpoint: call.ports.url(gatewayKey(region, id)),
    apiKeySelectionExpression: api.apiKeySelectionExpression,
    arn: arn("apigateway", region, `/apis/${id}`, false),
    body: remembered.body,
    corsConfiguration: api.cors === undefined ? undefined : corsOutput(api.cors),
    description: api.description ?? "",
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    executionArn: arn("execute-api", region, id, true),
    failOnWarnings: remembered.failOnWarnings,
    ipAddressType: api.ipAddressType,
    name: api.name,
    protocolType: api.protocolType,
    region,
    routeSelectionExpression: api.routeSelectionExpression,
    ...tagOutputs(api.tags),
    version: api.version ?? "",
  });
}
