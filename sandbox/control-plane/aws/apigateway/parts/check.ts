import { isEmpty, isUnknown, type Properties, text } from "../../../property-value.ts";
import { checkMatch, checkOneOf, checkRange, type Fail, refuseArguments } from "../../argument-check.ts";

const INSTEAD = "put it into the document of the API, in body of aws.apigateway.RestApi";
const METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const INVOCATION = /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/\S+\/invocations$/;

/** Reports a resource that the sandbox does not serve. */
export function checkResource(inputs: Properties, fail: Fail): void {
  const rule = "letters, digits and . _ : - only, or a parameter in braces";
  checkMatch(inputs, "pathPart", /^(?:[A-Za-z0-9_.:-]+|\{[A-Za-z0-9._-]+\+?\})$/, rule, fail);
}

/** Reports a method that the sandbox does not serve. */
export function checkMethod(inputs: Properties, fail: Fail): void {
  checkOneOf(inputs, "httpMethod", METHODS, fail);
  const authorization = text(inputs, "authorization");
  if (authorization !== undefined && authorization !== "NONE" && authorization !== "AWS_IAM") {
    fail("authorization", `the sandbox does not serve methods with ${authorization} as resources; ${INSTEAD}`);
  }
  const names = ["authorizationScopes", "authorizerId", "requestModels", "requestValidatorId"];
  refuseArguments(inputs, names, INSTEAD, fail);
  for (const name of Object.keys((inputs.requestParameters ?? {}) as Properties)) {
    if (isUnknown(inputs.requestParameters) || /^method\.request\.(?:path|querystring|header)\.\S+$/.test(name))
      continue;
    fail("requestParameters", `${JSON.stringify(name)} must be method.request.LOCATION.NAME`);
  }
}

/** Reports an integration that the sandbox does not serve. */
export function checkIntegration(inputs: Properties, fail: Fail): void {
  checkOneOf(inputs, "httpMethod", METHODS, fail);
  checkRange(inputs, "timeoutMilliseconds", 50, 300_000, fail);
  const type = text(inputs, "type");
  if (type !== undefined && type !== "AWS_PROXY" && type !== "HTTP_PROXY") {
    fail("type", `the sandbox does not serve integrations of the type ${type} as resources; ${INSTEAD}`);
  }
  const names = ["cacheKeyParameters", "cacheNamespace", "connectionId", "contentHandling", "credentials"];
  const more = ["integrationTarget", "requestTemplates", "tlsConfig"];
  refuseArguments(inputs, [...names, ...more], INSTEAD, fail);
  if (text(inputs, "connectionType") === "VPC_LINK") refuseArguments(inputs, ["connectionType"], INSTEAD, fail);
  if (text(inputs, "responseTransferMode") === "STREAM") {
    fail("responseTransferMode", "the sandbox does not stream responses of functions; leave it out here");
  }
  if (type !== "AWS_PROXY") return;
  if (!isEmpty(inputs.requestParameters)) fail("requestParameters", `has no effect with AWS_PROXY here; ${INSTEAD}`);
  const uri = text(inputs, "uri");
  if (uri !== undefined && !INVOCATION.test(uri)) {
    fail("uri", `${JSON.stringify(uri)} invokes no function; pass the invokeArn of aws.lambda.Function`);
  }
}
