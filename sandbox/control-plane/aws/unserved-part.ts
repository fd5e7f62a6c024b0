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
];

const OF_THE_DOCUMENT =
  "it serves the parts of a REST API from the API's document; put it into body of aws.apigateway.RestApi, or of RestApiPut";

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

/** Parts of a VPC endpoint: stored, they would let in whom they are to keep out. */
const OF_ENDPOINTS: Readonly<Record<string, string>> = {
  "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": "put it into securityGroupIds of aws.ec2.VpcEndpoint",
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy":
    "it does not evaluate the policy of an endpoint; leave it out here, or run against the cloud",
};

export const unservedParts: Readonly<Record<string, ResourceModel<AwsSettings>>> = {
  ...Object.fromEntries(PARTS.map((part) => [`aws:apigateway/${part}`, refusal(OF_THE_DOCUMENT)])),
  ...Object.fromEntries(
    Object.entries({ ...OF_WEB_ACLS, ...OF_ENDPOINTS }).map(([type, instead]) => [type, refusal(instead)]),
  ),
};
