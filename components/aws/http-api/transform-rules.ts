import type { TransformRules } from "../../gateway/transform.ts";
import { apiMappingRule, certificateRules, httpDomainRule } from "../domain/transform-rules.ts";
import { executionRules, functionRule, logGroupRule, permissionRule } from "../function/transform-rules.ts";
import type { AwsHttpApiTransforms } from "./args.ts";

const description = "Change the description of the API.";

/** What transforms may change of an HTTP API's resources. */
export const httpApiTransformRules: TransformRules<AwsHttpApiTransforms> = {
  api: {
    resource: "aws:apigatewayv2/api:Api",
    properties: ["ipAddressType", "tags"],
    retain: true,
    instead: {
      body: description,
      corsConfiguration: "Set cors in the description.",
      description: "Set title in the description.",
      disableExecuteApiEndpoint: "Set domain, and domain.keepExecuteApi to keep the endpoint.",
      name: "Give the component another name.",
    },
  },
  deployment: {
    resource: "aws:apigatewayv2/deployment:Deployment",
    properties: ["description"],
  },
  stage: {
    resource: "aws:apigatewayv2/stage:Stage",
    properties: ["accessLogSettings", "description", "tags"],
    retain: true,
    instead: {
      defaultRouteSettings: "Set limits in the description, and metrics for detailed metrics.",
      routeSettings: "Set limits in the description, and metrics for detailed metrics.",
    },
  },
  replies: functionRule,
  permission: permissionRule,
  accessLog: logGroupRule,
  apiMapping: apiMappingRule,
  domain: httpDomainRule,
  ...executionRules,
  ...certificateRules,
};
