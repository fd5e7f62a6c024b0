import { isHopByHop } from "../../../serving/hop-by-hop.ts";
import { headerText, UnmappableValue } from "../../shared/header-text.ts";

/** A function returned an invalid response. The client receives a 502. */
export class MalformedResponse extends Error {}

/** The response that a function returned through a proxy integration. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly base64: boolean;
}

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads the value that a function returned. All members are optional, and other members are invalid. The values of headers are
 * strings or booleans (as in the AWS-validated tests of localstack/localstack).
 * @throws MalformedResponse
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html (output format)
 */
export function readProxyResponse(returned: unknown): ProxyResponse {
  const response = record(returned, "the returned value");
  const unknown = Object.keys(response).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new MalformedResponse(`${JSON.stringify(unknown)} is not a member of a response`);
  const { statusCode, body, isBase64Encoded } = response;
  const status =
    statusCode === undefined || statusCode === null
      ? 200
      : typeof statusCode === "string" && /^\d{3}$/.test(statusCode)
        ? Number(statusCode)
        : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new MalformedResponse(`statusCode is not a status: ${JSON.stringify(statusCode)}`);
  }
  if (body !== undefined && body !== null && typeof body !== "string")
    throw new MalformedResponse("body is not a string");
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== "boolean") {
    throw new MalformedResponse("isBase64Encoded is not true or false");
  }
  return { status, headers: readHeaders(response), body: body ?? "", base64: isBase64Encoded === true };
}

function readHeaders(response: Readonly<Record<string, unknown>>): ProxyResponse["headers"] {
  const fields = new Map<string, readonly (readonly [string, string])[]>();
  const single = response.headers === undefined || response.headers === null ? {} : record(response.headers, "headers");
  for (const [name, value] of Object.entries(single)) fields.set(name.toLowerCase(), [[name, readValue(name, value)]]);
  const { multiValueHeaders: several } = response;
  for (const [name, values] of Object.entries(
    several === undefined || several === null ? {} : record(several, "multiValueHeaders"),
  )) {
    if (!Array.isArray(values)) throw new MalformedResponse(`multiValueHeaders.${name} is not a list`);
    // A name in both groups has the values of both, each once (recorded on AWS in the snapshots of aws/aws-lambda-dotnet).
    const merged = [
      ...(fields.get(name.toLowerCase()) ?? []),
      ...values.map((value: unknown) => [name, readValue(name, value)] as const),
    ];
    fields.set(
      name.toLowerCase(),
      merged.filter(([, value], index) => merged.findIndex(([, each]) => each === value) === index),
    );
  }
  if (!fields.has("content-type")) fields.set("content-type", [["content-type", "application/json"]]);
  // The gateway sets the length itself, and hop-by-hop headers belong to its own connection.
  return [...fields].flatMap(([name, values]) => (name === "content-length" || isHopByHop(name) ? [] : values));
}

function readValue(name: string, value: unknown): string {
  if (!TOKEN.test(name)) throw new MalformedResponse(`${JSON.stringify(name)} is not a header name`);
  if (typeof value !== "string" && typeof value !== "boolean")
    throw new MalformedResponse(`the header ${name} is not a string`);
  try {
    return headerText(String(value));
  } catch (error) {
    if (error instanceof UnmappableValue)
      throw new MalformedResponse(`the header ${name} contains a control character`);
    throw error;
  }
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedResponse(`${name} is not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
