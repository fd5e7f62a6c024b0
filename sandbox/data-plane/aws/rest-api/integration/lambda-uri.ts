import { type Plain, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { Place } from "../turn.ts";

const URI =
  /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?)\/invocations$/;

/**
 * The ARN of the function that an invocation URI names
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
 * @throws UnsupportedArtefact when it is none
 */
export function readFunctionArn(value: Plain | undefined, place: string, where: Pick<Place, "stageVariables">): string {
  const [, arn] = URI.exec(withStageVariables(text(value, place), place, where)) ?? [];
  if (arn === undefined) {
    throw new UnsupportedArtefact(
      place,
      "must be arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations",
    );
  }
  return arn;
}

/**
 * Puts in `${stageVariables.X}`.
 * @throws UnsupportedArtefact when the stage has no such variable
 */
export function withStageVariables(
  uri: string,
  place: string,
  { stageVariables }: Pick<Place, "stageVariables">,
): string {
  return uri.replace(/\$\{stageVariables\.([^}]*)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined;
    if (value === undefined) throw new UnsupportedArtefact(place, `the stage has no variable ${name}`);
    return value;
  });
}
