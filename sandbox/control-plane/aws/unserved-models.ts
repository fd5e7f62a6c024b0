import { type ResourceModel, VendorError } from "../resource-model.ts";
import type { AwsSettings } from "./region.ts";

const REST_API_PART =
  "it serves the parts of a REST API from the API's document; put it into body of aws.apigateway.RestApi, or of RestApiPut";
const WEB_ACL_RULE = "put it into rules of aws.wafv2.WebAcl";
const GROUP_POLICY =
  "it evaluates policies of users only; declare them with aws.iam.UserPolicy or aws.iam.UserPolicyAttachment";

/**
 * Resource types that the sandbox refuses, each with what to declare instead. If it stored them without serving them, an API would
 * be open to requests that the resource denies: without an authorizer, a firewall rule, or a policy that a user has from a group.
 */
const UNSERVED: Readonly<Record<string, string>> = {
  "aws:apigateway/authorizer:Authorizer": REST_API_PART,
  "aws:apigateway/integration:Integration": REST_API_PART,
  "aws:apigateway/integrationResponse:IntegrationResponse": REST_API_PART,
  "aws:apigateway/method:Method": REST_API_PART,
  "aws:apigateway/methodResponse:MethodResponse": REST_API_PART,
  "aws:apigateway/model:Model": REST_API_PART,
  "aws:apigateway/requestValidator:RequestValidator": REST_API_PART,
  "aws:apigateway/resource:Resource": REST_API_PART,
  "aws:apigateway/response:Response": REST_API_PART,
  "aws:apigateway/restApiPolicy:RestApiPolicy": REST_API_PART,
  "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": "put it into securityGroupIds of aws.ec2.VpcEndpoint",
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy":
    "it does not evaluate the policy of an endpoint; leave it out here, or run against the cloud",
  "aws:iam/groupMembership:GroupMembership": GROUP_POLICY,
  "aws:iam/policyAttachment:PolicyAttachment": GROUP_POLICY,
  "aws:iam/userGroupMembership:UserGroupMembership": GROUP_POLICY,
  "aws:wafregional/webAclAssociation:WebAclAssociation": "use aws.wafv2.WebAclAssociation",
  "aws:wafv2/webAclRule:WebAclRule": WEB_ACL_RULE,
  "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation": WEB_ACL_RULE,
};

/** A model that refuses to create the resource. */
function refusal(type: string, instead: string): ResourceModel<AwsSettings> {
  return {
    replaces: ["*"],
    create() {
      throw new VendorError(`the sandbox does not serve ${type}: ${instead}`);
    },
    read: () => undefined,
    update: (_call, _id, { state }) => state,
    delete: () => {},
  };
}

export const unservedModels: Readonly<Record<string, ResourceModel<AwsSettings>>> = Object.fromEntries(
  Object.entries(UNSERVED).map(([type, instead]) => [type, refusal(type, instead)]),
);
