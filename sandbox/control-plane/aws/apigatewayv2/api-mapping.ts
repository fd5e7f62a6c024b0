import { identifier } from "../../identifier.ts";
import { type Properties, text } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { deleteMapping, putMapping } from "../api-domain/mapping.ts";
import { type DomainMappingRecord, domainMappings } from "../api-domain/record.ts";
import { splitImportId } from "../import-id.ts";
import { type AwsSettings, regionOf } from "../region.ts";

/**
 * `aws:apigatewayv2/apiMapping:ApiMapping` (terraform-provider-aws, internal/service/apigatewayv2/api_mapping.go): a mapping to an HTTP
 * API or a REST API.
 */
export const apiMapping: ResourceModel<AwsSettings> = {
  replaces: ["apiId", "domainName", "region"],
  cleared: ["apiMappingKey"],

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const domainName = text(inputs, "domainName") ?? "";
    const id = identifier(
      6,
      [call.urn, region, domainName, text(inputs, "apiId") ?? ""],
      (taken) => mappingOf(call, region, domainName, taken) !== undefined,
    );
    const mapping = recordOf(id, region, inputs);
    putMapping(call, mapping, undefined, `creating API Gateway v2 API Mapping (${domainName})`);
    return { id, outputs: read(mapping) };
  },

  read(call, id, state) {
    // An import id contains the domain: `api-mapping-id/domain-name`.
    const [importedId, importedDomain] = splitImportId(id);
    const domainName = importedDomain ?? text(state, "domainName");
    if (domainName === undefined) {
      throw new VendorError(`wrong format of import ID (${id}), use: 'api-mapping-id/domain-name'`);
    }
    const found = mappingOf(call, regionOf(call.settings, state), domainName, importedId ?? id);
    return found && { id: found.id, outputs: read(found) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating API Gateway v2 API Mapping (${id})`;
    const before = mappingOf(call, region, text(inputs, "domainName") ?? "", id);
    if (before === undefined)
      throw new VendorError(`${operation}: NotFoundException: Invalid API mapping identifier specified`);
    const after = recordOf(id, region, inputs);
    putMapping(call, after, before, operation);
    return read(after);
  },

  delete(call, id, state) {
    const found = mappingOf(call, regionOf(call.settings, state), text(state, "domainName") ?? "", id);
    if (found !== undefined) deleteMapping(call, found);
  },
};

function mappingOf(
  call: Call<AwsSettings>,
  region: string,
  domainName: string,
  id: string,
): DomainMappingRecord | undefined {
  return domainMappings
    .list(call.records, region, domainName)
    .map(([, mapping]) => mapping)
    .find((mapping) => mapping.id === id);
}

function recordOf(id: string, region: string, inputs: Properties): DomainMappingRecord {
  return {
    id,
    domainName: text(inputs, "domainName") ?? "",
    region,
    basePath: text(inputs, "apiMappingKey") ?? "",
    apiId: text(inputs, "apiId") ?? "",
    stage: text(inputs, "stage") ?? "",
  };
}

function read({ apiId, basePath, domainName, region, stage }: DomainMappingRecord): Properties {
  return { apiId, apiMappingKey: basePath, domainName, region, stage };
}
