import type { AwsFunction } from "../../../../../../sandbox/data-plane/aws/artefacts/function.ts";

export const EXECUTION = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5";
export const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders";
export const KEY = "aws/eu-west-1/orders";

/** An operation with a Lambda integration. */
export function invoke(members: object = {}, operation: object = {}): object {
  return {
    ...operation,
    "x-amazon-apigateway-integration": {
      type: "AWS_PROXY",
      httpMethod: "POST",
      uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${ARN}/invocations`,
      payloadFormatVersion: "2.0",
      ...members,
    },
  };
}

/** A function that returns the value of `body`, which is its event by default. */
export function lambda(body: string, members: Partial<AwsFunction> = {}): AwsFunction {
  const code = `exports.handler = async (event, context) => { ${body} };`;
  return {
    arn: ARN,
    runtime: "nodejs22.x",
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
    files: { "index.js": Buffer.from(code).toString("base64") },
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
    ...members,
  };
}

export const ECHO = "return { statusCode: 200, body: JSON.stringify(event) };";
/** Returns what the client sent. */
export const FROM_BODY = "return JSON.parse(event.body);";
