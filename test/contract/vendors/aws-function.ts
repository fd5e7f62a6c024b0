import type { AwsFunction } from "../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { Places } from "../oracle/description.ts";
import { backendCode, functionName } from "../world/functions.ts";

/** What a function is made of, by a component or by the world. */
interface FunctionParts {
  /** Texts; what is known only after a deployment cannot be served here. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly memoryMegabytes?: number;
}

/** A function as the control plane would hand it over, with one permission for API Gateway. */
export function lambda(arn: string, parts: FunctionParts, sourceArn: string): AwsFunction {
  const { files, handler, environment = {}, timeoutSeconds = 10, memoryMegabytes = 128 } = parts;
  return {
    arn,
    runtime: "nodejs24.x",
    handler,
    environment,
    timeoutSeconds,
    memoryMegabytes,
    files: Object.fromEntries(
      Object.entries(files).map(([path, text]) => {
        if (typeof text !== "string") throw new Error(`the text of ${path} is not known`);
        return [path, Buffer.from(text).toString("base64")];
      }),
    ),
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn }],
  };
}

/** The functions that are bound as backends. */
export function backendFunctions({ backends }: Places, sourceArn: string): Readonly<Record<string, AwsFunction>> {
  const arns = Object.values(backends).flatMap((place) => ("functionArn" in place ? [place.functionArn] : []));
  return Object.fromEntries(arns.map((arn) => [arn, lambda(arn, backendCode(functionName(arn)), sourceArn)]));
}
