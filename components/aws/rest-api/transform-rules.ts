import type { RestApiArgs, StageArgs } from "@pulumi/aws/apigateway/index.js";
import type { TransformRule, TransformRules } from "../../gateway/transform.ts";
import { apiMappingRule, certificateRules } from "../domain/transform-rules.ts";
import { executionRules, functionRule, logGroupRule, permissionRule } from "../function/transform-rules.ts";
import type { AwsRestApiTransforms } from "./args.ts";

const description = "Change the description of the API.";
const limits = "Set limits of the plan in the description.";

const api: TransformRule<RestApiArgs> = {
  resource: "aws:apigateway/restApi:RestApi",
  properties: ["endpointConfiguration.ipAddressType", "minimumCompressionSize", "tags"],
  retain: true,
  instead: {
    binaryMediaTypes: "Set bodies.",
    body: description,
    description: "Set title in the description.",
    disableExecuteApiEndpoint: "Set domain, and domain.keepExecuteApi to keep the endpoint.",
    endpointConfiguration: "Set privateTo for a private API.",
    name: "Give the component another name.",
    policy: "Set allowFrom or privateTo.",
  },
};

/** A private API has what its import sets, and a transform of other properties would be undone by it. */
export const privateApiRule: TransformRule<RestApiArgs> = { ...api, properties: ["tags"] };

const stage: TransformRule<StageArgs> = {
  resource: "aws:apigateway/stage:Stage",
  properties: ["accessLogSettings", "clientCertificateId", "description", "documentationVersion", "tags"],
  retain: true,
  instead: {
    cacheClusterEnabled: "Set cache.",
    cacheClusterSize: "Set cache.sizeGb.",
    canarySettings: "Set canary.",
    xrayTracingEnabled: "Set tracing.",
  },
};

/** The stage of an API that proves itself to backends presents the certificate that it declares. */
export const provingStageRule: TransformRule<StageArgs> = {
  ...stage,
  properties: stage.properties.filter((property) => property !== "clientCertificateId"),
  instead: { ...stage.instead, clientCertificateId: "Set clientCertificates." },
};

/** What transforms may change of a REST API's resources. */
export const restApiTransformRules: TransformRules<AwsRestApiTransforms> = {
  api,
  import: {
    resource: "aws:apigateway/restApiPut:RestApiPut",
    properties: ["timeouts", "triggers"],
    instead: { body: description },
  },
  deployment: {
    resource: "aws:apigateway/deployment:Deployment",
    properties: ["description"],
  },
  stage,
  methodSettings: {
    resource: "aws:apigateway/methodSettings:MethodSettings",
    properties: ["settings.dataTraceEnabled", "settings.loggingLevel", "settings.metricsEnabled"],
    instead: { settings: "Set limits in the description, and cache for cached responses." },
  },
  authorizer: functionRule,
  permission: permissionRule,
  usagePlan: {
    resource: "aws:apigateway/usagePlan:UsagePlan",
    properties: ["description", "name", "productCode", "tags"],
    instead: {
      quotaSettings: "Set the quota of the plan in the description.",
      throttleSettings: limits,
      apiStages: limits,
    },
  },
  apiKey: {
    resource: "aws:apigateway/apiKey:ApiKey",
    // A disabled key only rejects more requests.
    properties: ["customerId", "description", "enabled", "name", "tags"],
    instead: { value: "Set the value of the consumer in consumers." },
  },
  usagePlanKey: {
    resource: "aws:apigateway/usagePlanKey:UsagePlanKey",
    properties: [],
    instead: { usagePlanId: "Set the plan of the consumer in consumers." },
  },
  clientCertificate: {
    resource: "aws:apigateway/clientCertificate:ClientCertificate",
    properties: ["description", "tags"],
    retain: true,
  },
  accessLog: logGroupRule,
  domain: {
    resource: "aws:apigateway/domainName:DomainName",
    properties: ["tags"],
    retain: true,
    instead: {
      domainName: "Set domain.name.",
      mutualTlsAuthentication: "Set domain.mutualTls.",
      regionalCertificateArn: "Set domain.certificateArn.",
    },
  },
  basePathMapping: {
    resource: "aws:apigateway/basePathMapping:BasePathMapping",
    properties: [],
    instead: { basePath: "Set domain.basePath." },
  },
  apiMapping: apiMappingRule,
  webAcl: {
    resource: "aws:wafv2/webAcl:WebAcl",
    properties: ["dataProtectionConfig", "description", "name", "namePrefix", "tags", "visibilityConfig"],
    instead: { rules: "Set limits in the description, and firewall.managedRules or firewall.webAclArn." },
  },
  webAclAssociation: {
    resource: "aws:wafv2/webAclAssociation:WebAclAssociation",
    properties: [],
    instead: { webAclArn: "Set firewall.webAclArn." },
  },
  ...executionRules,
  ...certificateRules,
};
