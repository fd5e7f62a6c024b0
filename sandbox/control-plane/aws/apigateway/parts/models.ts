import { identifier } from "../../../identifier.ts";
import { flag, type Properties, text, withoutUndefined } from "../../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../../resource-model.ts";
import { type Fail, verifying } from "../../argument-check.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { noSuchApi, type RestApiRecord, restApis } from "../record.ts";
import { NOT_BOTH } from "../rest-api/import.ts";
import { checkIntegration, checkMethod, checkResource } from "./check.ts";
import { pathOf } from "./document.ts";
import { type RestPartRecord, restParts } from "./record.ts";

/** What differs between the kinds of parts. */
interface PartOptions {
  readonly kind: RestPartRecord["kind"];
  /** The part's name in the provider's errors. */
  readonly title: string;
  readonly replaces: readonly string[];
  readonly verify: (inputs: Properties, fail: Fail) => void;
  readonly id: (call: Call<AwsSettings>, inputs: Properties, taken: (id: string) => boolean) => string;
  /**
   * The outputs beside the inputs.
   * @throws VendorError for what API Gateway refuses
   */
  readonly outputs: (
    inputs: Properties,
    others: readonly RestPartRecord[],
    api: RestApiRecord,
    refuse: (reason: string) => never,
  ) => Properties;
}

/** The model of a part of a REST API. A deployment serves the document that the parts amount to. */
function partModel(options: PartOptions): ResourceModel<AwsSettings> {
  const { kind, title } = options;
  function put(call: Call<AwsSettings>, inputs: Properties, existing: string | undefined) {
    const region = regionOf(call.settings, inputs);
    const apiId = text(inputs, "restApi") ?? "";
    const operation = `${existing === undefined ? "creating" : "updating"} API Gateway ${title}`;
    const refuse = (reason: string): never => {
      throw new VendorError(`${operation}: ${reason}`);
    };
    const api = restApis.get(call.records, region, apiId) ?? refuse(noSuchApi(operation, apiId));
    if (api.document !== undefined) refuse(NOT_BOTH);
    const parts = restParts.list(call.records, region, apiId).map(([, part]) => part);
    const id = existing ?? options.id(call, inputs, (each) => parts.some((part) => part.id === each));
    const others = parts.filter((part) => part.id !== id);
    const properties = withoutUndefined({ ...inputs, ...options.outputs(inputs, others, api, refuse), region });
    restParts.put(call.records, { kind, id, region, apiId, properties }, region, apiId, id);
    return { id, outputs: properties };
  }
  const find = (call: Call<AwsSettings>, id: string, state: Properties) =>
    restParts.get(call.records, regionOf(call.settings, state), text(state, "restApi") ?? "", id);
  return {
    replaces: ["region", "restApi", ...options.replaces],
    verify: verifying(options.verify),
    create: (call, inputs) => put(call, inputs, undefined),
    read(call, id, state) {
      const found = find(call, id, state);
      return found && { id, outputs: found.properties };
    },
    update: (call, id, { inputs }) => put(call, inputs, id).outputs,
    delete(call, id, state) {
      restParts.delete(call.records, regionOf(call.settings, state), text(state, "restApi") ?? "", id);
    },
  };
}

/** The id of a method or an integration in the provider's state. */
const idOf = (prefix: string) => (_call: unknown, inputs: Properties) =>
  [prefix, inputs.restApi, inputs.resourceId, inputs.httpMethod].map(String).join("-");

const isResource = (parts: readonly RestPartRecord[], api: RestApiRecord, id: string | undefined): boolean =>
  id === api.rootResourceId || parts.some((part) => part.kind === "resource" && part.id === id);

/** `aws:apigateway/resource:Resource`. */
export const restResource: ResourceModel<AwsSettings> = partModel({
  kind: "resource",
  title: "Resource",
  replaces: [],
  verify: checkResource,
  id: (call, inputs, taken) => identifier(6, [call.urn, text(inputs, "restApi") ?? ""], taken),
  outputs(inputs, others, api, refuse) {
    const { parentId, pathPart } = inputs;
    if (!isResource(others, api, text(inputs, "parentId"))) {
      refuse("NotFoundException: Invalid Resource identifier specified");
    }
    const isTwin = ({ kind, properties }: RestPartRecord) =>
      kind === "resource" && properties.parentId === parentId && properties.pathPart === pathPart;
    if (others.some(isTwin)) {
      refuse(`ConflictException: Another resource with the same parent already has this name: ${pathPart}`);
    }
    const parent = pathOf(others, api, text(inputs, "parentId") ?? "");
    return { path: `${parent.replace(/\/$/, "")}/${pathPart}` };
  },
});

/** `aws:apigateway/method:Method`. */
export const restMethod: ResourceModel<AwsSettings> = partModel({
  kind: "method",
  title: "Method",
  replaces: ["httpMethod", "resourceId"],
  verify: checkMethod,
  id: idOf("agm"),
  outputs(inputs, others, api, refuse) {
    if (!isResource(others, api, text(inputs, "resourceId"))) {
      refuse("NotFoundException: Invalid Resource identifier specified");
    }
    return { apiKeyRequired: flag(inputs, "apiKeyRequired") ?? false };
  },
});

/** `aws:apigateway/integration:Integration`. */
export const restIntegration: ResourceModel<AwsSettings> = partModel({
  kind: "integration",
  title: "Integration",
  replaces: ["httpMethod", "integrationHttpMethod", "resourceId", "type"],
  verify: checkIntegration,
  id: idOf("agi"),
  outputs(inputs, others, _api, refuse) {
    const isMethod = ({ kind, properties }: RestPartRecord) =>
      kind === "method" && properties.resourceId === inputs.resourceId && properties.httpMethod === inputs.httpMethod;
    if (!others.some(isMethod)) refuse("NotFoundException: Invalid Method identifier specified");
    return {
      cacheNamespace: text(inputs, "resourceId") ?? "",
      connectionType: inputs.connectionType ?? "INTERNET",
      passthroughBehavior: inputs.passthroughBehavior ?? "WHEN_NO_MATCH",
      responseTransferMode: inputs.responseTransferMode ?? "BUFFERED",
      timeoutMilliseconds: inputs.timeoutMilliseconds ?? 29_000,
    };
  },
});
