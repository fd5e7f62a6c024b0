import { type Plain, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { queryPairs, queryValue } from "../../shared/query.ts";
import { type Read, readContextVariable } from "../context-variables.ts";
import { headerValues } from "../turn.ts";

/**
 * Reads an authorizer's `identitySource`: `method.request.header.X`, `method.request.querystring.X`, `context.X`,
 * `stageVariables.X`, several after commas
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html).
 *
 * A header or query parameter that stands twice is as one that is missing: which of the two counts is not documented.
 * @throws UnsupportedArtefact for what else there is
 */
export function readIdentitySource(value: Plain | undefined, place: string): readonly Read[] {
  const source = text(value, place);
  return source.split(",").map((part) => readSource(part.trim(), place));
}

function readSource(source: string, place: string): Read {
  const [, kind, name] =
    /^(method\.request\.header|method\.request\.querystring|context|stageVariables)\.([^,\s]+)$/.exec(source) ?? [];
  switch (kind) {
    case "method.request.header": {
      const wanted = (name as string).toLowerCase();
      return ({ request }) => only(headerValues(request, wanted));
    }
    case "method.request.querystring":
      return ({ request }) =>
        only(
          queryPairs(request.query)
            .filter((pair) => pair.name === name)
            .map(queryValue),
        );
    case "context":
      return readContextVariable(name as string, place);
    case "stageVariables":
      // One that the stage lacks is missing in every request: nobody gets in.
      return ({ place: { stageVariables } }) =>
        Object.hasOwn(stageVariables, name as string) ? stageVariables[name as string] : undefined;
    default:
      throw new UnsupportedArtefact(
        place,
        "must be method.request.header.NAME, method.request.querystring.NAME, context.NAME or stageVariables.NAME, with commas between",
      );
  }
}

function only(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
