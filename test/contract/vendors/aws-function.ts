import type { AwsFunction } from "../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { Places } from "../oracle/description.ts";
import { backendCode, functionName } from "../world/functions.ts";

/** The parts of a function, from a component or from the world. */
interface FunctionParts {
  /** Text by path. Text that is known only after a deployment is not supported. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly memoryMegabytes?: number;
}

/** Returns a function as the control plane passes it to the data plane, with one permission for API Gateway. */
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
        if (typeof text !== "string") throw new Error(`The text of ${path} is not known before the deployment.`);
        return [path, Buffer.from(text).toString("base64")];
      }),
    ),
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn }],
  };
}

/** Returns the functions that are bound as backends. */
export function backendFunctions({ backends }: Places, sourceArn: string): Readonly<Record<string, AwsFunction>> {
  const arns = Object.values(backends).flatMap((binding) => ("functionArn" in binding ? [binding.functionArn] : []));
  return Object.fromEntries(arns.map((arn) => [arn, lambda(arn, backendCode(functionName(arn)), sourceArn)]));
}
