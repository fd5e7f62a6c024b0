import { type Call, VendorError } from "../../resource-model.ts";
import { noSuchApi, restApis, restStages } from "../apigateway/record.ts";
import { httpApis, stages } from "../apigatewayv2/record.ts";
import type { AwsSettings } from "../region.ts";
import { noSuchDomain } from "./domain.ts";
import { apiDomains, type DomainMappingRecord, domainMappings } from "./record.ts";

const MAX_CHARACTERS = 300;

/**
 * Stores a mapping.
 * @param before the mapping that it replaces; undefined for a new one
 * @throws VendorError when the domain, the API or the stage does not exist, or another mapping has the base path
 */
export function putMapping(
  call: Call<AwsSettings>,
  mapping: DomainMappingRecord,
  before: DomainMappingRecord | undefined,
  operation: string,
): void {
  const { region, domainName, basePath, apiId, stage } = mapping;
  const refuse = (exception: string, reason: string): never => {
    throw new VendorError(`${operation}: ${exception}: ${reason}`);
  };
  if (apiDomains.get(call.records, region, domainName) === undefined) throw new VendorError(noSuchDomain(operation));
  if (!/^(?:[A-Za-z0-9$\-_.+!*'()]+(?:\/[A-Za-z0-9$\-_.+!*'()]+)*)?$/.test(basePath)) {
    refuse("BadRequestException", "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'(),");
  }
  if (basePath.length > MAX_CHARACTERS) {
    refuse("BadRequestException", `An ApiMapping key has at most ${MAX_CHARACTERS} characters`);
  }
  const http = httpApis.get(call.records, region, apiId);
  const rest = restApis.get(call.records, region, apiId);
  if (http === undefined && rest === undefined) {
    throw new VendorError(noSuchApi(operation, apiId));
  }
  // Private APIs need private custom domains (docs.aws.amazon.com, apigateway-private-custom-domains), which the sandbox does not
  // have. Unverified: the text.
  if (rest?.endpointType === "PRIVATE") {
    refuse("BadRequestException", "A private API can be mapped to a private custom domain name only");
  }
  if ((http === undefined ? restStages : stages).get(call.records, region, apiId, stage) === undefined) {
    refuse("BadRequestException", "Invalid stage identifier specified");
  }
  const other = mappingAt(call, region, domainName, basePath);
  if (other !== undefined && other.id !== before?.id) {
    refuse("ConflictException", `The base path "${basePath}" already exists for this domain name`);
  }
  if (before !== undefined) deleteMapping(call, before);
  domainMappings.put(call.records, mapping, region, domainName, keyOf(basePath));
}

export function mappingAt(
  call: Call<AwsSettings>,
  region: string,
  domainName: string,
  basePath: string,
): DomainMappingRecord | undefined {
  return domainMappings.get(call.records, region, domainName, keyOf(basePath));
}

export function deleteMapping(call: Call<AwsSettings>, { region, domainName, basePath }: DomainMappingRecord): void {
  domainMappings.delete(call.records, region, domainName, keyOf(basePath));
}

/** API Gateway calls the empty base path `(none)`. */
function keyOf(basePath: string): string {
  return basePath === "" ? "(none)" : basePath;
}
