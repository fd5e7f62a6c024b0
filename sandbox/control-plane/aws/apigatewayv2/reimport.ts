import type { AwsHttpApiArtefacts } from "../../../data-plane/aws/artefacts/http-api.ts";
import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { type ApiDocument, member, parseApiDocument } from "../../api-document.ts";
import { type Properties, text } from "../../property-value.ts";
import { type Call, PartialFailure, VendorError } from "../../resource-model.ts";
import { linkedNetwork } from "../ec2/linked-network.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn } from "../region.ts";
import { corsOf, sameCors } from "./cors.ts";
import { documentCors, documentEndpointDisabled } from "./definition.ts";
import { outputsOf } from "./outputs.ts";
import { checkPrivateIntegrations, privateIntegrations } from "./private-integration.ts";
import { apiParts, type HttpApiRecord, httpApis } from "./record.ts";

/**
 * Imports a document into an HTTP API, as the provider does: ReimportApi, then patches.
 *
 * The document's name, description and version win over the arguments. The argument's CORS replaces or deletes the document's.
 *
 * @throws PartialFailure when API Gateway refuses the document
 */
export function reimport(call: Call<AwsSettings>, api: HttpApiRecord, body: string, inputs: Properties): void {
  const document = importable(call, api, body, inputs);
  const info = (name: string) => {
    const value = member(member(document, "info"), name);
    return typeof value === "string" ? value : undefined;
  };
  const { description: _description, version: _version, cors: _cors, document: _document, ...rest } = api;
  const argument = corsOf(inputs.corsConfiguration);
  const imported = documentCors(document);
  const cors = argument !== undefined && imported !== undefined && sameCors(argument, imported) ? imported : argument;
  httpApis.put(
    call.records,
    {
      ...rest,
      name: info("title") ?? text(inputs, "name") ?? api.name,
      // The provider does not restore this argument. Unverified: that an import resets it when the document omits it. An API that
      // works here does not rely on the argument alone.
      disableExecuteApiEndpoint: documentEndpointDisabled(document) ?? false,
      ...optional("description", info("description") ?? text(inputs, "description")),
      ...optional("version", info("version") ?? text(inputs, "version")),
      ...(cors === undefined ? {} : { cors }),
      document: body,
    },
    api.region,
    api.id,
  );
  // An import replaces the whole definition, including the routes that were declared one by one.
  call.records.deleteAll(`${apiParts.key(api.region, api.id)}/`);
}

/**
 * Parses and checks the document.
 * @throws PartialFailure when API Gateway refuses it: the engine then keeps the API, which exists by now
 */
function importable(call: Call<AwsSettings>, api: HttpApiRecord, body: string, inputs: Properties): ApiDocument {
  try {
    const document = parseApiDocument(body);
    const network = linkedNetwork(call.records, api.region, body, {});
    const artefacts: AwsHttpApiArtefacts = {
      kind: "aws-http-api",
      executionArn: arn("execute-api", api.region, api.id, true),
      document: body,
      ...(network === undefined ? {} : { network }),
      stage: { name: "$default", variables: {}, routeSettings: {} },
    };
    call.ports.validate(artefacts);
    checkPrivateIntegrations(call.records, api.region, privateIntegrations(document));
    return document;
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact) && !(error instanceof VendorError)) throw error;
    throw new PartialFailure(
      `reimporting API Gateway v2 API (${api.id}) OpenAPI definition: BadRequestException: ${error.message}`,
      api.id,
      outputsOf(call, api.region, api.id, inputs),
    );
  }
}
