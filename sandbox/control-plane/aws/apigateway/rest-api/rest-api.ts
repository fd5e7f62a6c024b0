import type { ApiDocument } from "../../../api-document.ts";
import { hex, withAutomaticName } from "../../../automatic-name.ts";
import { identifier } from "../../../identifier.ts";
import {
  flag,
  isEmpty,
  isObject,
  type Properties,
  text,
  textMap,
  texts,
  withoutUndefined,
} from "../../../property-value.ts";
import { type Call, PartialFailure, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { refuseMapped } from "../../api-domain/record.ts";
import { gatewayKey, httpApis } from "../../apigatewayv2/record.ts";
import { checkOneOf, verifying } from "../../argument-check.ts";
import { optional } from "../../optional.ts";
import { checkPolicy, withPolicyText } from "../../policy-document.ts";
import { type AwsSettings, accountId, arn, regionOf } from "../../region.ts";
import { tagOutputs, tagsOf } from "../../tags.ts";
import { webAclAssociations } from "../../wafv2/record.ts";
import { type RestApiRecord, restApis, restDeployments, restStages } from "../record.ts";
import { detachStages } from "../usage-plan/record.ts";
import { checkEndpoint, checkVpcEndpoints, endpointOf, isWantedEndpoint } from "./endpoint.ts";
import { ImportRefused, imported, readImport } from "./import.ts";
import { apiPolicy, equivalentPolicies } from "./policy.ts";

/**
 * `aws:apigateway/restApi:RestApi`, as the provider and API Gateway treat it together: made from the arguments, then
 * overwritten from `body`, after which the provider sets again what the program states, and what its state holds of the
 * rest (terraform-provider-aws, internal/service/apigateway/rest_api.go).
 */
export const restApi: ResourceModel<AwsSettings> = {
  replaces: ["region"],
  same: { endpointConfiguration: isWantedEndpoint, policy: equivalentPolicies },
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: (inputs, call) =>
    withAutomaticName(withPolicyText(inputs, "policy"), "name", call, (seed) => `-${hex(seed, 7)}`),

  verify: verifying((inputs, fail) => {
    checkOneOf(inputs, "apiKeySource", ["HEADER", "AUTHORIZER"], fail);
    checkOneOf(inputs, "putRestApiMode", ["merge", "overwrite"], fail);
    checkEndpoint(inputs.endpointConfiguration, fail);
    if (!isEmpty(inputs.policy)) checkPolicy(inputs, "policy", fail);
  }),

  async create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const operation = `creating API Gateway REST API (${text(inputs, "name")})`;
    refuseUnserved(inputs, operation);
    const taken = (id: string) =>
      restApis.get(call.records, region, id) !== undefined || httpApis.get(call.records, region, id) !== undefined;
    const id = identifier(10, [call.urn, region], taken);
    const policy = apiPolicy(inputs, executionArn({ region, id }), operation);
    const endpoint = endpointOf(inputs.endpointConfiguration);
    admitEndpoints(call, { ...endpoint, region }, operation);
    const api: RestApiRecord = {
      id,
      region,
      rootResourceId: identifier(10, [call.urn, region, "/"], () => false),
      createdDate: now(),
      name: text(inputs, "name") ?? "",
      apiKeySource: text(inputs, "apiKeySource") === "AUTHORIZER" ? "AUTHORIZER" : "HEADER",
      binaryMediaTypes: texts(inputs.binaryMediaTypes) ?? [],
      disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? false,
      ...endpoint,
      tags: tagsOf(inputs),
      ...optional("description", text(inputs, "description")),
      ...optional("securityPolicy", text(inputs, "securityPolicy")),
      ...optional("endpointAccessMode", text(inputs, "endpointAccessMode")),
      ...optional("policy", policy),
    };
    await call.ports.reserve(gatewayKey(region, id));
    restApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    if (body !== undefined && body !== "") overwrite(call, api, body, inputs, inputs, "creating");
    return { id, outputs: read(call, region, id, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    return restApis.get(call.records, region, id) && { id, outputs: read(call, region, id, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating API Gateway REST API (${id})`;
    const found = restApis.get(call.records, region, id);
    if (found === undefined) throw new VendorError(noSuchApi(operation, id));
    refuseUnserved(inputs, operation);
    const policy = apiPolicy(inputs, executionArn(found), operation);
    const api = { ...withArguments(found, inputs), ...optional("policy", policy ?? found.policy) };
    if ((api.endpointType === "PRIVATE") !== (found.endpointType === "PRIVATE")) {
      // AWS does so, and does not say what is open meanwhile (docs.aws.amazon.com, apigateway-api-migration).
      throw new VendorError(
        `${operation}: the sandbox does not make a public API private, or a private one public ` +
          "(endpointConfiguration.types); make another API",
      );
    }
    admitEndpoints(call, api, operation);
    restApis.put(call.records, api, region, id);
    const body = text(inputs, "body") ?? "";
    // Compared, letter by letter, with what the state says was imported: after a failed import the state says so too, and
    // no other follows. Without a body nothing is imported, and what was stays.
    const changed =
      body !== (text(state, "body") ?? "") ||
      !sameMap(textMap(inputs.parameters) ?? {}, textMap(state.parameters) ?? {});
    if (changed && body !== "") overwrite(call, api, body, inputs, state, "updating");
    return read(call, region, id, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    refuseMapped(call.records, `deleting API Gateway REST API (${id})`, region, id);
    restApis.delete(call.records, region, id);
    for (const [, stage] of restStages.list(call.records, region, id))
      detachStages(call.records, region, id, stage.name);
    for (const kind of [restStages, restDeployments, webAclAssociations])
      call.records.deleteAll(`${kind.key(region, id)}/`);
  },
};

/** What API Gateway says of an API that there is not (AWS-validated in localstack's tests). */
export function noSuchApi(operation: string, id: string): string {
  return `${operation}: NotFoundException: Invalid API identifier specified ${accountId}:${id}`;
}

/** The present time as AWS's control planes write it. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** A change of an argument is patched in; one that is left out keeps what was there, since it is `computed` too. */
function withArguments(api: RestApiRecord, inputs: Properties): RestApiRecord {
  const { description: _description, ...rest } = api;
  const source = text(inputs, "apiKeySource");
  return {
    ...rest,
    name: text(inputs, "name") ?? api.name,
    apiKeySource: source === "AUTHORIZER" || source === "HEADER" ? source : api.apiKeySource,
    binaryMediaTypes: texts(inputs.binaryMediaTypes) ?? api.binaryMediaTypes,
    disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? api.disableExecuteApiEndpoint,
    ...(isObject(inputs.endpointConfiguration) ? endpointOf(inputs.endpointConfiguration) : {}),
    tags: tagsOf(inputs),
    ...optional("description", text(inputs, "description") ?? api.description),
    ...optional("securityPolicy", text(inputs, "securityPolicy") ?? api.securityPolicy),
    ...optional("endpointAccessMode", text(inputs, "endpointAccessMode") ?? api.endpointAccessMode),
  };
}

/**
 * PutRestApi, which resets what the document does not say, then the provider's patches: an argument wins over the
 * document, and so does what the state holds of an argument that was left out. So a description, or a source of keys, that
 * changes in the document alone is set back to the one from before.
 * @param remembered the provider's state before; for a new API only its arguments
 */
function overwrite(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  body: string,
  inputs: Properties,
  remembered: Properties,
  operation: "creating" | "updating",
): void {
  const before = imported(api, executionArn(api), importable(call, api, body, inputs, operation), body);
  const { description: _description, policy: _policy, vpcEndpointIds: _ids, ...rest } = before;
  const argument = (name: string) => text(inputs, name) || text(remembered, name);
  const source = argument("apiKeySource");
  const types = [inputs, remembered]
    .map(({ binaryMediaTypes }) => texts(binaryMediaTypes))
    .find((list) => list?.length);
  // An argument that is left out is what the state has: so a policy stays that the program no longer states.
  const policy =
    [inputs, remembered]
      .map((each) => apiPolicy(each, executionArn(api), operation))
      .find((each) => each !== undefined) ?? before.policy;
  // What the provider sees is the argument, or else what it last read; a `false` of either it does not send.
  const disabled = flag(inputs, "disableExecuteApiEndpoint") ?? flag(remembered, "disableExecuteApiEndpoint");
  const endpoints = api.vpcEndpointIds ?? before.vpcEndpointIds;
  const patched: RestApiRecord = {
    ...rest,
    name: argument("name") ?? before.name,
    ...optional("description", argument("description") ?? before.description),
    apiKeySource: source === "AUTHORIZER" || source === "HEADER" ? source : before.apiKeySource,
    binaryMediaTypes: types ?? before.binaryMediaTypes,
    disableExecuteApiEndpoint: disabled === true || before.disableExecuteApiEndpoint,
    ...optional("policy", policy),
    ...(endpoints === undefined ? {} : { vpcEndpointIds: endpoints }),
  };
  const isPatch = types !== undefined || !isSame(before, patched);
  if (isPatch && api.endpointType === "PRIVATE") {
    // A private API is busy with its endpoints after an import (hashicorp/terraform-provider-aws#45905, open).
    restApis.put(call.records, before, api.region, api.id);
    throw new PartialFailure(
      `updating API Gateway REST API (${api.id}) after OpenAPI import: BadRequestException: There is already an update in ` +
        "progress. Please wait until the current update finishes before making another request.",
      api.id,
      read(call, api.region, api.id, inputs),
    );
  }
  restApis.put(call.records, patched, api.region, api.id);
}

/** Whether the provider finds nothing to set again: a policy that says the same is the same. */
function isSame({ policy: one, ...before }: RestApiRecord, { policy: other, ...after }: RestApiRecord): boolean {
  const sorted = (record: object) => JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return equivalentPolicies(one, other) && sorted(before) === sorted(after);
}

/** The parsed document, or the failure that the engine keeps together with the API that is there by now. */
function importable(
  call: Call<AwsSettings>,
  api: RestApiRecord,
  body: string,
  inputs: Properties,
  operation: "creating" | "updating",
): ApiDocument {
  try {
    return readImport(call, api, executionArn(api), body, flag(inputs, "failOnWarnings") === true);
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    throw new PartialFailure(
      `${operation} API Gateway REST API (${api.id}) specification: BadRequestException: ${error.message}`,
      api.id,
      read(call, api.region, api.id, inputs),
    );
  }
}

function admitEndpoints(
  call: Call<AwsSettings>,
  api: Pick<RestApiRecord, "endpointType" | "region" | "vpcEndpointIds">,
  operation: string,
): void {
  try {
    checkVpcEndpoints(call.records, api, api.vpcEndpointIds ?? []);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new VendorError(`${operation}: ${error.message}`);
  }
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
export function executionArn({ region, id }: Pick<RestApiRecord, "region" | "id">): string {
  return arn("execute-api", region, id, true);
}

/** What the provider reads, with what it never reads (`body` and how it was imported) from what it remembers. */
function read(call: Call<AwsSettings>, region: string, id: string, remembered: Properties): Properties {
  const api = restApis.get(call.records, region, id);
  if (api === undefined) throw new VendorError(noSuchApi(`reading API Gateway REST API (${id})`, id));
  return withoutUndefined({
    apiKeySource: api.apiKeySource,
    arn: arn("apigateway", region, `/restapis/${id}`, false),
    binaryMediaTypes: api.binaryMediaTypes,
    body: remembered.body,
    createdDate: api.createdDate,
    description: api.description ?? "",
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    endpointAccessMode: api.endpointAccessMode,
    endpointConfiguration: withoutUndefined({
      ipAddressType: api.ipAddressType,
      types: api.endpointType,
      vpcEndpointIds: api.vpcEndpointIds,
    }),
    executionArn: executionArn(api),
    failOnWarnings: remembered.failOnWarnings,
    minimumCompressionSize: "",
    name: api.name,
    parameters: remembered.parameters,
    // What the program wrote, where what the API has says the same (verify.SecondJSONUnlessEquivalent).
    policy: (equivalentPolicies(remembered.policy, api.policy) ? remembered.policy : api.policy) ?? "",
    putRestApiMode: remembered.putRestApiMode ?? "overwrite",
    region,
    rootResourceId: api.rootResourceId,
    securityPolicy: api.securityPolicy,
    ...tagOutputs(api.tags),
  });
}

/** Arguments that change what an API does, and that the sandbox would otherwise leave out of what it serves. */
function refuseUnserved(inputs: Properties, operation: string): void {
  const refuse = (what: string) => {
    throw new VendorError(
      `${operation}: the sandbox does not serve ${what}; leave it out here, or run against the cloud`,
    );
  };
  const compression = text(inputs, "minimumCompressionSize") ?? "";
  if (compression !== "" && compression !== "-1") refuse("compression (minimumCompressionSize)");
  if (text(inputs, "putRestApiMode") === "merge") refuse("imports in the mode merge (putRestApiMode)");
  refuseUnservedImport(inputs, operation);
}

/** What changes how a document is read. */
export function refuseUnservedImport(inputs: Properties, operation: string): void {
  for (const [name, value] of Object.entries(textMap(inputs.parameters) ?? {})) {
    if (name === "ignore" && value === "documentation") continue;
    throw new VendorError(
      `${operation}: the sandbox does not serve the import parameter ${name}=${value} (parameters); leave it out here, or run ` +
        "against the cloud",
    );
  }
}

function sameMap(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => left[name] === right[name]);
}
