import type { Properties } from "../../../../../sandbox/control-plane/property-value.ts";
import { code } from "../asset.ts";
export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
});
export const handler = "export const handler = async () => ({ statusCode: 200 });";
export const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:function:${name}`;

/** The arguments of a function. */
export function settings(inputs: Properties = {}): Properties {
  return {
    name: "hello",
    role: "arn:aws:iam::000000000000:role/run",
    runtime: "nodejs22.x",
    handler: "index.handler",
    code: code({ "index.mjs": handler }),
    ...inputs,
  };
}
