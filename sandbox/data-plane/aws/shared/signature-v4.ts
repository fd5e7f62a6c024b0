import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { GatewayRequest } from "../../interpreter.ts";

/**
 * AWS Signature Version 4, as a service checks it. Written down here from its description over `node:crypto`: the libraries that
 * are kept well sign and do not verify, and to sign again with the one that clients use would repeat its mistakes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const ALGORITHM = "AWS4-HMAC-SHA256";
const TERMINATOR = "aws4_request";
/** docs.aws.amazon.com, reference_sigv-authentication-methods: seven days at most. */
const MOST_EXPIRES_SECONDS = 604_800;
const SKEW_MS = 5 * 60_000;

/** What is wrong with a request's signature, in the service's words where they are known. */
export interface SignatureFault {
  /** `missing`: nothing is signed. `incomplete`: it cannot be read. `invalid`: it does not hold. */
  readonly kind: "missing" | "incomplete" | "invalid";
  readonly message: string;
}

/** What a request says of its signature. */
export interface ClaimedSignature {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  /** Lower case, sorted. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** In a query; undefined in a header. */
  readonly expiresSeconds: number | undefined;
}

/** What of a request is signed. */
export type SignedRequest = Pick<GatewayRequest, "method" | "path" | "query" | "headers">;

const missing: SignatureFault = { kind: "missing", message: "Missing Authentication Token" };

function incomplete(message: string): SignatureFault {
  return { kind: "incomplete", message };
}

export function isFault(found: ClaimedSignature | SignatureFault): found is SignatureFault {
  return "kind" in found;
}

/**
 * Reads where a request's signature stands: in one `Authorization` header, or in its query. Two of them are refused: which one
 * the service takes is U.
 */
export function claimedSignature(request: SignedRequest): ClaimedSignature | SignatureFault {
  const headers = valuesOf(request.headers, "authorization");
  const query = queryParameters(request.query);
  if (query === undefined) return incomplete("The query is not percent-encoded UTF-8");
  const inQuery = query.filter(([name]) => /^x-amz-(?:algorithm|credential|signature)$/i.test(name));
  if (headers.length === 0 && inQuery.length === 0) return missing;
  if (headers.length > 1 || (headers.length === 1 && inQuery.length > 0)) {
    return incomplete("The request is signed more than once");
  }
  const claimed = headers[0] === undefined ? fromQuery(query) : fromHeader(headers[0], request);
  if (isFault(claimed)) return claimed;
  const { signedHeaders } = claimed;
  if (!signedHeaders.includes("host"))
    return incomplete("'Host' or ':authority' must be a 'SignedHeader' in the Authorization.");
  const unsigned = request.headers.find(([name]) => {
    const lower = name.toLowerCase();
    return lower.startsWith("x-amz-") && !signedHeaders.includes(lower);
  });
  // The description says that they must be. What API Gateway does with one that is not is U.
  if (unsigned !== undefined) return incomplete(`'${unsigned[0]}' must be a 'SignedHeader' in the Authorization.`);
  const absent = signedHeaders.find((name) => valuesOf(request.headers, name).length === 0);
  return absent === undefined ? claimed : incomplete(`The signed header '${absent}' is not there`);
}

function fromHeader(value: string, request: SignedRequest): ClaimedSignature | SignatureFault {
  const [, algorithm = "", rest = ""] = /^(\S+)\s+(.*)$/s.exec(value.trim()) ?? [];
  if (algorithm !== ALGORITHM) {
    // Of a bearer's token, say; and the asymmetric variant, which API Gateway takes too, is not served here.
    return incomplete("Invalid key=value pair (missing equal-sign) in Authorization header");
  }
  const parts = new Map<string, string>();
  for (const part of rest.split(",")) {
    const [, name = "", text = ""] = /^([A-Za-z]+)=(\S+)$/.exec(part.trim()) ?? [];
    if (name === "" || parts.has(name)) return incomplete(`Invalid key=value pair in Authorization header`);
    parts.set(name, text);
  }
  for (const name of ["Credential", "Signature", "SignedHeaders"]) {
    if (!parts.has(name)) return incomplete(`Authorization header requires '${name}' parameter.`);
  }
  if (parts.size > 3) return incomplete("Authorization header has a parameter that is not known");
  const times = valuesOf(request.headers, "x-amz-date");
  const tokens = valuesOf(request.headers, "x-amz-security-token");
  if (times.length !== 1 || tokens.length > 1) {
    // A `Date` header would do by the description; which of its forms API Gateway reads is U.
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return claim(parts, times[0] ?? "", tokens[0], undefined);
}

function fromQuery(query: readonly (readonly [string, string])[]): ClaimedSignature | SignatureFault {
  const parts = new Map<string, string>();
  for (const [name, value] of query) {
    if (!/^x-amz-/i.test(name)) continue;
    const [, own] =
      /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)$/.exec(name) ?? [];
    if (own === undefined || parts.has(own))
      return incomplete(`The query's ${name} is not known here, or stands twice`);
    parts.set(own, value);
  }
  for (const name of ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"]) {
    if (!parts.has(name)) return incomplete(`AWS query-string parameters must include 'X-Amz-${name}'.`);
  }
  if (parts.get("Algorithm") !== ALGORITHM) return incomplete(`X-Amz-Algorithm must be ${ALGORITHM}`);
  const expires = parts.get("Expires") ?? "";
  const seconds = Number(expires);
  if (!/^\d{1,6}$/.test(expires) || seconds < 1 || seconds > MOST_EXPIRES_SECONDS) {
    return incomplete(`X-Amz-Expires must be 1 to ${MOST_EXPIRES_SECONDS}`);
  }
  return claim(parts, parts.get("Date") ?? "", parts.get("Security-Token"), seconds);
}

