import type { ApiCors, ApiReplyRoute } from "../../../api/checked-api.ts";

/** A mock: an operation's `responses` and its integration, without a backend. */
export interface RestMock {
  readonly responses: object;
  readonly integration: object;
}

interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly cors: ApiCors | undefined;
  /** The media types of request bodies that the mock accepts. */
  readonly mediaTypes: readonly string[];
}

/**
 * The media types of request bodies that a reply accepts. A mock chooses its template by the request's media type: JSON if the request has
 * none, any type if it has a body. For other types the response is 415, because of `never`; without that it would be 500.
 */
const mediaTypes = [
  "application/json",
  "application/octet-stream",
  "application/x-www-form-urlencoded",
  "application/xml",
  "multipart/form-data",
  "text/plain",
  "text/xml",
];

/** Returns the mock of a reply: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html */
export function replyMock({ status, headers, body }: ApiReplyRoute, cors: ApiCors | undefined): RestMock {
  return mock({ status, headers: { ...headers, ...corsHeaders(cors) }, body, cors, mediaTypes });
}

/** Returns the mock for CORS preflights. */
export function preflightMock(cors: ApiCors): RestMock {
  const headers = {
    ...sharedHeaders(cors),
    "access-control-allow-methods": cors.methods.join(","),
    ...(cors.headers.length === 0 ? {} : { "access-control-allow-headers": cors.headers.join(",") }),
    "access-control-max-age": String(cors.maxAgeSeconds),
  };
  return mock({ status: 204, headers, body: "", cors, mediaTypes: ["application/json"] });
}

/** Returns the CORS headers of a response, except the allowed origin, which depends on the request. */
export function corsHeaders(cors: ApiCors | undefined): Readonly<Record<string, string>> {
  if (cors === undefined) return {};
  return {
    ...sharedHeaders(cors),
    ...(cors.expose.length === 0 ? {} : { "access-control-expose-headers": cors.expose.join(",") }),
  };
}

function sharedHeaders(cors: ApiCors): Readonly<Record<string, string>> {
  return {
    ...(cors.credentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.origins.includes("*") ? {} : { vary: "Origin" }),
  };
}

/** Whether a mapping can contain the value. Static values are enclosed in single quotes without an escape; the template sets others. */
function isStatic(value: string): boolean {
  return !value.includes("'") && !value.includes("${");
}

/** The names that a template can set, as `$context.responseOverride.header.NAME`. */
const settable = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Whether the response of a mock can contain this header. */
export function canAnswerWith(name: string, value: string): boolean {
  return isStatic(value) || settable.test(name);
}

function mock({ status, headers, body, cors, mediaTypes }: MockResponse): RestMock {
  const entries = Object.entries(headers);
  const template = templateOf(
    entries.filter(([, value]) => !isStatic(value)),
    body,
    cors,
  );
  const declared = [...Object.keys(headers), ...(cors === undefined ? [] : ["access-control-allow-origin"])];
  const responseParameters = Object.fromEntries(
    entries
      .filter(([, value]) => isStatic(value))
      .map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
  );
  return {
    responses: {
      [status]: {
        description: "The gateway's own answer",
        headers: Object.fromEntries(declared.map((name) => [name, { schema: { type: "string" } }])),
      },
    },
    integration: {
      type: "mock",
      // With binary media types, bodies are not text. Without a conversion, the response would be 500 (aws/chalice#1310).
      contentHandling: "CONVERT_TO_TEXT",
      passthroughBehavior: "never",
      requestTemplates: Object.fromEntries(mediaTypes.map((type) => [type, `{"statusCode": ${status}}`])),
      responses: {
        default: {
          statusCode: String(status),
          // Without it, a client that accepts a binary media type gets the text decoded as if it were base64.
          contentHandling: "CONVERT_TO_TEXT",
          responseParameters,
          responseTemplates: { "application/json": template },
        },
      },
    },
  };
}

/** Returns the size of a reply's template, which AWS restricts to 300 KB. */
export function templateBytes(route: ApiReplyRoute, cors: ApiCors | undefined): number {
  const headers = Object.entries(route.headers).filter(([, value]) => !isStatic(value));
  return Buffer.byteLength(templateOf(headers, route.body, cors));
}

/**
 * Returns a Velocity template for a body. Directives come first and on one line, since versions of Velocity differ in the white space that
 * they remove around them. The text after them is decoded from base64, so that it cannot become part of them.
 */
function templateOf(headers: readonly (readonly [string, string])[], body: string, cors: ApiCors | undefined): string {
  const sets = headers.map(([name, value]) => `#set($context.responseOverride.header.${name} = ${decoded(value)})`);
  const directives = [...sets, ...(cors === undefined ? [] : [originDirectives(cors)])].join("");
  return `${directives}${escaped(body, directives !== "")}`;
}

/**
 * Returns directives that allow the origin of the request, if it is one of the listed origins: a response may name only one. HTTP/2
 * clients send the header's name in lower case, and templates compare names case-sensitively.
 */
function originDirectives({ origins }: ApiCors): string {
  const allowed = "$context.responseOverride.header.access-control-allow-origin";
  const read = (name: string, header: string) => `#set($${name} = $input.params().header.get('${header}'))`;
  const reads = `${read("upper", "Origin")}${read("lower", "origin")}`;
  if (origins.includes("*")) return `${reads}#if($upper != '' || $lower != '')#set(${allowed} = '*')#end`;
  const branches = origins.map(
    (origin, index) =>
      `${index === 0 ? "#if" : "#elseif"}($upper == '${origin}' || $lower == '${origin}')#set(${allowed} = '${origin}')`,
  );
  return `${reads}${branches.join("")}#end`;
}

/**
 * Escapes a text for a template. The versions of Velocity share no escape, so a run of ASCII characters that contains its syntax is decoded
 * from base64. The whole run is, since the text after a reference could become part of it. Other characters stay unchanged: AWS does not
 * document the encoding in which it decodes.
 */
function escaped(text: string, follows: boolean): string {
  return text.replace(/\p{ASCII}+/gu, (run, offset: number) =>
    /[$#\\]/.test(run) || (follows && offset === 0) ? decoded(run) : run,
  );
}

function decoded(text: string): string {
  return `$util.base64Decode('${Buffer.from(text).toString("base64")}')`;
}
