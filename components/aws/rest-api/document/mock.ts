import type { ApiCors, ApiReplyRoute } from "../../../api/checked-api.ts";

/** What answers by itself: the operation's `responses`, and its integration. */
export interface RestMock {
  readonly responses: object;
  readonly integration: object;
}

interface Answer {
  readonly status: number;
  /** Static, by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly cors: ApiCors | undefined;
  /** Of the requests' bodies. */
  readonly mediaTypes: readonly string[];
}

/**
 * A mock picks its template by the request's media type, which is that of JSON where there is none, and with a body can be
 * any. For others than these the answer would be 500, and with `never` is 415.
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

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html */
export function replyMock({ status, headers, body }: ApiReplyRoute, cors: ApiCors | undefined): RestMock {
  return mock({ status, headers: { ...headers, ...corsHeaders(cors) }, body, cors, mediaTypes });
}

/** The answer to what a browser asks before a request to another origin. */
export function preflightMock(cors: ApiCors): RestMock {
  const headers = {
    ...shared(cors),
    "access-control-allow-methods": cors.methods.join(","),
    ...(cors.headers.length === 0 ? {} : { "access-control-allow-headers": cors.headers.join(",") }),
    "access-control-max-age": String(cors.maxAgeSeconds),
  };
  return mock({ status: 204, headers, body: "", cors, mediaTypes: ["application/json"] });
}

/** What an answer says to pages, beside the origin, which depends on who asks. */
export function corsHeaders(cors: ApiCors | undefined): Readonly<Record<string, string>> {
  if (cors === undefined) return {};
  return {
    ...shared(cors),
    ...(cors.expose.length === 0 ? {} : { "access-control-expose-headers": cors.expose.join(",") }),
  };
}

function shared(cors: ApiCors): Readonly<Record<string, string>> {
  return {
    ...(cors.credentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.origins.includes("*") ? {} : { vary: "Origin" }),
  };
}

/** Static values stand in single quotes, without an escape: such a value is set by the template. */
function isStatic(value: string): boolean {
  return !value.includes("'") && !value.includes("${");
}

/** Names that a template can set, as `$context.responseOverride.header.NAME`. */
const settable = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Whether a mock can answer with this header. */
export function canAnswerWith(name: string, value: string): boolean {
  return isStatic(value) || settable.test(name);
}

function mock({ status, headers, body, cors, mediaTypes }: Answer): RestMock {
  const given = Object.entries(headers);
  const template = templateOf(
    given.filter(([, value]) => !isStatic(value)),
    body,
    cors,
  );
  const declared = [...Object.keys(headers), ...(cors === undefined ? [] : ["access-control-allow-origin"])];
  const responseParameters = Object.fromEntries(
    given
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
      // Otherwise a body that is not text, as all are with binary media types, comes to a 500 (aws/chalice#1310).
      contentHandling: "CONVERT_TO_TEXT",
      passthroughBehavior: "never",
      requestTemplates: Object.fromEntries(mediaTypes.map((type) => [type, `{"statusCode": ${status}}`])),
      responses: {
        default: {
          statusCode: String(status),
          // Without it, a client that accepts what counts as binary gets the text as if it were base64.
          contentHandling: "CONVERT_TO_TEXT",
          responseParameters,
          responseTemplates: { "application/json": template },
        },
      },
    },
  };
}

/** The size of the template of a reply, of which AWS takes 300 KB. */
export function templateBytes(route: ApiReplyRoute, cors: ApiCors | undefined): number {
  const given = Object.entries(route.headers).filter(([, value]) => !isStatic(value));
  return Buffer.byteLength(templateOf(given, route.body, cors));
}

/**
 * A Velocity template that answers with a text as it is. Directives come first and on one line, since versions of Velocity
 * differ in what white space they take with them; what follows them is decoded, so that it cannot become part of them.
 */
function templateOf(headers: readonly (readonly [string, string])[], body: string, cors: ApiCors | undefined): string {
  const sets = headers.map(([name, value]) => `#set($context.responseOverride.header.${name} = ${decoded(value)})`);
  const directives = [...sets, ...(cors === undefined ? [] : [originDirectives(cors)])].join("");
  return `${directives}${escaped(body, directives !== "")}`;
}

/**
 * Lets the page in that asks, where it may: an answer names one origin. Clients of HTTP/2 write the header's name in lower
 * case, and templates compare it letter by letter.
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
 * A text for a template. Velocity has no escape that all its versions read alike, so what holds a character of its syntax is
 * decoded from base64: whole runs of ASCII, since what follows a reference could be read as part of it. Beyond ASCII the
 * text stays as it is: in which encoding AWS decodes is not documented.
 */
function escaped(text: string, follows: boolean): string {
  return text.replace(/\p{ASCII}+/gu, (run, offset: number) =>
    /[$#\\]/.test(run) || (follows && offset === 0) ? decoded(run) : run,
  );
}

function decoded(text: string): string {
  return `$util.base64Decode('${Buffer.from(text).toString("base64")}')`;
}
