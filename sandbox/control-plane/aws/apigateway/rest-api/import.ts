import { UnsupportedArtefact } from "../../../../data-plane/interpreter.ts";
import { type ApiDocument, parseApiDocument } from "../../../api-document.ts";
import { type Call, VendorError } from "../../../resource-model.ts";
import { documentEndpointDisabled } from "../../apigatewayv2/definition.ts";
import { checkPrivateIntegrations, privateIntegrations } from "../../apigatewayv2/private-integration.ts";
import { linkedNetwork } from "../../ec2/linked-network.ts";
import { optional } from "../../optional.ts";
import type { AwsSettings } from "../../region.ts";
import { restParts } from "../parts/record.ts";
import type { RestApiRecord } from "../record.ts";
import { documentSettings, documentVpcEndpoints, importWarnings, undeployed } from "./definition.ts";
import { checkVpcEndpoints } from "./endpoint.ts";
import { documentPolicy } from "./policy.ts";

/** What the sandbox does not model: an import overwrites the parts, and later changes of the parts change what it imported. */
export const NOT_BOTH = "the sandbox serves the parts or the document (body) of a REST API, not both";

/** PutRestApi's refusal of a document. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

/**
 * Parses and checks a document as PutRestApi does for an API.
 *
 * @throws ImportRefused for a document that API Gateway refuses, or that the sandbox does not serve
 */
export function readImport(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  executionArn: string,
  body: string,
  failOnWarnings: boolean,
): ApiDocument {
  try {
    if (restParts.list(call.records, api.region, api.id).length > 0) throw new ImportRefused(NOT_BOTH);
    const document = parseApiDocument(body);
    const network = linkedNetwork(call.records, api.region, body, {});
    documentPolicy(document, executionArn);
    call.ports.validate(undeployed(body, executionArn, documentSettings(document), network));
    checkPrivateIntegrations(call.records, api.region, privateIntegrations(document));
    checkVpcEndpoints(call.records, api, documentVpcEndpoints(document));
    const warnings = failOnWarnings ? importWarnings(document) : [];
    if (warnings.length > 0) throw new ImportRefused(`Warnings found during import: ${warnings.join("; ")}`);
    return document;
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact) && !(error instanceof VendorError)) throw error;
    throw new ImportRefused(`Errors found during import: ${error.message}`);
  }
}

/** The API after PutRestApi in the mode `overwrite`, which resets what the document omits. */
export function imported(api: RestApiRecord, executionArn: string, document: ApiDocument, body: string): RestApiRecord {
  const { description: _description, version: _version, policy: _policy, vpcEndpointIds: _ids, ...rest } = api;
  const ids = documentVpcEndpoints(document);
  return {
    ...rest,
    ...documentSettings(document),
    disableExecuteApiEndpoint: documentEndpointDisabled(document) === true,
    document: body,
    ...optional("policy", documentPolicy(document, executionArn)),
    ...(ids.length === 0 ? {} : { vpcEndpointIds: ids }),
  };
}
