import type { AwsFunction } from "../../../sandbox/data-plane/artefacts.ts";
import type { Places } from "../oracle/description.ts";
import { backendCode, type FunctionCode, functionName } from "../world/functions.ts";

/** A function as the control plane would hand it over, with one permission for API Gateway. */
export function lambda(arn: string, { files, ...code }: FunctionCode, sourceArn: string): AwsFunction {
  return {
    arn,
    runtime: "nodejs24.x",
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    ...code,
    files: Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, Buffer.from(text).toString("base64")]),
    ),
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn }],
  };
}

/** The functions that are bound as backends. */
export function backendFunctions({ backends }: Places, sourceArn: string): Record<string, AwsFunction> {
  const arns = Object.values(backends).flatMap((place) => ("functionArn" in place ? [place.functionArn] : []));
  return Object.fromEntries(arns.map((arn) => [arn, lambda(arn, backendCode(functionName(arn)), sourceArn)]));
}
