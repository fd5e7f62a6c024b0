import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { deleteMapping, mappingAt, putMapping } from "../api-domain/mapping.ts";
import type { DomainMappingRecord } from "../api-domain/record.ts";
import { refuseArguments, verifying } from "../argument-check.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { noSuchApi, restApis } from "./record.ts";

/**
 * `aws:apigateway/basePathMapping:BasePathMapping` (terraform-provider-aws, internal/service/apigateway/base_path_mapping.go): a mapping
 * to a REST API with a base path of one segment.
 */
export const basePathMapping: ResourceModel<AwsSettings> = {
  replaces: ["domainName", "region"],
  cleared: ["basePath"],

  verify: verifying((inputs, fail) => {
    refuseArguments(inputs, ["domainNameId"], "it names a private domain; leave it out here", fail);
    if (inputs.stageName === undefined || inputs.stageName === "") {
      fail("stageName", "the sandbox does not serve stages as a part of the path; name one");
    }
  }),

  create(call, inputs) {
    const mapping = recordOf(regionOf(call.settings, inputs), inputs);
    const operation = `creating API Gateway Base Path Mapping (${mapping.id})`;
    checkPath(mapping, operation);
    if (restApis.get(call.records, mapping.region, mapping.apiId) === undefined) {
      throw new VendorError(noSuchApi(operation, mapping.apiId));
    }
    putMapping(call, mapping, undefined, operation);
    return { id: mapping.id, outputs: read(mapping) };
  },

  read(call, id, state) {
    // The state comes first: an update changes the base path, and the engine keeps the id.
    const [importedDomain = "", importedPath = ""] = id.split("/");
    const domainName = text(state, "domainName") ?? importedDomain;
    const basePath = text(state, "domainName") === undefined ? importedPath : (text(state, "basePath") ?? "");
    const found = mappingAt(call, regionOf(call.settings, state), domainName, basePath);
    return found && { id, outputs: read(found) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating API Gateway Base Path Mapping (${id})`;
    const before = mappingAt(call, region, text(state, "domainName") ?? "", text(state, "basePath") ?? "");
    if (before === undefined)
      throw new VendorError(`${operation}: NotFoundException: Invalid base path mapping identifier specified`);
    const after = recordOf(region, inputs);
    checkPath(after, operation);
    putMapping(call, after, before, operation);
    return read(after);
  },

  delete(call, _id, state) {
    const region = regionOf(call.settings, state);
    const found = mappingAt(call, region, text(state, "domainName") ?? "", text(state, "basePath") ?? "");
    if (found !== undefined) deleteMapping(call, found);
  },
};

function checkPath({ basePath }: DomainMappingRecord, operation: string): void {
  if (basePath.includes("/")) {
    throw new VendorError(`${operation}: BadRequestException: Base path mapping key cannot have more than one level`);
  }
}

function recordOf(region: string, inputs: Properties): DomainMappingRecord {
  const [domainName, basePath] = [text(inputs, "domainName") ?? "", text(inputs, "basePath") ?? ""];
  return {
    id: `${domainName}/${basePath}`,
    domainName,
    region,
    basePath,
    apiId: text(inputs, "restApi") ?? "",
    stage: text(inputs, "stageName") ?? "",
  };
}

function read({ apiId, basePath, domainName, region, stage }: DomainMappingRecord): Properties {
  return withoutUndefined({ basePath, domainName, region, restApi: apiId, stageName: stage });
}
