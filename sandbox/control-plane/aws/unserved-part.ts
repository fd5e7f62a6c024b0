import { type ResourceModel, VendorError } from "../resource-model.ts";
import type { AwsSettings } from "./region.ts";

/**
 * The parts of a REST API that can be declared one by one. The sandbox serves what a document says: to store one of these, and
 * then serve the API without it, would serve it without an authorizer, say.
 */
const PARTS = [
  "authorizer:Authorizer",
  "integration:Integration",
  "integrationResponse:IntegrationResponse",
  "method:Method",
  "methodResponse:MethodResponse",
  "model:Model",
  "requestValidator:RequestValidator",
  "resource:Resource",
  "response:Response",
  "restApiPolicy:RestApiPolicy",
  "restApiPut:RestApiPut",
];

const OF_THE_DOCUMENT =
  "it serves the parts of a REST API from the API's document; put it into body of aws.apigateway.RestApi";

function refusal(instead: string): ResourceModel<AwsSettings> {
  return {
    replaces: ["*"],
    create({ type }) {
      throw new VendorError(`the sandbox does not serve ${type}: ${instead}`);
    },
    read: () => undefined,
    update: (_call, _id, { state }) => state,
    delete: () => {},
  };
}

/** Parts of a web ACL that can be declared one by one, and web ACLs of the first AWS WAF: stored, they would protect nothing. */
const OF_WEB_ACLS: Readonly<Record<string, string>> = {
  "aws:wafv2/webAclRule:WebAclRule": "put it into rules of aws.wafv2.WebAcl",
  "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation": "put it into rules of aws.wafv2.WebAcl",
  "aws:wafregional/webAclAssociation:WebAclAssociation": "use aws.wafv2.WebAclAssociation",
};

export const unservedParts: Readonly<Record<string, ResourceModel<AwsSettings>>> = {
  ...Object.fromEntries(PARTS.map((part) => [`aws:apigateway/${part}`, refusal(OF_THE_DOCUMENT)])),
  ...Object.fromEntries(Object.entries(OF_WEB_ACLS).map(([type, instead]) => [type, refusal(instead)])),
};
