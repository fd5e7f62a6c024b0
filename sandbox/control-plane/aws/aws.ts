import { echoModel } from "../echo.ts";
import { digest } from "../identifier.ts";
import { text } from "../property-value.ts";
import type { ProviderPackage } from "../provider-package.ts";
import { certificate } from "./acm/certificate.ts";
import { certificateValidation } from "./acm/certificate-validation.ts";
import { apiGatewayAccount } from "./apigateway/account.ts";
import { basePathMapping } from "./apigateway/base-path-mapping.ts";
import { restDeployment } from "./apigateway/deployment.ts";
import { restDomainName } from "./apigateway/domain-name.ts";
import { RequestThrottle } from "./apigateway/request-throttle.ts";
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
import { logGroup } from "./cloudwatch/log-group.ts";
import { awsGateways } from "./gateways.ts";
import { accessKey } from "./iam/access-key.ts";
import { unservedGroups } from "./iam/group.ts";
import { policy } from "./iam/policy.ts";
import { role } from "./iam/role.ts";
import { rolePolicy, rolePolicyAttachment } from "./iam/role-policy.ts";
import { user } from "./iam/user.ts";
import { userPolicy, userPolicyAttachment } from "./iam/user-policy.ts";
import { lambdaFunction } from "./lambda/function.ts";
import { permission } from "./lambda/permission.ts";
import { networkModels } from "./network-models.ts";
import { type AwsSettings, accountId, arn, checkRegion, partitionOf, regionOf } from "./region.ts";
import { route53Record } from "./route53/record-set.ts";
import { route53Zone } from "./route53/zone.ts";
import { s3Object } from "./s3/object.ts";
import { unservedParts } from "./unserved-part.ts";
import { webAcl } from "./wafv2/web-acl.ts";
import { webAclAssociation } from "./wafv2/web-acl-association.ts";

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
