import { headerValues } from "../../../header-values.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { queryPairs, queryValue } from "../../shared/query.ts";
import { type StageScope, stageVariable } from "../../shared/stage-variables.ts";
import { type Read, readContextVariable } from "../context-variables.ts";

/** The parameters that an operation declares, e.g. `path.id`, `header.X-Trace`, `querystring.page`. */
export type Declared = ReadonlySet<string>;

const PARAMETER = /^method\.request\.(header|querystring|path)\.([!#$%&'*+\-.^_`|~0-9A-Za-z:]+)$/;

/**
 * Reads the value side of a parameter mapping: `'static'`, `context.X`, `stageVariables.X`, `method.request.header.X`,
 * `method.request.querystring.X`, `method.request.path.X`. The last value of a repeated header or query parameter is used (as in
 * the AWS-validated tests of localstack/localstack).
 *
 * Unverified: header names are not case-sensitive. The page on known issues claims that they are, but clients of HTTP/2 send them
 * in lower case and are served.
 * @param declared the parameters that the operation declares; undefined: all are accepted
 * @throws UnsupportedArtefact for an expression that the import refuses ("Invalid mapping expression"), and for ones that are not
 *   served: those of the body and multi-value ones
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function readExpression(source: string, place: string, scope: StageScope, declared?: Declared): Read {
  if (source.startsWith("'")) {
    const text = /^'([^']*)'$/.exec(source)?.[1];
    if (text === undefined) throw invalid(place, source);
    return () => text;
  }
  if (source.startsWith("context.")) return readContextVariable(source.slice(8), place);
  if (source.startsWith("stageVariables.")) {
    const value = stageVariable(source.slice(15), place, scope);
    return () => value;
  }
  const [, kind, name] = PARAMETER.exec(source) ?? [];
  if (name === undefined) {
    if (/^method\.request\.(?:body|multivalueheader|multivaluequerystring)\b/.test(source)) {
      throw new UnsupportedArtefact(place, `${source} is not served by the sandbox`);
    }
    throw invalid(place, source);
  }
  if (declared !== undefined && !declared.has(`${kind}.${name}`)) {
    throw new UnsupportedArtefact(
      place,
      `Invalid mapping expression specified: ${source} is not among the operation's parameters`,
    );
  }
  if (kind === "path") return ({ variables }) => variables.get(name);
  if (kind === "header") {
    const wanted = name.toLowerCase();
    return ({ request }) => headerValues(request.headers, wanted).at(-1);
  }
  return ({ request }) => {
    const pair = queryPairs(request.query).findLast((each) => each.name === name);
    return pair === undefined ? undefined : queryValue(pair);
  };
}

function invalid(place: string, source: string): UnsupportedArtefact {
  return new UnsupportedArtefact(place, `Invalid mapping expression specified: ${JSON.stringify(source)}`);
}
