import { callback, objectOf, transforms } from "../../gateway/shape.ts";
import type { AwsApiGatewayLoggingArgs, AwsApiGatewayLoggingTransforms } from "./api-gateway-logging.ts";
import { tags } from "./shape.ts";

/** The shape of {@link AwsApiGatewayLoggingArgs}. */
export const apiGatewayLoggingShape = objectOf<AwsApiGatewayLoggingArgs>({
  tags,
  transform: transforms<AwsApiGatewayLoggingTransforms>({ role: callback, rolePolicy: callback, account: callback }),
});
