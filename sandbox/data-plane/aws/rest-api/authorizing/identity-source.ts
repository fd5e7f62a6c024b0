import { type Plain, text } from "../../../document.ts";
import { headerValues } from "../../../header-values.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { queryPairs, queryValue } from "../../shared/query.ts";
import { type Read, readContextVariable } from "../context-variables.ts";

/**
 * Reads an authorizer's `identitySource`: one or more of `method.request.header.X`, `method.request.querystring.X`, `context.X`
 * and `stageVariables.X`, separated by commas.
 *
 * A repeated header or query parameter counts as missing: which of its values API Gateway uses is not documented.
 * @throws UnsupportedArtefact for other sources
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
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
      return ({ request }) => onlyValue(headerValues(request.headers, wanted));
    }
    case "method.request.querystring":
      return ({ request }) =>
        onlyValue(
          queryPairs(request.query)
            .filter((pair) => pair.name === name)
            .map(queryValue),
        );
    case "context":
      return readContextVariable(name as string, place);
    case "stageVariables":
      // A variable that the stage lacks is missing in every request, so that all are refused.
      return ({ deployment: { stageVariables } }) =>
        Object.hasOwn(stageVariables, name as string) ? stageVariables[name as string] : undefined;
    default:
      throw new UnsupportedArtefact(
        place,
        "must be method.request.header.NAME, method.request.querystring.NAME, context.NAME or stageVariables.NAME, separated by commas",
      );
  }
}

function onlyValue(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
