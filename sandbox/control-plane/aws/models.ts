import type { ResourceModel } from "../resource-model.ts";
import { certificate } from "./acm/certificate.ts";
import { certificateValidation } from "./acm/certificate-validation.ts";
import { apiGatewayAccount } from "./apigateway/account.ts";
import { basePathMapping } from "./apigateway/base-path-mapping.ts";
import { clientCertificate } from "./apigateway/client-certificate.ts";
import { restDeployment } from "./apigateway/deployment.ts";
import { restDomainName } from "./apigateway/domain-name.ts";
import { restIntegration, restMethod, restResource } from "./apigateway/parts/models.ts";
import { restApiPut } from "./apigateway/rest-api/put.ts";
import { restApi } from "./apigateway/rest-api/rest-api.ts";
import { methodSettings } from "./apigateway/stage/method-settings.ts";
import { restStage } from "./apigateway/stage/stage.ts";
import { apiKey } from "./apigateway/usage-plan/api-key.ts";
import { usagePlanKey } from "./apigateway/usage-plan/key.ts";
import { usagePlan } from "./apigateway/usage-plan/usage-plan.ts";
import { apiMapping } from "./apigatewayv2/api-mapping.ts";
import { authorizer, integration, route } from "./apigatewayv2/api-part.ts";
import { deployment } from "./apigatewayv2/deployment.ts";
import { domainName } from "./apigatewayv2/domain-name.ts";
import { httpApi } from "./apigatewayv2/http-api.ts";
import { stage } from "./apigatewayv2/stage.ts";
import { vpcLink } from "./apigatewayv2/vpc-link.ts";
import { logGroup } from "./cloudwatch/log-group.ts";
import { route as vpcRoute } from "./ec2/route.ts";
import { securityGroup } from "./ec2/security-group.ts";
import { egressRule, ingressRule, securityGroupRule } from "./ec2/security-group-rule.ts";
import {
  transitGateway,
  transitGatewayAssociation,
  transitGatewayPropagation,
  transitGatewayRoute,
  transitGatewayRouteTable,
  transitGatewayVpcAttachment,
} from "./ec2/transit-gateway.ts";
import { routeTable, subnet, vpc } from "./ec2/vpc.ts";
import { vpcEndpoint } from "./ec2/vpc-endpoint.ts";
import {
  customerGateway,
  vpnConnection,
  vpnConnectionRoute,
  vpnGateway,
  vpnGatewayRoutePropagation,
} from "./ec2/vpn.ts";
import { accessKey } from "./iam/access-key.ts";
import { policy } from "./iam/policy.ts";
import { role } from "./iam/role.ts";
import { rolePolicy, rolePolicyAttachment } from "./iam/role-policy.ts";
import { user } from "./iam/user.ts";
import { userPolicy, userPolicyAttachment } from "./iam/user-policy.ts";
import { lambdaFunction } from "./lambda/function.ts";
import { permission } from "./lambda/permission.ts";
import { listener, listenerRule } from "./lb/listener.ts";
import { loadBalancer } from "./lb/load-balancer.ts";
import { targetGroup } from "./lb/target-group.ts";
import { targetGroupAttachment } from "./lb/target-group-attachment.ts";
import type { AwsSettings } from "./region.ts";
import { route53Record } from "./route53/record-set.ts";
import { route53Zone } from "./route53/zone.ts";
import { s3Object } from "./s3/object.ts";
import { cloudMapInstance, cloudMapService, dnsNamespace, httpNamespace } from "./servicediscovery/service.ts";
import { webAcl } from "./wafv2/web-acl.ts";
import { webAclAssociation } from "./wafv2/web-acl-association.ts";

type Models = Readonly<Record<string, ResourceModel<AwsSettings>>>;

