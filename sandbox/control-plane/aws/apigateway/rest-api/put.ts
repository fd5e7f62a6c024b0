import { flag, type Properties, text, withoutUndefined } from "../../../property-value.ts";
import { type ResourceModel, VendorError } from "../../../resource-model.ts";
import { verifying } from "../../argument-check.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { executionArn, noSuchApi, restApis } from "../record.ts";
import { ImportRefused, imported, readImport } from "./import.ts";
import { refuseUnservedImport } from "./unserved.ts";

/**
 * `aws:apigateway/restApiPut:RestApiPut` (terraform-provider-aws, internal/service/apigateway/rest_api_put.go): PutRestApi in the mode
 * `overwrite`, without patches. A change of the document replaces the resource, and deleting the resource does nothing. The provider
 * stores nothing when the import is refused, so that the next update tries it again.
 */
export const restApiPut: ResourceModel<AwsSettings> = {
  replaces: ["body", "failOnWarnings", "parameters", "region", "restApiId", "triggers"],

  verify: verifying(refuseUnservedImport),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "restApiId") ?? "";
    const operation = `creating API Gateway Rest API Put (${apiId})`;
    const api = restApis.get(call.records, region, apiId);
    if (api === undefined) throw new VendorError(noSuchApi(operation, apiId));
    const body = text(inputs, "body") ?? "";
    try {
      const document = readImport(call, api, executionArn(api), body, flag(inputs, "failOnWarnings") === true);
      restApis.put(call.records, imported(api, executionArn(api), document, body), region, apiId);
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error;
      throw new VendorError(`${operation}: BadRequestException: ${error.message}`);
    }
    return { id: apiId, outputs: read(region, inputs) };
  },

  // The provider only looks up the API.
  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const apiId = text(state, "restApiId") ?? id;
    if (restApis.get(call.records, region, apiId) === undefined) return undefined;
    return { id: apiId, outputs: read(region, { ...state, restApiId: apiId }) };
  },

  update(call, _id, { inputs }) {
    return read(regionOf(call.settings, inputs), inputs);
  },

  delete() {},
};

function read(region: string, remembered: Properties): Properties {
  const { body, failOnWarnings, parameters, restApiId, timeouts, triggers } = remembered;
  return withoutUndefined({
    body,
    failOnWarnings: failOnWarnings ?? false,
    parameters,
    region,
    restApiId,
    timeouts,
    triggers,
  });
}
