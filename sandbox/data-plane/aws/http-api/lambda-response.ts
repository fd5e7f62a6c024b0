import { headerText, UnmappableValue } from "../shared/header-text.ts";
import type { PayloadVersion } from "./lambda-event.ts";

/** A function returned an invalid response. The client receives a 500. */
export class MalformedResponse extends Error {}

/** The response that a function returned. */
export interface LambdaResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
}

type PlainRecord = Readonly<Record<string, unknown>>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Unverified: the content type of a response that declares none. */
const PLAIN_TEXT = "text/plain; charset=utf-8";

/**
 * Reads the value that a function returned. Without a `statusCode`, format 2.0 treats the value as the body of a 200, and format
 * 1.0 treats it as invalid.
 * @throws MalformedResponse
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readResponse(version: PayloadVersion, returned: unknown): LambdaResponse {
  if (version === "2.0" && !(isRecord(returned) && returned.statusCode !== undefined)) {
    const body = typeof returned === "string" ? returned : JSON.stringify(returned);
    return { status: 200, headers: [["content-type", "application/json"]], body };
  }
  if (!isRecord(returned)) throw new MalformedResponse("it is not an object");
  const headers = readHeaders(version, returned);
  if (!headers.some(([name]) => name.toLowerCase() === "content-type")) headers.push(["content-type", PLAIN_TEXT]);
  return { status: readStatus(returned.statusCode), headers, body: readBody(returned) };
}

function readStatus(value: unknown): number {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new MalformedResponse(`statusCode is not a status: ${JSON.stringify(value)}`);
  }
  return status;
}

function readBody({ body, isBase64Encoded }: PlainRecord): string | Uint8Array {
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== "boolean") {
    throw new MalformedResponse("isBase64Encoded is not true or false");
  }
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") throw new MalformedResponse("body is not a string");
  if (isBase64Encoded !== true) return body;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body)) throw new MalformedResponse("body is not base64");
  return Buffer.from(body, "base64");
}

function readHeaders(version: PayloadVersion, response: PlainRecord): [string, string][] {
  const fields = new Map<string, [string, string][]>();
  for (const [name, value] of entries(response.headers, "headers"))
    fields.set(name.toLowerCase(), [field(name, value)]);
  if (version === "1.0") {
    for (const [name, values] of entries(response.multiValueHeaders, "multiValueHeaders")) {
      if (!Array.isArray(values)) throw new MalformedResponse(`multiValueHeaders.${name} is not a list`);
      // A name in both groups has the values of both, as in REST APIs.
      const merged = [...(fields.get(name.toLowerCase()) ?? []), ...values.map((value) => field(name, value))];
      fields.set(name.toLowerCase(), unique(merged));
    }
  }
  const { cookies } = response;
  const several = version === "1.0" || cookies === undefined || cookies === null ? [] : cookies;
  if (!Array.isArray(several)) throw new MalformedResponse("cookies is not a list");
  return [...[...fields.values()].flat(), ...several.map((cookie) => field("set-cookie", cookie))];
}

function unique(fields: readonly [string, string][]): [string, string][] {
  return fields.filter(([, value], index) => fields.findIndex(([, each]) => each === value) === index);
}

function field(name: string, value: unknown): [string, string] {
  if (!TOKEN.test(name)) throw new MalformedResponse(`${JSON.stringify(name)} is not a header name`);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new MalformedResponse(`the header ${name} is not a string`);
  }
  try {
    return [name, headerText(String(value))];
  } catch (error) {
    if (error instanceof UnmappableValue)
      throw new MalformedResponse(`the header ${name} contains a control character`);
    throw error;
  }
}

function entries(value: unknown, member: string): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) throw new MalformedResponse(`${member} is not an object`);
  return Object.entries(value);
}

function isRecord(value: unknown): value is PlainRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
