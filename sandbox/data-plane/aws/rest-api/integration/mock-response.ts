import { allowOnly, at, object, oneOf, type Plain, type PlainObject, text } from "../../../document.ts";
import { type Reply, UnsupportedArtefact } from "../../../interpreter.ts";
import { headerText } from "../../shared/header-text.ts";
import type { StageScope } from "../../shared/stage-variables.ts";
import type { Read } from "../context-variables.ts";
import type { Exchange } from "../exchange.ts";
import { idHeaders } from "../response-headers.ts";
import { readStatus } from "../status.ts";
import { readExpression } from "./parameter-expression.ts";
import { chooseTemplate } from "./template/choice.ts";
import { readTemplate, type Template } from "./template/template.ts";

/** The headers that an operation declares, by the status of its response. */
export type DeclaredResponses = ReadonlyMap<string, ReadonlySet<string>>;

/** A response of a mock integration. */
export interface MockResponse {
  readonly matches: (status: string) => boolean;
  readonly isDefault: boolean;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly read: Read }[];
  readonly templates: ReadonlyMap<string, Template>;
}

const TARGET = /^method\.response\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

/**
 * Reads a response of a mock integration.
 * @param pattern the key of the response
 * @throws UnsupportedArtefact for undeclared statuses and headers, and for invalid mappings
 */
export function readMockResponse(
  pattern: string,
  response: PlainObject,
  where: string,
  scope: StageScope,
  declared: DeclaredResponses,
): MockResponse {
  allowOnly(response, where, ["statusCode", "responseParameters", "responseTemplates", "contentHandling"]);
  readContentHandling(response.contentHandling, at(where, "contentHandling"));
  const status = readStatus(response.statusCode, at(where, "statusCode"));
  const declaredHeaders = declared.get(String(status));
  if (declaredHeaders === undefined) {
    throw new UnsupportedArtefact(
      at(where, "statusCode"),
      `Invalid response status code specified: the operation declares no response ${status}`,
    );
  }
  const parameters = at(where, "responseParameters");
  const headers = Object.entries(
    response.responseParameters === undefined ? {} : object(response.responseParameters, parameters),
  ).map(([target, source]) => {
    const name = TARGET.exec(target)?.[1];
    if (name === undefined || !declaredHeaders.has(name)) {
      throw new UnsupportedArtefact(
        at(parameters, target),
        `Invalid mapping expression specified: must be a header that the operation's response ${status} declares`,
      );
    }
    return { name, read: readResponseExpression(source ?? null, at(parameters, target), scope) };
  });
  return {
    ...readPattern(pattern, where),
    status,
    headers,
    templates: readTemplates(response.responseTemplates, at(where, "responseTemplates"), scope, true),
  };
}

function readResponseExpression(source: Plain, where: string, scope: StageScope): Read {
  const expression = text(source, where);
  if (expression.startsWith("method.request.")) {
    throw new UnsupportedArtefact(
      where,
      "Invalid mapping expression specified: a response is mapped from static values, context and stageVariables",
    );
  }
  return readExpression(expression, where, scope);
}

/** Reads the key of a response: `default`, or a regular expression for the whole status. */
function readPattern(pattern: string, where: string): Pick<MockResponse, "matches" | "isDefault"> {
  if (pattern === "default") return { matches: () => false, isDefault: true };
  // Java and JavaScript agree on this subset, which is enough for three digits.
  if (!/^(?:\d|\\d|\.|\||\(|\)|\[[\d-]+\]|\{\d\}|[*+?])+$/.test(pattern)) {
    throw new UnsupportedArtefact(where, "must be default or a regular expression for a status, of digits and \\d");
  }
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`);
  } catch {
    throw new UnsupportedArtefact(where, "is not a regular expression");
  }
  return { matches: (status) => expression.test(status), isDefault: false };
}

/**
 * Whether the templates receive the body as text.
 *
 * @throws UnsupportedArtefact for values that a mock ignores
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function readContentHandling(value: Plain | undefined, where: string): boolean {
  return value !== undefined && oneOf(value, where, ["CONVERT_TO_TEXT"]) === "CONVERT_TO_TEXT";
}

/**
 * Reads mapping templates, by content type.
 * @param overrides whether they may set `$context.responseOverride`
 */
export function readTemplates(
  value: Plain | undefined,
  where: string,
  scope: StageScope,
  overrides: boolean,
): ReadonlyMap<string, Template> {
  return new Map(
    Object.entries(value === undefined ? {} : object(value, where)).map(([type, template]) => [
      type.toLowerCase(),
      readTemplate(text(template, at(where, type)), at(where, type), scope, overrides),
    ]),
  );
}

/** @throws UnmappableValue for a value of the client that cannot be sent as a header */
export function renderReply(response: MockResponse, exchange: Exchange): Reply {
  const [type, template] = chooseTemplate(response.templates, exchange) ?? ["application/json", undefined];
  const rendered = template?.render(exchange);
  const headers = new Map<string, readonly [string, string]>([["content-type", ["content-type", type]]]);
  for (const { name, read } of response.headers) {
    const value = read(exchange);
    if (value !== undefined) headers.set(name.toLowerCase(), [name, headerText(value)]);
  }
  for (const [name, value] of rendered?.headers ?? []) headers.set(name.toLowerCase(), [name, value]);
  return {
    status: rendered?.status ?? response.status,
    headers: [...headers.values(), ...idHeaders(exchange)],
    body: rendered?.text ?? "",
  };
}
