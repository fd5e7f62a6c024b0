import { type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { type StageScope, withStageVariables } from "./stage-variables.ts";

const URI =
  /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?)\/invocations$/;

/**
 * Reads the ARN of the function that an invocation URI names.
 * @throws UnsupportedArtefact unless the value is an invocation URI
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function readFunctionArn(value: Plain | undefined, place: string, scope: StageScope): string {
  const [, arn] = URI.exec(withStageVariables(text(value, place), place, scope)) ?? [];
  if (arn === undefined) {
    throw new UnsupportedArtefact(
      place,
      "must be arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations",
    );
  }
  return arn;
}