function claim(
  parts: ReadonlyMap<string, string>,
  time: string,
  sessionToken: string | undefined,
  expiresSeconds: number | undefined,
): ClaimedSignature | SignatureFault {
  const credential = (parts.get("Credential") ?? "").split("/");
  const [accessKeyId = "", date = "", region = "", service = "", terminator = ""] = credential;
  if (credential.length !== 5 || accessKeyId === "") {
    return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term");
  }
  if (terminator !== TERMINATOR) {
    return incomplete(`Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${terminator}'.`);
  }
  const signedHeaders = (parts.get("SignedHeaders") ?? "").split(";");
  const sorted = [...new Set(signedHeaders)].toSorted();
  const plain = signedHeaders.every((name) => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name));
  if (!plain || signedHeaders.join() !== sorted.join()) {
    return incomplete("SignedHeaders must be names in lower case, in order, each once");
  }
  const signature = parts.get("Signature") ?? "";
  if (!/^[0-9a-f]{64}$/.test(signature)) return incomplete("Signature must be 64 hexadecimal digits");
  if (milliseconds(time) === undefined) return incomplete("X-Amz-Date must be YYYYMMDD'T'HHMMSS'Z'");
  return { accessKeyId, date, region, service, time, signedHeaders, signature, sessionToken, expiresSeconds };
}

/** Whether a signature is for this service and Region, and in date: within five minutes, or as long as its query says. */
export function scopeFault(
  claimed: ClaimedSignature,
  wanted: { readonly region: string; readonly service: string },
  now: number,
): SignatureFault | undefined {
  const invalid = (message: string): SignatureFault => ({ kind: "invalid", message });
  const { time, date, region, service, expiresSeconds } = claimed;
  if (region !== wanted.region) return invalid(`Credential should be scoped to a valid region, not '${region}'. `);
  if (service !== wanted.service)
    return invalid(`Credential should be scoped to correct service: '${wanted.service}'. `);
  if (!time.startsWith(date)) {
    return invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  const signed = milliseconds(time) ?? Number.NaN;
  const last = signed + (expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1000);
  // A time that is no time is in no span.
  if (!(now <= last)) {
    const limit = amzDate(now - (last - signed));
    const span = expiresSeconds === undefined ? "5 min." : `${expiresSeconds} s`;
    return invalid(`Signature expired: ${time} is now earlier than ${limit} (${amzDate(now)} - ${span})`);
  }
  if (signed - now > SKEW_MS) {
    const limit = amzDate(now + SKEW_MS);
    return invalid(`Signature not yet current: ${time} is still later than ${limit} (${amzDate(now)} + 5 min.)`);
  }
  return undefined;
}

/** Whether the signature is that of this request and body, by this secret. Takes as long whatever is wrong. */
export function isSignedBy(
  secretAccessKey: string,
  claimed: ClaimedSignature,
  request: SignedRequest,
  body: Uint8Array,
): boolean {
  const canonical = canonicalRequest(claimed, request, body);
  if (canonical === undefined) return false;
  const { time, date, region, service } = claimed;
  const scope = `${date}/${region}/${service}/${TERMINATOR}`;
  const key = [date, region, service, TERMINATOR].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, [ALGORITHM, time, scope, sha256(canonical)].join("\n"));
  return timingSafeEqual(expected, Buffer.from(claimed.signature, "hex"));
}

/**
 * What is signed, as text. The hash is always of the body that came: `UNSIGNED-PAYLOAD` in `x-amz-content-sha256` is for S3 and the
 * like alone, other services find that such a signature does not match (apache/opendal-reqsign#346, aws-sdk-go's signer).
 */
function canonicalRequest(claimed: ClaimedSignature, request: SignedRequest, body: Uint8Array): string | undefined {
  const query = canonicalQuery(request.query, claimed.expiresSeconds !== undefined);
  if (query === undefined) return undefined;
  const headers = claimed.signedHeaders.map((name) => `${name}:${canonicalValue(valuesOf(request.headers, name))}\n`);
  const { method, path } = request;
  return [method, canonicalPath(path), query, headers.join(""), claimed.signedHeaders.join(";"), sha256(body)].join(
    "\n",
  );
}

/**
 * The path with its dots resolved and without empty segments, each segment encoded once more than it was sent: so for all
 * services but S3.
 */
export function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(encoded(segment));
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

/**
 * A plus is a plus here (RFC 3986): what API Gateway makes of one is U, and clients that sign send `%2B` or `%20`.
 *
 * @param presigned whether the signature itself stands in it, and does not sign itself
 */
function canonicalQuery(query: string, presigned: boolean): string | undefined {
  const parameters = queryParameters(query)?.filter(([name]) => !(presigned && name === "X-Amz-Signature"));
  return parameters
    ?.map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function queryParameters(query: string): readonly (readonly [string, string])[] | undefined {
  try {
    return query
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        const [name, value] = equals === -1 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
        return [decodeURIComponent(name), decodeURIComponent(value)] as const;
      });
  } catch {
    return undefined;
  }
}

/** Node hands over each byte of a header as a character. */
function canonicalValue(values: readonly string[]): string {
  const trimmed = values.map((value) => value.trim().replace(/ {2,}/g, " "));
  return Buffer.from(trimmed.join(","), "latin1").toString("utf8");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function valuesOf(headers: SignedRequest["headers"], name: string): readonly string[] {
  return headers.flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : []));
}

function milliseconds(time: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  if (year === undefined) return undefined;
  const read = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A 31st of February is another day.
  return Number.isNaN(read) || amzDate(read) !== time ? undefined : read;
}

function amzDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
