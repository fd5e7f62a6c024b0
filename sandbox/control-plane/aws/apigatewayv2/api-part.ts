import { identifier } from "../../identifier.ts";
import { flag, type Properties, type PropertyValue, text, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { noSuchApi } from "../apigateway/record.ts";
import { type Fail, verifying } from "../argument-check.ts";
import { splitImportId } from "../import-id.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { checkPrivateIntegrations } from "./private-integration.ts";
import { type ApiPartRecord, apiParts, httpApis } from "./record.ts";
import { refuseAuthorizer, refuseIntegration, refuseRoute } from "./unserved-part.ts";

/**
 * The model of a part of an HTTP API: a route, an integration or an authorizer that is declared as a resource of its own. The gateway
 * serves the parts in the form of a document (`currentDefinition`).
 */
function partModel(
  kind: ApiPartRecord["kind"],
  title: string,
  options: {
    readonly replaces: readonly string[];
    /** Reports arguments that the sandbox does not serve. */
    readonly verify: (inputs: Properties, fail: Fail) => void;
    /** The values that API Gateway uses for omitted arguments. */
    readonly defaults: (inputs: Properties) => Properties;
    /** @throws VendorError for arguments that API Gateway refuses */
    readonly check: (call: Call<AwsSettings>, region: string, apiId: string, inputs: Properties, id?: string) => void;
    /** Whether another part refers to this one. */
    readonly inUse: (other: ApiPartRecord, id: string) => boolean;
  },
): ResourceModel<AwsSettings> {
  const outputs = (inputs: Properties, region: string): Properties =>
    withoutUndefined({ ...options.defaults(inputs), ...inputs, region });
  return {
    replaces: ["apiId", "region", ...options.replaces],
    verify: verifying(options.verify),
    create(call, inputs) {
      const region = regionOf(call.settings, inputs);
      const apiId = text(inputs, "apiId") ?? "";
      if (httpApis.get(call.records, region, apiId) === undefined) {
        throw new VendorError(noSuchApi(`creating API Gateway v2 ${title}`, apiId));
      }
      options.check(call, region, apiId, inputs);
      const id = identifier(7, [call.urn, region, apiId], (taken) => partOf(call, region, apiId, taken) !== undefined);
      const properties = outputs(inputs, region);
      apiParts.put(call.records, { id, apiId, region, kind, properties }, region, apiId, id);
      return { id, outputs: properties };
    },
    read(call, id, state) {
      const region = regionOf(call.settings, state);
      const [importedApi, importedId] = splitImportId(id);
      const apiId = importedApi ?? text(state, "apiId");
      if (apiId === undefined) throw new VendorError(`wrong format of import ID (${id}), use: 'api-id/${kind}-id'`);
      const part = partOf(call, region, apiId, importedId ?? id);
      return part && { id: part.id, outputs: part.properties as Properties };
    },
    update(call, id, { inputs }) {
      const region = regionOf(call.settings, inputs);
      const apiId = text(inputs, "apiId") ?? "";
      if (partOf(call, region, apiId, id) === undefined) {
        throw new VendorError(`updating API Gateway v2 ${title} (${id}): NotFoundException: no such ${kind}`);
      }
      options.check(call, region, apiId, inputs, id);
      const properties = outputs(inputs, region);
      apiParts.put(call.records, { id, apiId, region, kind, properties }, region, apiId, id);
      return properties;
    },
    delete(call, id, state) {
      const region = regionOf(call.settings, state);
      const apiId = text(state, "apiId") ?? "";
      const user = apiParts.list(call.records, region, apiId).find(([, other]) => options.inUse(other, id));
      if (user !== undefined) {
        throw new VendorError(
          `deleting API Gateway v2 ${title} (${id}): ConflictException: Cannot delete ${title} '${id}' as it is ` +
            `referenced by a Route (${String(user[1].properties.routeKey)})`,
        );
      }
      apiParts.delete(call.records, region, apiId, id);
    },
  };
}

function partOf(call: Call<AwsSettings>, region: string, apiId: string, id: string): ApiPartRecord | undefined {
  return apiParts.get(call.records, region, apiId, id);
}

export const integration = partModel("integration", "Integration", {
  replaces: ["integrationSubtype", "integrationType"],
  verify: refuseIntegration,
  defaults: (inputs) => ({
    connectionType: "INTERNET",
    payloadFormatVersion: "1.0",
    // The maximum for HTTP APIs, which is also the default (docs.aws.amazon.com, http-api-quotas).
    timeoutMilliseconds: 30_000,
    ...(inputs.integrationType === "HTTP_PROXY" ? {} : { integrationMethod: "POST" }),
  }),
  check(call, region, _apiId, inputs, id) {
    if (text(inputs, "connectionType") !== "VPC_LINK") return;
    const [connectionId, target] = [text(inputs, "connectionId") ?? "", text(inputs, "integrationUri") ?? ""];
    try {
      checkPrivateIntegrations(call.records, region, [{ connectionId, target }]);
    } catch (error) {
      const operation = id === undefined ? "creating" : "updating";
      throw new VendorError(
        `${operation} API Gateway v2 Integration: BadRequestException: ${(error as Error).message}`,
      );
    }
  },
  inUse: (other, id) => other.kind === "route" && other.properties.target === `integrations/${id}`,
});

export const authorizer = partModel("authorizer", "Authorizer", {
  replaces: [],
  verify: refuseAuthorizer,
  defaults: () => ({}),
  check: () => {},
  inUse: (other, id) => other.kind === "route" && other.properties.authorizerId === id,
});

export const route = partModel("route", "Route", {
  replaces: [],
  verify: refuseRoute,
  defaults: (inputs) => ({ apiKeyRequired: flag(inputs, "apiKeyRequired") ?? false, authorizationType: "NONE" }),
  inUse: () => false,
  check(call, region, apiId, inputs, id) {
    const refuse = (reason: string) => {
      throw new VendorError(`${id === undefined ? "creating" : "updating"} API Gateway v2 Route: ${reason}`);
    };
    const key = text(inputs, "routeKey") ?? "";
    const twin = apiParts
      .list(call.records, region, apiId)
      .find(([, other]) => other.kind === "route" && other.properties.routeKey === key && other.id !== id);
    if (twin !== undefined) refuse(`ConflictException: Route with key ${key} already exists for this API`);
    if (key !== "$default" && !/^(?:ANY|GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH) \/\S*$/.test(key)) {
      refuse(`BadRequestException: The provided route key is not formatted properly: ${key}`);
    }
    const refersTo = (kind: ApiPartRecord["kind"], target: string) =>
      partOf(call, region, apiId, target)?.kind === kind;
    const target = text(inputs, "target");
    if (target !== undefined && !refersTo("integration", target.replace(/^integrations\//, ""))) {
      refuse(`NotFoundException: Unable to find Integration ${target}`);
    }
    const type = authorizationType(inputs.authorizationType);
    const authorizerId = text(inputs, "authorizerId");
    if (
      (type === "JWT" || type === "CUSTOM") &&
      (authorizerId === undefined || !refersTo("authorizer", authorizerId))
    ) {
      refuse(`BadRequestException: authorizationType ${type} needs the id of an authorizer of this API`);
    }
  },
});

function authorizationType(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "NONE";
}
