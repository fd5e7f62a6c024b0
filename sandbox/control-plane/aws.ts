import { apiGatewayAccount } from "./aws/api-gateway-account.ts";
import { apiKey } from "./aws/api-key.ts";
import { apiMapping } from "./aws/api-mapping.ts";
import { authorizer, integration, route } from "./aws/api-part.ts";
import { basePathMapping } from "./aws/base-path-mapping.ts";
import { certificate } from "./aws/certificate.ts";
import { certificateValidation } from "./aws/certificate-validation.ts";
import { deployment } from "./aws/deployment.ts";
import { domainName } from "./aws/domain-name.ts";
import { awsGateways } from "./aws/gateways.ts";
import { httpApi } from "./aws/http-api.ts";
import { accessKey } from "./aws/iam-access-key.ts";
import { unservedGroups } from "./aws/iam-group.ts";
import { policy } from "./aws/iam-policy.ts";
import { role } from "./aws/iam-role.ts";
import { rolePolicy, rolePolicyAttachment } from "./aws/iam-role-policy.ts";
import { user } from "./aws/iam-user.ts";
import { userPolicy, userPolicyAttachment } from "./aws/iam-user-policy.ts";
import { lambdaFunction } from "./aws/lambda-function.ts";
import { permission } from "./aws/lambda-permission.ts";
import { logGroup } from "./aws/log-group.ts";
import { methodSettings } from "./aws/method-settings.ts";
import { networkModels } from "./aws/network-models.ts";
import { type AwsSettings, accountId, arn, checkRegion, partitionOf, regionOf } from "./aws/region.ts";
import { RequestThrottle } from "./aws/request-throttle.ts";
import { restApi } from "./aws/rest-api.ts";
import { restApiPut } from "./aws/rest-api-put.ts";
import { restDeployment } from "./aws/rest-deployment.ts";
import { restDomainName } from "./aws/rest-domain-name.ts";
import { restStage } from "./aws/rest-stage.ts";
import { route53Record } from "./aws/route53-record.ts";
import { route53Zone } from "./aws/route53-zone.ts";
import { s3Object } from "./aws/s3-object.ts";
import { stage } from "./aws/stage.ts";
import { unservedParts } from "./aws/unserved-part.ts";
import { usagePlan } from "./aws/usage-plan.ts";
import { usagePlanKey } from "./aws/usage-plan-key.ts";
import { webAcl } from "./aws/web-acl.ts";
import { webAclAssociation } from "./aws/web-acl-association.ts";
import { echoModel } from "./echo.ts";
import { digest } from "./identifier.ts";
import { text } from "./property-value.ts";
import type { ProviderPackage } from "./provider-package.ts";

/**
 * The `aws` package.
 * @param defaultRegion the region of a provider whose configuration names none, as `AWS_REGION` would be
 * @param throttle whether its control planes are throttled; by default they are not
 */
export function awsPackage(
  defaultRegion: string,
  throttle: RequestThrottle = new RequestThrottle(),
): ProviderPackage<AwsSettings> {
  return {
    admit: (operation, type) => throttle.admit(operation, type),
    name: "aws",
    bridged: true,
    assumed: ({ region }) => ({ region }),
    replacingConfig: ["region"],
    configure: (config) => ({ region: checkRegion(text(config, "region") ?? defaultRegion) }),
    plainType: (type) => type,
    functions: {
      // https://www.pulumi.com/registry/packages/aws/api-docs/getregion/
      "aws:index/getRegion:getRegion": (settings, args) => {
        const region = checkRegion(text(args, "region") ?? text(args, "name") ?? settings.region);
        const endpoint = `ec2.${region}.${partitionOf(region).dnsSuffix}`;
        return { description: `Sandbox (${region})`, endpoint, id: region, name: region, region };
      },
      "aws:index/getCallerIdentity:getCallerIdentity": ({ region }) => ({
        accountId,
        arn: `arn:${partitionOf(region).partition}:iam::${accountId}:user/polygate-sandbox`,
        id: accountId,
        userId: "AIDAPOLYGATESANDBOX00",
      }),
      "aws:index/getPartition:getPartition": ({ region }) => {
        const { partition, dnsSuffix } = partitionOf(region);
        return { partition, dnsSuffix, id: partition, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
      },
      // A zone that no stack of the sandbox made is there by whichever name it is asked for, and keeps its id.
      "aws:route53/getZone:getZone": (_settings, args) => {
        const name = (text(args, "name") ?? "").toLowerCase().replace(/\.$/, "");
        const zoneId = text(args, "zoneId") ?? `Z${digest(`zone ${name}`, 20).toUpperCase()}`;
        return { arn: `arn:aws:route53:::hostedzone/${zoneId}`, id: zoneId, name, privateZone: false, zoneId };
      },
    },
    models: {
      ...networkModels,
      ...unservedGroups,
      ...unservedParts,
      "aws:acm/certificate:Certificate": certificate,
      "aws:acm/certificateValidation:CertificateValidation": certificateValidation,
      "aws:apigateway/account:Account": apiGatewayAccount,
      "aws:apigateway/apiKey:ApiKey": apiKey,
      "aws:apigateway/basePathMapping:BasePathMapping": basePathMapping,
      "aws:apigateway/deployment:Deployment": restDeployment,
      "aws:apigateway/domainName:DomainName": restDomainName,
      "aws:apigateway/methodSettings:MethodSettings": methodSettings,
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
      "aws:cloudwatch/logGroup:LogGroup": logGroup,
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
      "aws:wafv2/webAcl:WebAcl": webAcl,
      "aws:wafv2/webAclAssociation:WebAclAssociation": webAclAssociation,
    },
    echo: echoModel({
      kind: "aws/echo",
      scope: (settings, properties) => [regionOf(settings, properties)],
      id: (call, _inputs, short) => `${call.name}-${short.slice(0, 7)}`,
      outputs: (call, inputs, id) => {
        const region = regionOf(call.settings, inputs);
        const [, module = "", kind = ""] = /^aws:([^/:]+)(?:\/([^:]+))?:/.exec(call.type) ?? [];
        return { name: id, region, arn: arn(module, region, `${kind}/${id}`, true) };
      },
    }),
    gateways: awsGateways,
  };
}