/** The resources of Elastic Load Balancing, which the provider offers under two module names. */
function loadBalancing(module: "alb" | "lb"): Models {
  return {
    [`aws:${module}/listener:Listener`]: listener,
    [`aws:${module}/listenerRule:ListenerRule`]: listenerRule,
    [`aws:${module}/loadBalancer:LoadBalancer`]: loadBalancer,
    [`aws:${module}/targetGroup:TargetGroup`]: targetGroup,
    [`aws:${module}/targetGroupAttachment:TargetGroupAttachment`]: targetGroupAttachment,
  };
}

/** The resource types that the sandbox models. `awsUnmodelled` says which of the others it stores, and which it refuses. */
export const awsModels: Models = {
  ...loadBalancing("alb"),
  ...loadBalancing("lb"),
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": certificateValidation,
  "aws:apigateway/account:Account": apiGatewayAccount,
  "aws:apigateway/apiKey:ApiKey": apiKey,
  "aws:apigateway/basePathMapping:BasePathMapping": basePathMapping,
  "aws:apigateway/clientCertificate:ClientCertificate": clientCertificate,
  "aws:apigateway/deployment:Deployment": restDeployment,
  "aws:apigateway/domainName:DomainName": restDomainName,
  "aws:apigateway/integration:Integration": restIntegration,
  "aws:apigateway/method:Method": restMethod,
  "aws:apigateway/methodSettings:MethodSettings": methodSettings,
  "aws:apigateway/resource:Resource": restResource,
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/restApiPut:RestApiPut": restApiPut,
  "aws:apigateway/stage:Stage": restStage,
  "aws:apigateway/usagePlan:UsagePlan": usagePlan,
  "aws:apigateway/usagePlanKey:UsagePlanKey": usagePlanKey,
  "aws:apigatewayv2/api:Api": httpApi,
  "aws:apigatewayv2/apiMapping:ApiMapping": apiMapping,
  "aws:apigatewayv2/authorizer:Authorizer": authorizer,
  "aws:apigatewayv2/deployment:Deployment": deployment,
  "aws:apigatewayv2/domainName:DomainName": domainName,
  "aws:apigatewayv2/integration:Integration": integration,
  "aws:apigatewayv2/route:Route": route,
  "aws:apigatewayv2/stage:Stage": stage,
  "aws:apigatewayv2/vpcLink:VpcLink": vpcLink,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:ec2/customerGateway:CustomerGateway": customerGateway,
  "aws:ec2/route:Route": vpcRoute,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/securityGroupRule:SecurityGroupRule": securityGroupRule,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2/vpnConnection:VpnConnection": vpnConnection,
  "aws:ec2/vpnConnectionRoute:VpnConnectionRoute": vpnConnectionRoute,
  "aws:ec2/vpnGateway:VpnGateway": vpnGateway,
  "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": vpnGatewayRoutePropagation,
  "aws:ec2transitgateway/route:Route": transitGatewayRoute,
  "aws:ec2transitgateway/routeTable:RouteTable": transitGatewayRouteTable,
  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation": transitGatewayAssociation,
  "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation": transitGatewayPropagation,
  "aws:ec2transitgateway/transitGateway:TransitGateway": transitGateway,
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": transitGatewayVpcAttachment,
  "aws:iam/accessKey:AccessKey": accessKey,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:iam/user:User": user,
  "aws:iam/userPolicy:UserPolicy": userPolicy,
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": userPolicyAttachment,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/permission:Permission": permission,
  "aws:route53/record:Record": route53Record,
  "aws:route53/zone:Zone": route53Zone,
  "aws:s3/bucketObjectv2:BucketObjectv2": s3Object,
  "aws:servicediscovery/httpNamespace:HttpNamespace": httpNamespace,
  "aws:servicediscovery/instance:Instance": cloudMapInstance,
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": dnsNamespace,
  "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": dnsNamespace,
  "aws:servicediscovery/service:Service": cloudMapService,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:wafv2/webAclAssociation:WebAclAssociation": webAclAssociation,
};
