import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import type { RecordChanges, Records } from "../../records.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { restStages } from "../apigateway/record.ts";
import { checkArn, verifying } from "../argument-check.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { type WebAclRecord, webAclAssociations, webAclOfStage, webAcls } from "./record.ts";
import { webAclArn } from "./web-acl.ts";

/** `aws:wafv2/webAclAssociation:WebAclAssociation` (terraform-provider-aws, internal/service/wafv2/web_acl_association.go). */
export const webAclAssociation: ResourceModel<AwsSettings> = {
  replaces: ["region", "resourceArn", "webAclArn"],

  verify: verifying((inputs, fail) => {
    checkArn(inputs, "resourceArn", fail);
    checkArn(inputs, "webAclArn", fail);
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const [resource, acl] = [text(inputs, "resourceArn") ?? "", text(inputs, "webAclArn") ?? ""];
    const id = `${acl},${resource}`;
    const operation = `creating WAFv2 WebACL Association (${id})`;
    const stage = stageOf(resource);
    if (stage === undefined || stage.region !== region) {
      // AWS WAF does not protect HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
      throw new VendorError(
        `${operation}: WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN, parameter: ${resource}; ` +
          `the sandbox protects stages of REST APIs, arn:aws:apigateway:${region}::/restapis/API/stages/STAGE`,
      );
    }
    if (restStages.get(call.records, region, stage.apiId, stage.name) === undefined) {
      throw new VendorError(`${operation}: WAFUnavailableEntityException: the stage ${resource} does not exist`);
    }
    const found = webAclOf(call.records, region, acl);
    if (found === undefined)
      throw new VendorError(`${operation}: WAFNonexistentItemException: the web ACL ${acl} does not exist`);
    webAclAssociations.put(call.records, { webAclId: found.id }, region, stage.apiId, stage.name);
    return { id, outputs: outputs(region, resource, acl) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [, resource = ""] = id.split(",", 2);
    const stage = stageOf(resource);
    const acl = stage && webAclOfStage(call.records, region, stage.apiId, stage.name);
    return acl && { id, outputs: outputs(region, resource, webAclArn(acl)) };
  },

  update: (_call, _id, { state }) => state,

  // AWS WAF removes the present web ACL of the stage, even if it is another one by now.
  delete(call, id, state) {
    const stage = stageOf(id.split(",", 2)[1] ?? "");
    if (stage !== undefined) disassociate(call.records, regionOf(call.settings, state), stage.apiId, stage.name);
  },
};

/** Removes the web ACL of a stage. */
export function disassociate(records: RecordChanges, region: string, apiId: string, stage: string): void {
  webAclAssociations.delete(records, region, apiId, stage);
}

/** The ARN of a stage of a REST API. */
export function stageArn(region: string, apiId: string, stage: string): string {
  return arn("apigateway", region, `/restapis/${apiId}/stages/${stage}`, false);
}

function stageOf(
  resource: string,
): { readonly region: string; readonly apiId: string; readonly name: string } | undefined {
  const [, region, apiId, name] =
    /^arn:[a-z-]+:apigateway:([a-z0-9-]+)::\/restapis\/([a-z0-9]+)\/stages\/([A-Za-z0-9_-]+)$/.exec(resource) ?? [];
  return region === undefined || apiId === undefined || name === undefined ? undefined : { region, apiId, name };
}

function webAclOf(records: Records, region: string, wantedArn: string): WebAclRecord | undefined {
  return webAcls.list(records, region).find(([, acl]) => webAclArn(acl) === wantedArn)?.[1];
}

function outputs(region: string, resourceArn: string, acl: string): Properties {
  return withoutUndefined({ region, resourceArn, webAclArn: acl });
}
