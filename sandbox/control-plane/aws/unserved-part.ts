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
  "restApiPut:RestApiPut",
];

const refusal: ResourceModel<AwsSettings> = {
  replaces: ["*"],
  create({ type }) {
    throw new VendorError(
      `the sandbox does not serve ${type}: it serves the parts of a REST API from the API's document; ` +
        "put it into body of aws.apigateway.RestApi",
    );
  },
  read: () => undefined,
  update: (_call, _id, { state }) => state,
  delete: () => {},
};

export const unservedParts: Readonly<Record<string, ResourceModel<AwsSettings>>> = Object.fromEntries(
  PARTS.map((part) => [`aws:apigateway/${part}`, refusal]),
);
