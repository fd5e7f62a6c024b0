import { identifier } from "../../../identifier.ts";
import { flag, isEmpty, isObject, type Properties, text, textMap, texts } from "../../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { refuseMapped } from "../../api-domain/record.ts";
import { gatewayKey, httpApis } from "../../apigatewayv2/record.ts";
import { checkOneOf, verifying } from "../../argument-check.ts";
import { completeName } from "../../automatic-name.ts";
import { optional } from "../../optional.ts";
import { checkPolicy, withPolicyText } from "../../policy-document.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { tagsOf } from "../../tags.ts";
import { timestamp } from "../../timestamp.ts";
import { webAclAssociations } from "../../wafv2/record.ts";
import { restParts } from "../parts/record.ts";
import { executionArn, noSuchApi, type RestApiRecord, restApis, restDeployments, restStages } from "../record.ts";
import { detachStage } from "../usage-plan/record.ts";
import { checkEndpoint, checkVpcEndpoints, endpointOf, isWantedEndpoint } from "./endpoint.ts";
import { outputsOf } from "./outputs.ts";
import { overwrite } from "./overwrite.ts";
import { apiPolicy, equivalentPolicies } from "./policy.ts";
import { refuseUnserved } from "./unserved.ts";

/**
 * `aws:apigateway/restApi:RestApi`, as the provider and API Gateway treat it together: created from the arguments, then overwritten
 * by `body`, after which the provider restores what the program declares and what its state holds of the other arguments
 * (terraform-provider-aws, internal/service/apigateway/rest_api.go).
 */
export const restApi: ResourceModel<AwsSettings> = {
  replaces: ["region"],
  same: { endpointConfiguration: isWantedEndpoint, policy: equivalentPolicies },
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: (inputs, call) => completeName(withPolicyText(inputs, "policy"), call),

  verify: verifying((inputs, fail) => {
    checkOneOf(inputs, "apiKeySource", ["HEADER", "AUTHORIZER"], fail);
    checkOneOf(inputs, "putRestApiMode", ["merge", "overwrite"], fail);
    checkEndpoint(inputs.endpointConfiguration, fail);
    if (!isEmpty(inputs.policy)) checkPolicy(inputs, "policy", fail);
    refuseUnserved(inputs, fail);
  }),

  async create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const operation = `creating API Gateway REST API (${text(inputs, "name")})`;
    const id = newId(call, region);
    const policy = apiPolicy(inputs, executionArn({ region, id }), operation);
    const api: RestApiRecord = {
      id,
      region,
      rootResourceId: identifier(10, [call.urn, region, "/"], () => false),
      createdDate: timestamp(),
      name: text(inputs, "name") ?? "",
      apiKeySource: text(inputs, "apiKeySource") === "AUTHORIZER" ? "AUTHORIZER" : "HEADER",
      binaryMediaTypes: texts(inputs.binaryMediaTypes) ?? [],
      disableExecuteApiEndpoint: flag(inputs, "disableExecuteApiEndpoint") ?? false,
      ...endpointOf(inputs.endpointConfiguration),
      tags: tagsOf(inputs),
      ...optional("description", text(inputs, "description")),
      ...optional("securityPolicy", text(inputs, "securityPolicy")),
      ...optional("endpointAccessMode", text(inputs, "endpointAccessMode")),
      ...optional("policy", policy),
    };
    checkOwnVpcEndpoints(call, api, operation);
    await call.ports.reserve(gatewayKey(region, id));
    restApis.put(call.records, api, region, id);
    const body = text(inputs, "body");
    if (body !== undefined && body !== "") overwrite(call, api, body, inputs, inputs, "creating");
    return { id, outputs: outputsOf(call, region, id, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    return restApis.get(call.records, region, id) && { id, outputs: outputsOf(call, region, id, state) };
  },

  update(call, id, { inputs, state }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating API Gateway REST API (${id})`;
    const before = restApis.get(call.records, region, id);
    if (before === undefined) throw new VendorError(noSuchApi(operation, id));
    const policy = apiPolicy(inputs, executionArn(before), operation);
    const api = { ...withArguments(before, inputs), ...optional("policy", policy ?? before.policy) };
    if ((api.endpointType === "PRIVATE") !== (before.endpointType === "PRIVATE")) {
      // AWS allows the change, but does not document which requests it accepts meanwhile (docs.aws.amazon.com,
      // apigateway-api-migration).
      throw new VendorError(
        `${operation}: the sandbox does not make a public API private, or a private one public ` +
          "(endpointConfiguration.types); declare another API",
      );
    }
    checkOwnVpcEndpoints(call, api, operation);
    restApis.put(call.records, api, region, id);
    const body = text(inputs, "body") ?? "";
    if (isNewImport(inputs, state) && body !== "") overwrite(call, api, body, inputs, state, "updating");
    return outputsOf(call, region, id, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    refuseMapped(call.records, `deleting API Gateway REST API (${id})`, region, id);
    restApis.delete(call.records, region, id);
    for (const [, stage] of restStages.list(call.records, region, id)) {
      detachStage(call.records, region, id, stage.name);
    }
    for (const kind of [restParts, restStages, restDeployments, webAclAssociations]) {
      call.records.deleteAll(`${kind.key(region, id)}/`);
    }
  },
};

/** HTTP APIs and REST APIs share one host name scheme, so that an id is unique among both. */
function newId(call: Call<AwsSettings>, region: string): string {
  return identifier(
    10,
    [call.urn, region],
    (id) =>
      restApis.get(call.records, region, id) !== undefined || httpApis.get(call.records, region, id) !== undefined,
  );
}

/** Patches the arguments in. An omitted argument keeps its value, because the provider computes it. */
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
 * Whether the provider imports the body at an update: when the body or its parameters differ, letter by letter, from the state. After
 * a failed import the state holds the refused body, so that the provider does not import it again. Without a body it imports
 * nothing, and the definition stays.
 */
function isNewImport(inputs: Properties, state: Properties): boolean {
  const [wanted, imported] = [textMap(inputs.parameters) ?? {}, textMap(state.parameters) ?? {}];
  const names = [...Object.keys(wanted), ...Object.keys(imported)];
  return (
    (text(inputs, "body") ?? "") !== (text(state, "body") ?? "") ||
    names.some((name) => wanted[name] !== imported[name])
  );
}

function checkOwnVpcEndpoints(call: Call<AwsSettings>, api: RestApiRecord, operation: string): void {
  try {
    checkVpcEndpoints(call.records, api, api.vpcEndpointIds ?? []);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new VendorError(`${operation}: ${error.message}`);
  }
}
