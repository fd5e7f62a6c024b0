import { at, known, object, oneOf, type Plain, type PlainObject, text } from "../../../document.ts";
import { type Reply, UnsupportedArtefact } from "../../../interpreter.ts";
import { headerText } from "../../shared/header-text.ts";
import type { Read } from "../context-variables.ts";
import { type GatewayError, gatewayError } from "../gateway-responses.ts";
import { answerHeaders } from "../response-headers.ts";
import { readStatus } from "../status.ts";
import { headerValues, type Place, type Turn } from "../turn.ts";
import { readTimeout } from "./http-integration.ts";
import { readExpression } from "./parameter-expression.ts";
import { readTemplate, type Template, TemplateFailure } from "./template.ts";
import { chooseTemplate } from "./template-choice.ts";

const MEMBERS = [
  "type",
  "requestTemplates",
  "passthroughBehavior",
  "contentHandling",
  "responses",
  "timeoutInMillis",
  "connectionType",
];

/** Headers that an operation declares, by the status of its response. */
export type DeclaredResponses = ReadonlyMap<string, ReadonlySet<string>>;

interface Response {
  readonly matches: (status: string) => boolean;
  readonly isDefault: boolean;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly read: Read }[];
  readonly templates: ReadonlyMap<string, Template>;
}

/** A `mock` integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html */
export class MockIntegration {
  /** Whether it answers what a browser asks before a request to another origin. */
  readonly allowsOrigins: boolean;
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #passthrough: "when_no_match" | "when_no_templates" | "never";
  readonly #responses: readonly Response[];
  /** Whether requests' bodies, or the lack of one, come to the templates as bytes, which is a 500 (aws/chalice#1310). */
  readonly #unreadable: boolean;

  /** @throws UnsupportedArtefact for what the import refuses and for what is not known here */
  constructor(integration: PlainObject, where: string, place: Place, declared: DeclaredResponses) {
    known(integration, where, MEMBERS);
    readTimeout(integration, where);
    if (integration.connectionType !== undefined) {
      oneOf(integration.connectionType, at(where, "connectionType"), ["INTERNET"]);
    }
    this.#passthrough =
      integration.passthroughBehavior === undefined
        ? "when_no_match"
        : (oneOf(integration.passthroughBehavior, at(where, "passthroughBehavior"), [
            "when_no_match",
            "when_no_templates",
            "never",
            "WHEN_NO_MATCH",
            "WHEN_NO_TEMPLATES",
            "NEVER",
          ]).toLowerCase() as "when_no_match" | "when_no_templates" | "never");
    this.#templates = readTemplates(integration.requestTemplates, at(where, "requestTemplates"), place, false);
    const readsText = readContentHandling(integration.contentHandling, at(where, "contentHandling"));
    this.#unreadable = place.binaryMediaTypes.includes("*/*") && !readsText;
    const responses = at(where, "responses");
    this.#responses = Object.entries(
      integration.responses === undefined ? {} : object(integration.responses, responses),
    ).map(([pattern, response]) =>
      readResponse(pattern, object(response, at(responses, pattern)), at(responses, pattern), place, declared),
    );
    this.allowsOrigins = this.#responses.some(({ headers, templates }) =>
      [...headers.map(({ name }) => name), ...[...templates.values()].flatMap(({ overrides }) => overrides)].some(
        (name) => name.toLowerCase().startsWith("access-control-allow-"),
      ),
    );
  }

  /**
   * The answer to a request, or why there is none.
   * @throws UnmappableValue for a value of the client's that cannot be a header
   */
  answer(turn: Turn): Reply | { readonly error: GatewayError; readonly reason: string } {
    const failed = (reason: string) => ({ error: gatewayError("API_CONFIGURATION_ERROR"), reason });
    if (this.#unreadable)
      return failed("Unable to transform request: binary media types, without contentHandling CONVERT_TO_TEXT");
    const content =
      (headerValues(turn.request, "content-type").at(-1) ?? "application/json").split(";", 1)[0]?.trim() ?? "";
    const template = this.#templates.get(content.toLowerCase()) ?? this.#templates.get("$default");
    if (template === undefined) {
      const refuses =
        this.#passthrough === "never" || (this.#passthrough === "when_no_templates" && this.#templates.size > 0);
      return refuses
        ? { error: gatewayError("UNSUPPORTED_MEDIA_TYPE"), reason: `there is no request template for ${content}` }
        : // The body goes through as it is. A client that could choose the status with it would be a surprise (U).
          failed(`there is no request template for ${content}, and a mock needs one`);
    }
    try {
      const chosen = statusOf(template.render(turn).text);
      if (chosen === undefined) return failed("Unable to parse statusCode. It should be an integer");
      const response =
        this.#responses.find((each) => !each.isDefault && each.matches(chosen)) ??
        this.#responses.find(({ isDefault }) => isDefault);
      return response === undefined
        ? failed(`no response matches ${chosen}, and there is no default`)
        : render(response, turn);
    } catch (error) {
      if (error instanceof TemplateFailure) return failed(error.message);
      throw error;
    }
  }
}

