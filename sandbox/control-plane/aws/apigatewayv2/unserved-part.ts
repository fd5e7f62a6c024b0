import { flag, isUnknown, type Properties, text } from "../../property-value.ts";
import { type Fail, refuseArguments } from "../argument-check.ts";
import { FUNCTION_ARN } from "./definition.ts";

const INSTEAD = "leave it out here, or run against the cloud";
const INVOCATION_URI = /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/\S+\/invocations$/;

/** Reports an integration that the sandbox does not serve. */
export function refuseIntegration(inputs: Properties, fail: Fail): void {
  const names = ["contentHandlingStrategy", "credentialsArn", "integrationSubtype", "requestTemplates"];
  refuseArguments(inputs, [...names, "responseParameters", "templateSelectionExpression"], INSTEAD, fail);
  // The provider's default, which has no effect on an HTTP API (terraform-provider-aws, apigatewayv2/integration.go).
  if (text(inputs, "passthroughBehavior") !== "WHEN_NO_MATCH") {
    refuseArguments(inputs, ["passthroughBehavior"], INSTEAD, fail);
  }
  const type = text(inputs, "integrationType");
  if (type !== undefined && type !== "HTTP_PROXY" && type !== "AWS_PROXY") {
    fail("integrationType", `the sandbox does not serve integrations of the type ${type}; use HTTP_PROXY or AWS_PROXY`);
  }
  const uri = text(inputs, "integrationUri") ?? "";
  if (type !== "AWS_PROXY" || isUnknown(inputs.integrationUri) || inputs.integrationSubtype !== undefined) return;
  if (FUNCTION_ARN.test(uri) || INVOCATION_URI.test(uri)) return;
  fail(
    "integrationUri",
    `${JSON.stringify(uri)} names no function; pass the arn or the invokeArn of aws.lambda.Function`,
  );
}

/** Reports an authorizer that the sandbox does not serve. */
export function refuseAuthorizer(inputs: Properties, fail: Fail): void {
  const type = text(inputs, "authorizerType");
  if (type === undefined || type === "JWT") return;
  fail("authorizerType", `the sandbox does not serve authorizers of the type ${type} for HTTP APIs; use JWT`);
}

/** Reports a route that the sandbox does not serve. */
export function refuseRoute(inputs: Properties, fail: Fail): void {
  const names = ["modelSelectionExpression", "requestModels", "requestParameters", "routeResponseSelectionExpression"];
  refuseArguments(
    inputs,
    names,
    "it belongs to WebSocket APIs, which the sandbox does not serve; leave it out here",
    fail,
  );
  if (flag(inputs, "apiKeyRequired") === true) {
    fail("apiKeyRequired", `the sandbox does not check API keys for HTTP APIs; ${INSTEAD}`);
  }
  if (text(inputs, "authorizationType") === "CUSTOM") {
    fail("authorizationType", "the sandbox does not serve Lambda authorizers for HTTP APIs; use JWT or AWS_IAM");
  }
}
