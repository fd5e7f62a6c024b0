import type { AwsCors, AwsHttpApiArtefacts } from "../../../data-plane/artefacts.ts";
import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { type ApiDocument, member, parseApiDocument, sameDocument } from "../../api-document.ts";
import { identifier } from "../../identifier.ts";
import {
  flag,
  isEmpty,
  isObject,
  isUnknown,
  type Properties,
  type PropertyValue,
  text,
  texts,
  withoutUndefined,
} from "../../property-value.ts";
import { type Call, PartialFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { refuseMapped } from "../api-domain/record.ts";
import { checkLength, checkOneOf, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { linkedNetwork } from "../ec2/linked-network.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, accountId, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { documentCors, documentEndpointDisabled } from "./definition.ts";
import { checkPrivateIntegrations, privateIntegrations } from "./private-integration.ts";
import { apiParts, deployments, gatewayKey, type HttpApiRecord, httpApis, stages } from "./record.ts";

/**
 * `aws:apigatewayv2/api:Api`, as the provider and API Gateway treat it together: made from the arguments, then
 * re-imported from `body`, after which the provider restores name, description, version and CORS, and nothing else
 * (terraform-provider-aws, internal/service/apigatewayv2/api.go).
 */
export const httpApi: ResourceModel<AwsSettings> = {
  replaces: ["credentialsArn", "protocolType", "region", "routeKey", "target"],
  same: {
    body: (left, right) => typeof left === "string" && typeof right === "string" && sameDocument(left, right),
    corsConfiguration: sameCors,
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
  }),

  async create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const id = identifier(10, [call.urn, region], (taken) => httpApis.get(call.records, region, taken) !== undefined);
    if (text(inputs, "target") !== undefined) {
      throw new VendorError(
        `creating API Gateway v2 API (${text(inputs, "name")}): the sandbox does not serve quick-create APIs; ` +
          "leave out target and declare the route in body",
      );
    }
    const cors = corsOf(inputs.corsConfiguration);
    const api: HttpApiRecord = {
      id,
      region,
      name: text(inputs, "name") ?? "",
      protocolType: text(inputs, "protocolType") ?? "",
      disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? false,
      ipAddressType: text(inputs, "ipAddressType") ?? "ipv4",
      apiKeySelectionExpression: text(inputs, "apiKeySelectionExpression") ?? "$request.header.x-api-key",
      routeSelectionExpression: text(inputs, "routeSelectionExpression") ?? "$request.method $request.path",
      tags: tagsOf(inputs),
      ...optional("description", text(inputs, "description")),
      ...optional("version", text(inputs, "version")),
      ...(cors === undefined ? {} : { cors }),
    };
    await call.ports.reserve(gatewayKey(region, id));
    httpApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    if (body !== undefined) reimport(call, api, body, inputs);
    return { id, outputs: read(call, region, id, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const api = httpApis.get(call.records, region, id);
    return api && { id, outputs: read(call, region, id, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const found = httpApis.get(call.records, region, id);
    if (found === undefined) throw new VendorError(notFound("updating", id));
    // The provider sends an argument that changed, and an emptied one as empty; the engine got here because of one.
    const api = withArguments(found, inputs);
    httpApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    const imported = text(state, "body");
    // Compared with what the state says was imported: after a failed import the state says so too, and no other follows.
    const changed = body !== undefined && (imported === undefined || !sameDocument(body, imported));
    if (changed) reimport(call, api, body, inputs);
    return read(call, region, id, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    refuseMapped(call.records, `deleting API Gateway v2 API (${id})`, region, id);
    httpApis.delete(call.records, region, id);
    for (const kind of [stages, deployments, apiParts]) call.records.deleteAll(`${kind.key(region, id)}/`);
  },
};

function withArguments(api: HttpApiRecord, inputs: Properties): HttpApiRecord {
  const { description: _description, version: _version, cors: _cors, ...rest } = api;
  const cors = corsOf(inputs.corsConfiguration);
  return {
    ...rest,
    name: text(inputs, "name") ?? api.name,
    disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? false,
    ipAddressType: text(inputs, "ipAddressType") ?? api.ipAddressType,
    apiKeySelectionExpression: text(inputs, "apiKeySelectionExpression") ?? "$request.header.x-api-key",
    routeSelectionExpression: text(inputs, "routeSelectionExpression") ?? "$request.method $request.path",
    tags: tagsOf(inputs),
    ...optional("description", text(inputs, "description")),
    ...optional("version", text(inputs, "version")),
    ...(cors === undefined ? {} : { cors }),
  };
}

/** ReimportApi, then what the provider does about it. */
function reimport(call: Call<AwsSettings>, api: HttpApiRecord, body: string, inputs: Properties): void {
  const document = importable(call, api, body, inputs);
  const info = member(document, "info");
  const stated = (name: string) => {
    const value = member(info, name);
    return typeof value === "string" ? value : undefined;
  };
  // What stands in `info` has just been read back from the API and wins; else the argument.
  const description = stated("description") ?? text(inputs, "description");
  const version = stated("version") ?? text(inputs, "version");
  const { description: _description, version: _version, cors: _cors, document: _document, ...rest } = api;
  // The document's CORS is set by the import, then compared with the argument: another argument replaces it, and
  // no argument deletes it. Either way the argument remains.
  const argument = corsOf(inputs.corsConfiguration);
  const imported = documentCors(document);
  const cors =
    argument !== undefined && imported !== undefined && sameCorsRecord(argument, imported) ? imported : argument;
  httpApis.put(
    call.records,
    {
      ...rest,
      name: stated("title") ?? text(inputs, "name") ?? api.name,
      // Restored by nobody. U: whether an import without a word on it resets it. Here it does: an API that must not rely on
      // the argument alone is then seen to.
      disableExecuteApiEndpoint: documentEndpointDisabled(document) ?? false,
      ...optional("description", description),
      ...optional("version", version),
      ...(cors === undefined ? {} : { cors }),
      document: body,
    },
    api.region,
    api.id,
  );
  // An import replaces the whole definition, and with it what was declared by itself.
  call.records.deleteAll(`${apiParts.key(api.region, api.id)}/`);
}

/** The parsed document, or the failure that the engine keeps together with the API that is there by now. */
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
      read(call, api.region, api.id, inputs),
    );
  }
}

/** What the provider reads, with what it never reads (`body`, `failOnWarnings`) from what it remembers. */
function read(call: Call<AwsSettings>, region: string, id: string, remembered: Properties): Properties {
  const api = httpApis.get(call.records, region, id);
  if (api === undefined) throw new VendorError(notFound("reading", id));
  return withoutUndefined({
    apiEndpoint: call.ports.url(gatewayKey(region, id)),
    apiKeySelectionExpression: api.apiKeySelectionExpression,
    arn: arn("apigateway", region, `/apis/${id}`, false),
    body: remembered.body,
    corsConfiguration: api.cors === undefined ? undefined : corsOutput(api.cors),
    description: api.description ?? "",
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    executionArn: arn("execute-api", region, id, true),
    failOnWarnings: remembered.failOnWarnings,
    ipAddressType: api.ipAddressType,
    name: api.name,
    protocolType: api.protocolType,
    region,
    routeSelectionExpression: api.routeSelectionExpression,
    ...tagOutputs(api.tags),
    version: api.version ?? "",
  });
}

function notFound(operation: string, id: string): string {
  return `${operation} API Gateway v2 API (${id}): NotFoundException: Invalid API identifier specified ${accountId}:${id}`;
}

function corsOf(value: PropertyValue | undefined): AwsCors | undefined {
  if (!isObject(value) || isEmpty(value)) return undefined;
  return {
    allowCredentials: value.allowCredentials === true,
    allowHeaders: texts(value.allowHeaders) ?? [],
    allowMethods: texts(value.allowMethods) ?? [],
    allowOrigins: texts(value.allowOrigins) ?? [],
    exposeHeaders: texts(value.exposeHeaders) ?? [],
    maxAge: typeof value.maxAge === "number" ? value.maxAge : 0,
  };
}

function corsOutput(cors: AwsCors): Properties {
  return {
    allowCredentials: cors.allowCredentials ?? false,
    allowHeaders: cors.allowHeaders ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowOrigins: cors.allowOrigins ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAge: cors.maxAge ?? 0,
  };
}

/** The lists are sets without regard to case, to the provider. */
function sameCors(left: PropertyValue, right: PropertyValue): boolean {
  if (isUnknown(right)) return false;
  const [one, other] = [corsOf(left), corsOf(right)];
  if (one === undefined || other === undefined) return one === other;
  return sameCorsRecord(one, other);
}

function sameCorsRecord(left: AwsCors, right: AwsCors): boolean {
  return corsKey(left) === corsKey(right);
}

function corsKey(cors: AwsCors): string {
  const set = (values: readonly string[] | undefined) => (values ?? []).map((value) => value.toLowerCase()).sort();
  return JSON.stringify([
    cors.allowCredentials ?? false,
    set(cors.allowHeaders),
    set(cors.allowMethods),
    set(cors.allowOrigins),
    set(cors.exposeHeaders),
    cors.maxAge ?? 0,
  ]);
}

function parses(body: string): boolean {
  try {
    parseApiDocument(body);
    return true;
  } catch (error) {
    // The warning text of an Output is valid JSON; the import refuses it, not Check.
    return error instanceof VendorError && error.message.includes("Output");
  }
}
