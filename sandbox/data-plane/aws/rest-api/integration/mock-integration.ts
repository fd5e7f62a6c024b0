import { allowOnly, at, object, oneOf, type Plain, type PlainObject } from "../../../document.ts";
import { headerValues } from "../../../header-values.ts";
import type { Reply } from "../../../interpreter.ts";
import type { Deployment } from "../deployment.ts";
import type { Exchange } from "../exchange.ts";
import { type GatewayError, gatewayError } from "../gateway-error.ts";
import {
  type DeclaredResponses,
  type MockResponse,
  readContentHandling,
  readMockResponse,
  readTemplates,
  renderReply,
} from "./mock-response.ts";
import { readTimeout } from "./proxy.ts";
import { TemplateFailure } from "./template/rendering.ts";
import type { Template } from "./template/template.ts";

const MEMBERS = [
  "type",
  "requestTemplates",
  "passthroughBehavior",
  "contentHandling",
  "responses",
  "timeoutInMillis",
  "connectionType",
];

type Passthrough = "when_no_match" | "when_no_templates" | "never";

/** A request that the gateway answers with an error of its own. */
interface MockFailure {
  readonly error: GatewayError;
  readonly reason: string;
}

/**
 * A `mock` integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export class MockIntegration {
  /** Whether the responses contain the headers that allow a request from another origin. */
  readonly allowsOrigins: boolean;
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #passthrough: Passthrough;
  readonly #responses: readonly MockResponse[];
  /** Whether the templates receive the body, even an empty one, as binary data, which results in a 500 (aws/chalice#1310). */
  readonly #unreadable: boolean;

  /** @throws UnsupportedArtefact for what the import refuses and for what the sandbox does not serve */
  constructor(integration: PlainObject, where: string, deployment: Deployment, declared: DeclaredResponses) {
    allowOnly(integration, where, MEMBERS);
    readTimeout(integration, where);
    if (integration.connectionType !== undefined) {
      oneOf(integration.connectionType, at(where, "connectionType"), ["INTERNET"]);
    }
    this.#passthrough = readPassthrough(integration.passthroughBehavior, at(where, "passthroughBehavior"));
    this.#templates = readTemplates(integration.requestTemplates, at(where, "requestTemplates"), deployment, false);
    const readsText = readContentHandling(integration.contentHandling, at(where, "contentHandling"));
    this.#unreadable = deployment.binaryMediaTypes.includes("*/*") && !readsText;
    const place = at(where, "responses");
    const responses = integration.responses === undefined ? {} : object(integration.responses, place);
    this.#responses = Object.entries(responses).map(([pattern, response]) =>
      readMockResponse(pattern, object(response, at(place, pattern)), at(place, pattern), deployment, declared),
    );
    this.allowsOrigins = this.#responses.some(({ headers, templates }) =>
      [...headers.map(({ name }) => name), ...[...templates.values()].flatMap(({ overrides }) => overrides)].some(
        (name) => name.toLowerCase().startsWith("access-control-allow-"),
      ),
    );
  }

  /**
   * Creates the response to a request, or returns why there is none.
   * @throws UnmappableValue for a value of the client that cannot be sent as a header
   */
  reply(exchange: Exchange): Reply | MockFailure {
    if (this.#unreadable)
      return failed("Unable to transform request: binary media types, without contentHandling CONVERT_TO_TEXT");
    const contentType =
      (headerValues(exchange.request.headers, "content-type").at(-1) ?? "application/json").split(";", 1)[0]?.trim() ??
      "";
    const template = this.#templates.get(contentType.toLowerCase()) ?? this.#templates.get("$default");
    if (template === undefined) return this.#withoutTemplate(contentType);
    try {
      const status = statusOf(template.render(exchange).text);
      if (status === undefined) return failed("Unable to parse statusCode. It should be an integer");
      const response =
        this.#responses.find((each) => !each.isDefault && each.matches(status)) ??
        this.#responses.find(({ isDefault }) => isDefault);
      return response === undefined
        ? failed(`no response matches ${status}, and there is no default`)
        : renderReply(response, exchange);
    } catch (error) {
      if (error instanceof TemplateFailure) return failed(error.message);
      throw error;
    }
  }

  #withoutTemplate(contentType: string): MockFailure {
    const refuses =
      this.#passthrough === "never" || (this.#passthrough === "when_no_templates" && this.#templates.size > 0);
    const reason = `there is no request template for ${contentType}`;
    if (refuses) return { error: gatewayError("UNSUPPORTED_MEDIA_TYPE"), reason };
    // Unverified: the body is passed through, but a client cannot choose the status with it.
    return failed(`${reason}, and a mock requires one`);
  }
}

function failed(reason: string): MockFailure {
  return { error: gatewayError("API_CONFIGURATION_ERROR"), reason };
}

function readPassthrough(value: Plain | undefined, where: string): Passthrough {
  if (value === undefined) return "when_no_match";
  const choices = [
    "when_no_match",
    "when_no_templates",
    "never",
    "WHEN_NO_MATCH",
    "WHEN_NO_TEMPLATES",
    "NEVER",
  ] as const;
  return oneOf(value, where, choices).toLowerCase() as Passthrough;
}

/**
 * The status that a request template sets: `{"statusCode": 200}`. The name of a member needs no quotes (as in the AWS-validated tests of
 * localstack/localstack).
 */
function statusOf(rendered: string): string | undefined {
  const quoted = rendered.replace(/"(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$]*(?=\s*:)/gs, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );
  let data: unknown;
  try {
    data = JSON.parse(quoted);
  } catch {
    return undefined;
  }
  const status = (data as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" && Number.isInteger(status) ? String(status) : undefined;
}
