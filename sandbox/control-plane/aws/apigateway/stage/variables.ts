import { VendorError } from "../../../resource-model.ts";

/**
 * Refuses names and values of stage variables that API Gateway refuses.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html
 */
export function checkVariables(variables: Readonly<Record<string, string>>, operation: string): void {
  for (const [variable, value] of Object.entries(variables)) {
    if (/^[A-Za-z0-9_]+$/.test(variable) && /^[A-Za-z0-9-._~:/?#&=,]*$/.test(value)) continue;
    throw new VendorError(
      `${operation}: BadRequestException: Stage variable ${variable}: names hold letters, digits and _, ` +
        "values letters, digits and -._~:/?#&=,",
    );
  }
}
