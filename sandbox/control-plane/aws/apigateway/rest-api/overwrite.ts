import type { ApiDocument } from "../../../api-document.ts";
import { flag, type Properties, text, texts } from "../../../property-value.ts";
import { type Call, PartialFailure } from "../../../resource-model.ts";
import { optional } from "../../optional.ts";
import type { AwsSettings } from "../../region.ts";
import { executionArn, type RestApiRecord, restApis } from "../record.ts";
import { ImportRefused, imported, readImport } from "./import.ts";
import { outputsOf } from "./outputs.ts";
import { apiPolicy, equivalentPolicies } from "./policy.ts";

type Operation = "creating" | "updating";

/**
 * Overwrites an API by a document, as the provider does: PutRestApi, which resets what the document omits, then patches.
 *
 * An argument wins over the document, and so does the value in the state of an omitted argument. So the provider restores the former
 * description or key source when these change in the document alone.
 *
 * @param remembered the provider's state before the update; for a new API its arguments
 * @throws PartialFailure when API Gateway refuses the document or the patches
 */
export function overwrite(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  body: string,
  inputs: Properties,
  remembered: Properties,
  operation: Operation,
): void {
  const document = importable(call, api, body, inputs, operation);
  const before = imported(api, executionArn(api), document, body);
  const types = [inputs, remembered]
    .map(({ binaryMediaTypes }) => texts(binaryMediaTypes))
    .find((list) => list?.length);
  const after = patched(api, before, types, inputs, remembered, operation);
  const isPatch = types !== undefined || !isSame(before, after);
  if (isPatch && api.endpointType === "PRIVATE") {
    // A private API updates its endpoints after an import and refuses changes meanwhile (hashicorp/terraform-provider-aws#45905,
    // open).
    restApis.put(call.records, before, api.region, api.id);
    throw new PartialFailure(
      `updating API Gateway REST API (${api.id}) after OpenAPI import: BadRequestException: There is already an update in ` +
        "progress. Please wait until the current update finishes before making another request.",
      api.id,
      outputsOf(call, api.region, api.id, inputs),
    );
  }
  restApis.put(call.records, after, api.region, api.id);
}

/**
 * The API after the provider's patches.
 * @param before the API after the import
 * @param types the binary media types of the arguments or the state
 */
function patched(
  api: RestApiRecord,
  before: RestApiRecord,
  types: readonly string[] | undefined,
  inputs: Properties,
  remembered: Properties,
  operation: Operation,
): RestApiRecord {
  const { description: _description, policy: _policy, vpcEndpointIds: _ids, ...rest } = before;
  const argument = (name: string) => text(inputs, name) || text(remembered, name);
  const source = argument("apiKeySource");
  // The state's policy replaces an omitted one, so that a policy stays when the program no longer declares it.
  const policy =
    [inputs, remembered]
      .map((each) => apiPolicy(each, executionArn(api), operation))
      .find((each) => each !== undefined) ?? before.policy;
  // The provider reads the argument, or the state when it is omitted, and does not send `false`.
  const disabled = flag(inputs, "disableExecuteApiEndpoint") ?? flag(remembered, "disableExecuteApiEndpoint");
  const endpoints = api.vpcEndpointIds ?? before.vpcEndpointIds;
  return {
    ...rest,
    name: argument("name") ?? before.name,
    ...optional("description", argument("description") ?? before.description),
    apiKeySource: source === "AUTHORIZER" || source === "HEADER" ? source : before.apiKeySource,
    binaryMediaTypes: types ?? before.binaryMediaTypes,
    disableExecuteApiEndpoint: disabled === true || before.disableExecuteApiEndpoint,
    ...optional("policy", policy),
    ...(endpoints === undefined ? {} : { vpcEndpointIds: endpoints }),
  };
}

/** Whether the provider has nothing to patch. It compares policies by meaning. */
function isSame({ policy: one, ...before }: RestApiRecord, { policy: other, ...after }: RestApiRecord): boolean {
  const sorted = (record: object) => JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return equivalentPolicies(one, other) && sorted(before) === sorted(after);
}

/**
 * Parses and checks the document.
 * @throws PartialFailure when API Gateway refuses it: the engine then keeps the API, which exists by now
 */
function importable(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  body: string,
  inputs: Properties,
  operation: Operation,
): ApiDocument {
  try {
    return readImport(call, api, executionArn(api), body, flag(inputs, "failOnWarnings") === true);
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    throw new PartialFailure(
      `${operation} API Gateway REST API (${api.id}) specification: BadRequestException: ${error.message}`,
      api.id,
      outputsOf(call, api.region, api.id, inputs),
    );
  }
}
