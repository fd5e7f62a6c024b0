import { at, known, object, type Plain, type PlainObject, text } from "../../document.ts";
import { type Reply, UnsupportedArtefact } from "../../interpreter.ts";
import { headerText, UnmappableValue } from "../shared/header-text.ts";
import type { CustomResponse } from "../waf/block.ts";
import type { Read } from "./context-variables.ts";
import { readExpression } from "./integration/parameter-expression.ts";
import { readTemplate, type Template, TemplateFailure } from "./integration/template.ts";
import { chooseTemplate } from "./integration/template-choice.ts";
import { readStatus } from "./status.ts";
import type { Place, Turn } from "./turn.ts";

/** An answer of the gateway's own: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
export interface GatewayError {
  readonly type: ResponseType | "DEFAULT_4XX" | "DEFAULT_5XX";
  readonly status: number;
  readonly message: string | null;
  /** Of the header `x-amzn-errortype`. */
  readonly name: string;
  /** The answer where nothing is configured. */
  readonly body: string;
  /** Whether the API's own form of it is used. @default true */
  readonly customisable?: boolean;
}

/** Name of the exception, message. Which header goes with the ones marked U is not documented. */
const ERRORS = {
  ACCESS_DENIED: [403, "AccessDeniedException", "User is not authorized to access this resource"],
  API_CONFIGURATION_ERROR: [500, "InternalServerErrorException", "Internal server error"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "AuthorizerConfigurationException", null],
  AUTHORIZER_FAILURE: [500, "AuthorizerFailureException", null],
  BAD_REQUEST_BODY: [400, "BadRequestException", "Invalid request body"],
  BAD_REQUEST_PARAMETERS: [400, "BadRequestException", "Missing required request parameters"],
  EXPIRED_TOKEN: [403, "ExpiredTokenException", "The security token included in the request is expired"],
  INTEGRATION_FAILURE: [504, "InternalServerErrorException", "Network error communicating with endpoint"],
  INTEGRATION_TIMEOUT: [504, "InternalServerErrorException", "Endpoint request timed out"],
  INVALID_API_KEY: [403, "ForbiddenException", "Forbidden"],
  INVALID_SIGNATURE: [403, "InvalidSignatureException", "Forbidden"],
  MISSING_AUTHENTICATION_TOKEN: [403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
  QUOTA_EXCEEDED: [429, "LimitExceededException", "Limit Exceeded"],
  // The message is U.
  REQUEST_TOO_LARGE: [413, "RequestTooLargeException", "Request Too Long"],
  RESOURCE_NOT_FOUND: [404, "NotFoundException", "Not Found"],
  THROTTLED: [429, "TooManyRequestsException", "Too Many Requests"],
  UNAUTHORIZED: [401, "UnauthorizedException", "Unauthorized"],
  UNSUPPORTED_MEDIA_TYPE: [415, "BadRequestException", "Unsupported Media Type"],
  WAF_FILTERED: [403, "ForbiddenException", "Forbidden"],
} as const;

export type ResponseType = keyof typeof ERRORS;

/** The gateway's own answer of a type. */
export function gatewayError(type: ResponseType, message: string | null = ERRORS[type][2]): GatewayError {
  const [status, name] = ERRORS[type];
  return { type, status, message, name, body: defaultBody(type, status, message) };
}

/** An answer that has no type of its own. */
export function otherError(status: number, name: string, message: string): GatewayError {
  const type = status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  return { type, status, message, name, body: defaultBody(type, status, message) };
}

/** As seen of the service: a refused policy has a capital `Message`, and failures of the gateway's have a space in front. */
function defaultBody(type: string, status: number, message: string | null): string {
  const member = type === "ACCESS_DENIED" ? "Message" : "message";
  return `{"${member}":${status >= 500 && message !== null ? " " : ""}${JSON.stringify(message)}}`;
}

interface Customised {
  readonly status: number | undefined;
  readonly headers: readonly { readonly name: string; readonly read: Read }[];
  readonly templates: ReadonlyMap<string, Template>;
}

/** The gateway's own answers, as the document has customised them. */
export class GatewayResponses {
  readonly #customised: ReadonlyMap<string, Customised>;

  /**
   * @param document `x-amazon-apigateway-gateway-responses`
   * @throws UnsupportedArtefact for types, members and templates that are not known
   */
  constructor(document: Plain | undefined, place: string, where: Pick<Place, "stageVariables">) {
    const responses = document === undefined ? {} : object(document, place);
    this.#customised = new Map(
      Object.entries(responses).map(([type, response]) => {
        if (type !== "DEFAULT_4XX" && type !== "DEFAULT_5XX" && !Object.hasOwn(ERRORS, type)) {
          throw new UnsupportedArtefact(at(place, type), "is not a gateway response type");
        }
        if (type === "REQUEST_TOO_LARGE") {
          throw new UnsupportedArtefact(at(place, type), "this response cannot be customised");
        }
        return [type, readResponse(object(response, at(place, type)), at(place, type), where)];
      }),
    );
  }

  /**
   * The answer of a web ACL's, which "take precedence over any response specifications that you define in your protected resource"
   * (docs.aws.amazon.com, customizing-the-response-for-blocked-requests).
   */
  instead({ type, message }: GatewayError, response: CustomResponse, turn: Turn): Reply {
    const { status, headers, contentType, body } = response;
    return {
      status,
      headers: [
        ...(contentType === undefined ? [] : [["content-type", contentType] as const]),
        ["x-amzn-requestid", turn.requestId],
        ["x-amz-apigw-id", turn.extendedRequestId],
        ...headers,
      ],
      body,
      error: { type, message },
    };
  }

  reply(error: GatewayError, turn: Turn): Reply {
    const own = [
      ["x-amzn-requestid", turn.requestId],
      ["x-amz-apigw-id", turn.extendedRequestId],
      ["x-amzn-errortype", error.name],
    ] as const;
    const fallback = error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
    const response =
      error.type === "REQUEST_TOO_LARGE" || error.customisable === false
        ? undefined
        : (this.#customised.get(error.type) ?? this.#customised.get(fallback));
    const { type: named, message } = error;
    const plain = {
      status: error.status,
      headers: [["content-type", "application/json"] as const, ...own],
      body: error.body,
      error: { type: named, message },
    };
    if (response === undefined) return plain;
    const subject = { ...turn, error };
    try {
      const headers = response.headers.flatMap(({ name, read }): readonly (readonly [string, string])[] => {
        const value = read(subject);
        return value === undefined ? [] : [[name, headerText(value)]];
      });
      const [type, template] = chooseTemplate(response.templates, turn) ?? ["application/json", undefined];
      const names = new Set(headers.map(([name]) => name.toLowerCase()));
      const basic = [["content-type", type] as const, ...own].filter(([name]) => !names.has(name));
      return {
        status: response.status ?? error.status,
        headers: [...basic, ...headers],
        body: template === undefined ? error.body : template.render(subject).text,
        error: plain.error,
      };
    } catch (failure) {
      // A value of the client's that cannot be a header: the answer goes without what was configured.
      if (failure instanceof UnmappableValue || failure instanceof TemplateFailure) return plain;
      throw failure;
    }
  }
}

const ERROR_VARIABLES: Readonly<Record<string, Read>> = {
  "error.message": ({ error }) => error?.message ?? "",
  // In quotes, as the page on gateway responses says; null where there is no message.
  "error.messageString": ({ error }) => JSON.stringify(error?.message ?? null),
  "error.responseType": ({ error }) => error?.type,
};

const HEADER = /^gatewayresponse\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

function readResponse(response: PlainObject, place: string, where: Pick<Place, "stageVariables">): Customised {
  known(response, place, ["statusCode", "responseParameters", "responseTemplates"]);
  const parameters = at(place, "responseParameters");
  const headers = Object.entries(
    response.responseParameters === undefined ? {} : object(response.responseParameters, parameters),
  ).map(([key, value]) => {
    const name = HEADER.exec(key)?.[1];
    if (name === undefined) throw new UnsupportedArtefact(at(parameters, key), "must be gatewayresponse.header.NAME");
    return { name, read: readExpression(text(value, at(parameters, key)), at(parameters, key), where) };
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
            // docs.aws.amazon.com, api-gateway-gatewayResponse-definition: variables are put in, nothing else is done.
            throw new UnsupportedArtefact(at(templates, type), "only $context and $stageVariables are put in here");
          }
          return [type, readTemplate(source, at(templates, type), where, false, ERROR_VARIABLES)];
        },
      ),
    ),
  };
}
