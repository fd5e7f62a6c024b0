import { parseApiDocument, sameDocument } from "../../api-document.ts";
import { identifier } from "../../identifier.ts";
import { flag, type Properties, text } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { refuseMapped } from "../api-domain/record.ts";
import { noSuchApi } from "../apigateway/record.ts";
import { checkLength, checkOneOf, type Fail, refuseArguments, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { tagsOf } from "../tags.ts";
import { corsOf, sameCorsArgument } from "./cors.ts";
import { refuseOpenApi2 } from "./openapi-version.ts";
import { outputsOf } from "./outputs.ts";
import { apiParts, deployments, gatewayKey, type HttpApiRecord, httpApis, stages } from "./record.ts";
import { reimport } from "./reimport.ts";

/**
 * `aws:apigatewayv2/api:Api`, as the provider and API Gateway treat it together: created from the arguments, then re-imported from
 * `body`, after which the provider restores name, description, version and CORS, and nothing else (terraform-provider-aws,
 * internal/service/apigatewayv2/api.go).
 */
export const httpApi: ResourceModel<AwsSettings> = {
  replaces: ["credentialsArn", "protocolType", "region", "routeKey", "target"],
  same: {
    body: (left, right) => typeof left === "string" && typeof right === "string" && sameDocument(left, right),
    corsConfiguration: sameCorsArgument,
  },
  cleared: ["corsConfiguration", "description", "disableExecuteApiEndpoint", "tags", "version"],
  recomputed: { tags: ["tagsAll"] },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "name", 1, 128, fail);
    checkLength(inputs, "description", 0, 1024, fail);
    checkLength(inputs, "version", 1, 64, fail);
    checkOneOf(inputs, "protocolType", ["HTTP", "WEBSOCKET"], fail);
    checkOneOf(inputs, "ipAddressType", ["ipv4", "dualstack"], fail);
    const body = text(inputs, "body");
    if (body !== undefined && !parses(body)) fail("body", '"body" contains an invalid JSON or YAML document');
    refuseUnserved(inputs, fail);
  }),

  async create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const id = identifier(10, [call.urn, region], (taken) => httpApis.get(call.records, region, taken) !== undefined);
    const api: HttpApiRecord = {
      id,
      region,
      protocolType: text(inputs, "protocolType") ?? "",
      name: text(inputs, "name") ?? "",
      ipAddressType: text(inputs, "ipAddressType") ?? "ipv4",
      ...changeable(inputs),
    };
    await call.ports.reserve(gatewayKey(region, id));
    httpApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    if (body !== undefined) reimport(call, api, body, inputs);
    return { id, outputs: outputsOf(call, region, id, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const api = httpApis.get(call.records, region, id);
    return api && { id, outputs: outputsOf(call, region, id, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const before = httpApis.get(call.records, region, id);
    if (before === undefined) throw new VendorError(noSuchApi(`updating API Gateway v2 API (${id})`, id));
    const { description: _description, version: _version, cors: _cors, ...rest } = before;
    const api: HttpApiRecord = {
      ...rest,
      name: text(inputs, "name") ?? before.name,
      ipAddressType: text(inputs, "ipAddressType") ?? before.ipAddressType,
      ...changeable(inputs),
    };
    httpApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    if (body !== undefined && isNewDocument(body, state)) reimport(call, api, body, inputs);
    return outputsOf(call, region, id, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    refuseMapped(call.records, `deleting API Gateway v2 API (${id})`, region, id);
    httpApis.delete(call.records, region, id);
    for (const kind of [stages, deployments, apiParts]) call.records.deleteAll(`${kind.key(region, id)}/`);
  },
};

/** The arguments of quick create, which declares a route, an integration and a stage together with the API. */
const QUICK_CREATE = ["credentialsArn", "routeKey", "target"];

/** Reports APIs that the sandbox does not serve. */
function refuseUnserved(inputs: Properties, fail: Fail): void {
  if (text(inputs, "protocolType") === "WEBSOCKET") {
    fail("protocolType", "the sandbox does not serve WebSocket APIs; leave the API out here, or run against the cloud");
  }
  refuseArguments(
    inputs,
    QUICK_CREATE,
    "declare the route in body, or with aws.apigatewayv2.Integration and aws.apigatewayv2.Route",
    fail,
  );
  refuseOpenApi2(inputs, fail);
}

/** The settings that an update resets when the program omits them. */
function changeable(
  inputs: Properties,
): Omit<HttpApiRecord, "id" | "region" | "protocolType" | "name" | "ipAddressType" | "document"> {
  const cors = corsOf(inputs.corsConfiguration);
  return {
    disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? false,
    apiKeySelectionExpression: text(inputs, "apiKeySelectionExpression") ?? "$request.header.x-api-key",
    routeSelectionExpression: text(inputs, "routeSelectionExpression") ?? "$request.method $request.path",
    tags: tagsOf(inputs),
    ...optional("description", text(inputs, "description")),
    ...optional("version", text(inputs, "version")),
    ...(cors === undefined ? {} : { cors }),
  };
}

/**
 * Whether the provider imports the body at an update: when it is another document than the state's. After a failed import the state
 * holds the refused document, so that the provider does not import it again.
 */
function isNewDocument(body: string, state: Properties): boolean {
  const imported = text(state, "body");
  return imported === undefined || !sameDocument(body, imported);
}

function parses(body: string): boolean {
  try {
    parseApiDocument(body);
    return true;
  } catch (error) {
    // The warning text of an Output is valid JSON. The import refuses it, rather than Check.
    return error instanceof VendorError && error.message.includes("Output");
  }
}
