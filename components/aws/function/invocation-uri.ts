/**
 * The URI with which API Gateway invokes a function, in the function's own partition and Region.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
 */
export function invocationUri(functionArn: string): string {
  const [, partition, , region] = functionArn.split(":");
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}
