import { type Properties, withoutUndefined } from "../../../property-value.ts";
import { type Call, VendorError } from "../../../resource-model.ts";
import { type AwsSettings, arn } from "../../region.ts";
import { tagOutputs } from "../../tags.ts";
import { executionArn, noSuchApi, restApis } from "../record.ts";
import { equivalentPolicies } from "./policy.ts";

/**
 * The outputs of a REST API.
 * @param remembered the inputs or the state, which hold what the provider never reads back: `body` and how it was imported
 */
export function outputsOf(call: Call<AwsSettings>, region: string, id: string, remembered: Properties): Properties {
  const api = restApis.get(call.records, region, id);
  if (api === undefined) throw new VendorError(noSuchApi(`reading API Gateway REST API (${id})`, id));
  return withoutUndefined({
    apiKeySource: api.apiKeySource,
    arn: arn("apigateway", region, `/restapis/${id}`, false),
    binaryMediaTypes: api.binaryMediaTypes,
    body: remembered.body,
    createdDate: api.createdDate,
    description: api.description ?? "",
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    endpointAccessMode: api.endpointAccessMode,
    endpointConfiguration: withoutUndefined({
      ipAddressType: api.ipAddressType,
      types: api.endpointType,
      vpcEndpointIds: api.vpcEndpointIds,
    }),
    executionArn: executionArn(api),
    failOnWarnings: remembered.failOnWarnings,
    minimumCompressionSize: "",
    name: api.name,
    parameters: remembered.parameters,
    // The program's own text when it is equivalent to the API's policy (`verify.SecondJSONUnlessEquivalent`).
    policy: (equivalentPolicies(remembered.policy, api.policy) ? remembered.policy : api.policy) ?? "",
    putRestApiMode: remembered.putRestApiMode ?? "overwrite",
    region,
    rootResourceId: api.rootResourceId,
    securityPolicy: api.securityPolicy,
    ...tagOutputs(api.tags),
  });
}