function render(response: Response, turn: Turn): Reply {
  const [type, template] = chooseTemplate(response.templates, turn) ?? ["application/json", undefined];
  const rendered = template?.render(turn);
  const headers = new Map<string, readonly [string, string]>([["content-type", ["content-type", type]]]);
  for (const { name, read } of response.headers) {
    const value = read(turn);
    if (value !== undefined) headers.set(name.toLowerCase(), [name, headerText(value)]);
  }
  for (const [name, value] of rendered?.headers ?? []) headers.set(name.toLowerCase(), [name, value]);
  return {
    status: rendered?.status ?? response.status,
    headers: [...headers.values(), ...answerHeaders(turn)],
    body: rendered?.text ?? "",
  };
}

/** The status that a request template gives: `{"statusCode": 200}`. */
function statusOf(rendered: string): string | undefined {
  let data: unknown;
  try {
    data = JSON.parse(rendered);
  } catch {
    return undefined;
  }
  const status = (data as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" && Number.isInteger(status) ? String(status) : undefined;
}

/**
 * Whether the templates get a text. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 * @throws UnsupportedArtefact for what a mock makes no use of
 */
function readContentHandling(value: Plain | undefined, where: string): boolean {
  return value !== undefined && oneOf(value, where, ["CONVERT_TO_TEXT"]) === "CONVERT_TO_TEXT";
}

const TARGET = /^method\.response\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

function readResponse(
  pattern: string,
  response: PlainObject,
  where: string,
  place: Place,
  declared: DeclaredResponses,
): Response {
  known(response, where, ["statusCode", "responseParameters", "responseTemplates", "contentHandling"]);
  readContentHandling(response.contentHandling, at(where, "contentHandling"));
  const status = readStatus(response.statusCode, at(where, "statusCode"));
  const allowed = declared.get(String(status));
  if (allowed === undefined) {
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
    if (name === undefined || !allowed.has(name)) {
      throw new UnsupportedArtefact(
        at(parameters, target),
        `Invalid mapping expression specified: must be a header that the operation's response ${status} declares`,
      );
    }
    const expression = text(source, at(parameters, target));
    if (expression.startsWith("method.request.")) {
      throw new UnsupportedArtefact(
        at(parameters, target),
        "Invalid mapping expression specified: a response is mapped from static values, context and stageVariables",
      );
    }
    return { name, read: readExpression(expression, at(parameters, target), place) };
  });
  return {
    ...readPattern(pattern, where),
    status,
    headers,
    templates: readTemplates(response.responseTemplates, at(where, "responseTemplates"), place, true),
  };
}

/** The key of a response: `default`, or a regular expression for the status as a whole. */
function readPattern(pattern: string, where: string): Pick<Response, "matches" | "isDefault"> {
  if (pattern === "default") return { matches: () => false, isDefault: true };
  // What Java and JavaScript read alike, and nobody needs more for three digits.
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

function readTemplates(
  value: Plain | undefined,
  where: string,
  place: Place,
  overrides: boolean,
): ReadonlyMap<string, Template> {
  return new Map(
    Object.entries(value === undefined ? {} : object(value, where)).map(([type, template]) => [
      type.toLowerCase(),
      readTemplate(text(template, at(where, type)), at(where, type), place, overrides),
    ]),
  );
}
