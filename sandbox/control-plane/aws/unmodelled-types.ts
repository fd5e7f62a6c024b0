import type { UnmodelledTypes } from "../unmodelled-types.ts";

const REST_API_PART =
  "put it into the document of the API, in body of aws.apigateway.RestApi or aws.apigateway.RestApiPut";
const WEBSOCKET_PART = "it is a part of a WebSocket API, which the sandbox does not serve; leave it out here";
const WEB_ACL_RULE = "put it into rules of aws.wafv2.WebAcl";
const GROUP_POLICY = "declare the policies of users, with aws.iam.UserPolicy or aws.iam.UserPolicyAttachment";
const EXCLUSIVE_POLICIES = "leave it out here; declare no policy beside those of this stack";

/** How the `aws` package treats the types without a model. */
export const awsUnmodelled: UnmodelledTypes = {
  gatewayModules: ["aws:apigateway/", "aws:apigatewayv2/"],
  stored: {
    "aws:apigateway/documentationPart:DocumentationPart": "Documentation for developers.",
    "aws:apigateway/documentationVersion:DocumentationVersion": "Documentation for developers.",
  },
  refused: {
    "aws:apigateway/authorizer:Authorizer": REST_API_PART,
    "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation":
      "the sandbox serves public domain names only; leave it out here",
    "aws:apigateway/integrationResponse:IntegrationResponse": REST_API_PART,
    "aws:apigateway/methodResponse:MethodResponse": REST_API_PART,
    "aws:apigateway/model:Model": REST_API_PART,
    "aws:apigateway/requestValidator:RequestValidator": REST_API_PART,
    "aws:apigateway/response:Response": REST_API_PART,
    "aws:apigateway/restApiPolicy:RestApiPolicy": "put it into policy of aws.apigateway.RestApi",
    "aws:apigateway/vpcLink:VpcLink": "use aws.apigatewayv2.VpcLink with an Application Load Balancer",
    "aws:apigatewayv2/integrationResponse:IntegrationResponse": WEBSOCKET_PART,
    "aws:apigatewayv2/model:Model": WEBSOCKET_PART,
    "aws:apigatewayv2/routeResponse:RouteResponse": WEBSOCKET_PART,
    "aws:apigatewayv2/routingRule:RoutingRule": "use aws.apigatewayv2.ApiMapping",
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": "put it into securityGroupIds of aws.ec2.VpcEndpoint",
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "leave it out here, or run this stack against the cloud",
    "aws:iam/groupMembership:GroupMembership": GROUP_POLICY,
    "aws:iam/policyAttachment:PolicyAttachment": GROUP_POLICY,
    "aws:iam/userGroupMembership:UserGroupMembership": GROUP_POLICY,
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": EXCLUSIVE_POLICIES,
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": EXCLUSIVE_POLICIES,
    "aws:wafregional/webAclAssociation:WebAclAssociation": "use aws.wafv2.WebAclAssociation",
    "aws:wafv2/webAclRule:WebAclRule": WEB_ACL_RULE,
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation": WEB_ACL_RULE,
  },
};
