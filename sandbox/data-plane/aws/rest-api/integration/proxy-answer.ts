import { isHopByHop } from "../../../serving/hop-by-hop.ts";
import { headerText, UnmappableValue } from "../../shared/header-text.ts";

/** What a function returned is no answer: the client gets a 502. */
export class MalformedAnswer extends Error {}

/** What a function answers through a proxy integration. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly base64: boolean;
}

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads what a function returned
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, output format): no
 * member is needed, and none other may be there. Values of headers are texts, true or false (so the AWS-validated tests of
 * localstack/localstack).
 * @throws MalformedAnswer
 */
export function readProxyAnswer(returned: unknown): ProxyAnswer {
  const answer = record(returned, "what it returned");
  const unknown = Object.keys(answer).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new MalformedAnswer(`${JSON.stringify(unknown)} is not a member of an answer`);
  const { statusCode, body, isBase64Encoded } = answer;
  const status =
    statusCode === undefined || statusCode === null
      ? 200
      : typeof statusCode === "string" && /^\d{3}$/.test(statusCode)
        ? Number(statusCode)
        : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new MalformedAnswer(`statusCode is not a status: ${JSON.stringify(statusCode)}`);
  }
  if (body !== undefined && body !== null && typeof body !== "string") throw new MalformedAnswer("body is not a text");
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== "boolean") {
    throw new MalformedAnswer("isBase64Encoded is not true or false");
  }
  return { status, headers: readHeaders(answer), body: body ?? "", base64: isBase64Encoded === true };
}

function readHeaders(answer: Readonly<Record<string, unknown>>): ProxyAnswer["headers"] {
  const fields = new Map<string, readonly (readonly [string, string])[]>();
  const single = answer.headers === undefined || answer.headers === null ? {} : record(answer.headers, "headers");
  for (const [name, value] of Object.entries(single)) fields.set(name.toLowerCase(), [[name, readValue(name, value)]]);
  const { multiValueHeaders: several } = answer;
  for (const [name, values] of Object.entries(
    several === undefined || several === null ? {} : record(several, "multiValueHeaders"),
  )) {
    if (!Array.isArray(values)) throw new MalformedAnswer(`multiValueHeaders.${name} is not a list`);
    fields.set(
      name.toLowerCase(),
      values.map((value: unknown) => [name, readValue(name, value)] as const),
    );
  }
  if (!fields.has("content-type")) fields.set("content-type", [["content-type", "application/json"]]);
  // The gateway gives the length itself, and the connection is its own.
  return [...fields].flatMap(([name, values]) =>
    name === "content-length" || isHopByHop(name, undefined) ? [] : values,
  );
}

function readValue(name: string, value: unknown): string {
  if (!TOKEN.test(name)) throw new MalformedAnswer(`${JSON.stringify(name)} is not a header name`);
  if (typeof value !== "string" && typeof value !== "boolean")
    throw new MalformedAnswer(`the header ${name} is not a text`);
  try {
    return headerText(String(value));
  } catch (error) {
    if (error instanceof UnmappableValue) throw new MalformedAnswer(`the header ${name} holds a control character`);
    throw error;
  }
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedAnswer(`${what} is not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
