/**
 * An error of the gateway's own, and its response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export interface GatewayError {
  readonly type: ResponseType | "DEFAULT_4XX" | "DEFAULT_5XX";
  readonly status: number;
  readonly message: string | null;
  /** The exception in the header `x-amzn-errortype`. */
  readonly name: string;
  /** The body when no gateway response is configured. */
  readonly body: string;
  /** Whether the API's gateway responses apply. @default true */
  readonly customisable?: boolean;
}

/** Status, exception and message of each type. */
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
  // Unverified: the message.
  REQUEST_TOO_LARGE: [413, "RequestTooLargeException", "Request Too Long"],
  RESOURCE_NOT_FOUND: [404, "NotFoundException", "Not Found"],
  THROTTLED: [429, "TooManyRequestsException", "Too Many Requests"],
  UNAUTHORIZED: [401, "UnauthorizedException", "Unauthorized"],
  UNSUPPORTED_MEDIA_TYPE: [415, "BadRequestException", "Unsupported Media Type"],
  WAF_FILTERED: [403, "ForbiddenException", "Forbidden"],
} as const;

type ResponseType = keyof typeof ERRORS;

/** Whether a document may name this type of gateway response. */
export function isGatewayResponseType(type: string): boolean {
  return type === "DEFAULT_4XX" || type === "DEFAULT_5XX" || Object.hasOwn(ERRORS, type);
}

/** An error of a documented type. */
export function gatewayError(type: ResponseType, message: string | null = ERRORS[type][2]): GatewayError {
  const [status, name] = ERRORS[type];
  return { type, status, message, name, body: defaultBody(type, status, message) };
}

/** An error without a type of its own. */
export function otherError(status: number, name: string, message: string): GatewayError {
  const type = status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  return { type, status, message, name, body: defaultBody(type, status, message) };
}

/** As observed on the service: a denial has a capital `Message`, and a failure of the gateway has a space before the message. */
function defaultBody(type: string, status: number, message: string | null): string {
  const member = type === "ACCESS_DENIED" ? "Message" : "message";
  return `{"${member}":${status >= 500 && message !== null ? " " : ""}${JSON.stringify(message)}}`;
}

/** Unverified: the texts and exceptions of these two errors. */
export const BAD_REQUEST = otherError(400, "BadRequestException", "Bad Request");
export const URI_TOO_LONG = otherError(414, "RequestUriTooLongException", "Request URI too long");

/** Created once, because every proxied request carries the response to an oversized body. */
export const REQUEST_TOO_LARGE = gatewayError("REQUEST_TOO_LARGE");
