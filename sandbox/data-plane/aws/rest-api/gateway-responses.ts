import { allowOnly, at, object, type Plain, type PlainObject, text } from "../../document.ts";
import { type Reply, UnsupportedArtefact } from "../../interpreter.ts";
import { headerText, UnmappableValue } from "../shared/header-text.ts";
import type { StageScope } from "../shared/stage-variables.ts";
import type { CustomResponse } from "../waf/block.ts";
import type { Read } from "./context-variables.ts";
import type { Exchange } from "./exchange.ts";
import { type GatewayError, isGatewayResponseType } from "./gateway-error.ts";
import { readExpression } from "./integration/parameter-expression.ts";
import { chooseTemplate } from "./integration/template/choice.ts";
import { TemplateFailure } from "./integration/template/rendering.ts";
import { readTemplate, type Template } from "./integration/template/template.ts";
import { idHeaders } from "./response-headers.ts";
import { readStatus } from "./status.ts";

interface Customised {
  readonly status: number | undefined;
  readonly headers: readonly { readonly name: string; readonly read: Read }[];
  readonly templates: ReadonlyMap<string, Template>;
}

/** The gateway's own responses, as customised by the document. */
export class GatewayResponses {
  readonly #customised: ReadonlyMap<string, Customised>;

  /**
   * @param document `x-amazon-apigateway-gateway-responses`
   * @throws UnsupportedArtefact for unknown types and members, and for templates that cannot be rendered
   */
  constructor(document: Plain | undefined, place: string, scope: StageScope) {
    const responses = document === undefined ? {} : object(document, place);
    this.#customised = new Map(
      Object.entries(responses).map(([type, response]) => {
        if (!isGatewayResponseType(type)) {
          throw new UnsupportedArtefact(at(place, type), "is not a gateway response type");
        }
        if (type === "REQUEST_TOO_LARGE") {
          throw new UnsupportedArtefact(at(place, type), "this response cannot be customised");
        }
        return [type, readResponse(object(response, at(place, type)), at(place, type), scope)];
      }),
    );
  }

  /**
   * Replaces the gateway's response by that of a web ACL. Custom responses "take precedence over any response specifications that
   * you define in your protected resource" (docs.aws.amazon.com, customizing-the-response-for-blocked-requests).
   */
  customReply({ type, message }: GatewayError, response: CustomResponse, exchange: Exchange): Reply {
    const { status, headers, contentType, body } = response;
    return {
      status,
      headers: [
        ...(contentType === undefined ? [] : [["content-type", contentType] as const]),
        ...idHeaders(exchange),
        ...headers,
      ],
      body,
      error: { type, message },
    };
  }

  /** The gateway's response to an error. */
  reply(error: GatewayError, exchange: Exchange): Reply {
    const ids = [...idHeaders(exchange), ["x-amzn-errortype", error.name] as const];
    const fallback = error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
    const response =
      error.type === "REQUEST_TOO_LARGE" || error.customisable === false
        ? undefined
        : (this.#customised.get(error.type) ?? this.#customised.get(fallback));
    const plain: Reply = {
      status: error.status,
      headers: [["content-type", "application/json"] as const, ...ids],
      body: error.body,
      error: { type: error.type, message: error.message },
    };
    if (response === undefined) return plain;
    const subject = { ...exchange, error };
    try {
      const headers = response.headers.flatMap(({ name, read }): readonly (readonly [string, string])[] => {
        const value = read(subject);
        return value === undefined ? [] : [[name, headerText(value)]];
      });
      const [type, template] = chooseTemplate(response.templates, exchange) ?? ["application/json", undefined];
      const names = new Set(headers.map(([name]) => name.toLowerCase()));
      const basic = [["content-type", type] as const, ...ids].filter(([name]) => !names.has(name));
      return {
        status: response.status ?? error.status,
        headers: [...basic, ...headers],
        body: template === undefined ? error.body : template.render(subject).text,
        error: { type: error.type, message: error.message },
      };
    } catch (failure) {
      // A value of the client cannot be sent as a header. The response is sent without the customisation.
      if (failure instanceof UnmappableValue || failure instanceof TemplateFailure) return plain;
      throw failure;
    }
  }
}

const ERROR_VARIABLES: Readonly<Record<string, Read>> = {
  "error.message": ({ error }) => error?.message ?? "",
  // In quotes, as documented for gateway responses; null without a message.
  "error.messageString": ({ error }) => JSON.stringify(error?.message ?? null),
  "error.responseType": ({ error }) => error?.type,
};

const HEADER = /^gatewayresponse\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

function readResponse(response: PlainObject, place: string, scope: StageScope): Customised {
  allowOnly(response, place, ["statusCode", "responseParameters", "responseTemplates"]);
  const parameters = at(place, "responseParameters");
  const headers = Object.entries(
    response.responseParameters === undefined ? {} : object(response.responseParameters, parameters),
  ).map(([key, value]) => {
    const name = HEADER.exec(key)?.[1];
    if (name === undefined) throw new UnsupportedArtefact(at(parameters, key), "must be gatewayresponse.header.NAME");
    return { name, read: readExpression(text(value, at(parameters, key)), at(parameters, key), scope) };
  });
  const templates = at(place, "responseTemplates");
  return {
    status: response.statusCode === undefined ? undefined : readStatus(response.statusCode, at(place, "statusCode")),
    headers,
    templates: new Map(
      Object.entries(response.responseTemplates === undefined ? {} : object(response.responseTemplates, templates)).map(
        ([type, template]) => {
          const source = text(template, at(templates, type));
          if (/#[A-Za-z]|\$\{?(?:input|util)\b/.test(source)) {
            // docs.aws.amazon.com, api-gateway-gatewayResponse-definition: only variables are replaced.
            throw new UnsupportedArtefact(at(templates, type), "may contain $context and $stageVariables only");
          }
          return [type, readTemplate(source, at(templates, type), scope, false, ERROR_VARIABLES)];
        },
      ),
    ),
  };
}
