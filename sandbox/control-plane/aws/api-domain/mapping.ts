import { type Call, VendorError } from "../../resource-model.ts";
import { restApis, restStages } from "../apigateway/record.ts";
import { httpApis, stages } from "../apigatewayv2/record.ts";
import { type AwsSettings, accountId } from "../region.ts";
import { noSuchDomain } from "./domain.ts";
import { apiDomains, type DomainMappingRecord, domainMappings } from "./record.ts";

const MOST_CHARACTERS = 300;

/**
 * Holds a mapping, in place of the one from before if there is one.
 * @throws VendorError where there is no such domain, API or stage, or the base path is taken
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
  if (basePath.length > MOST_CHARACTERS) {
    refuse("BadRequestException", `An ApiMapping key has at most ${MOST_CHARACTERS} characters`);
  }
  const http = httpApis.get(call.records, region, apiId);
  const rest = restApis.get(call.records, region, apiId);
  if (http === undefined && rest === undefined) {
    refuse("NotFoundException", `Invalid API identifier specified ${accountId}:${apiId}`);
  }
  // docs.aws.amazon.com, apigateway-private-custom-domains: theirs are private domains, of which there are none here. U: the words.
  if (rest?.endpointType === "PRIVATE") {
    refuse("BadRequestException", "A private API can be mapped to a private custom domain name only");
  }
  const known = (http === undefined ? restStages : stages).get(call.records, region, apiId, stage);
  if (known === undefined) refuse("BadRequestException", "Invalid stage identifier specified");
  const taken = mappingAt(call, region, domainName, basePath);
  if (taken !== undefined && taken.id !== before?.id) {
    refuse("ConflictException", `The base path "${basePath}" already exists for this domain name`);
  }
  if (before !== undefined) dropMapping(call, before);
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

export function dropMapping(call: Call<AwsSettings>, { region, domainName, basePath }: DomainMappingRecord): void {
  domainMappings.delete(call.records, region, domainName, keyOf(basePath));
}

/** As API Gateway itself calls the empty one. */
function keyOf(basePath: string): string {
  return basePath === "" ? "(none)" : basePath;
}
