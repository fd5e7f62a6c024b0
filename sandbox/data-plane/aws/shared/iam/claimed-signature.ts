import { headerValues } from "../../../header-values.ts";
import type { Readings } from "../../../readings.ts";
import { readAmzDate } from "./amz-date.ts";
import { queryParameters, type SignedRequest } from "./signed-request.ts";

export const ALGORITHM = "AWS4-HMAC-SHA256";
export const TERMINATOR = "aws4_request";
/** docs.aws.amazon.com, reference_sigv-authentication-methods: at most seven days. */
const MAX_EXPIRES_SECONDS = 604_800;

/** What is wrong with a request's signature, in the service's own words where they are known. */
export interface SignatureFault {
  /** `missing`: the request is not signed. `incomplete`: the signature cannot be read. `invalid`: it does not verify. */
  readonly kind: "missing" | "incomplete" | "invalid";
  readonly message: string;
}

/** The signature that a request contains, not verified yet. */
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
  /** Defined for a signature in the query, undefined for one in a header. */
  readonly expiresSeconds: number | undefined;
}

const missing: SignatureFault = { kind: "missing", message: "Missing Authentication Token" };

function incomplete(message: string): SignatureFault {
  return { kind: "incomplete", message };
}

export function isFault(found: ClaimedSignature | SignatureFault): found is SignatureFault {
  return "kind" in found;
}

/**
 * Reads a request's signature from its `Authorization` header or its query.
 *
 * @param preferred which of them counts in a request with several
 */
export function claimedSignature(
  request: SignedRequest,
  preferred: Readings["aws-two-signatures"],
): ClaimedSignature | SignatureFault {
  const headers = headerValues(request.headers, "authorization");
  const query = queryParameters(request.query);
  if (query === undefined) return incomplete("The query is not percent-encoded UTF-8");
  const inQuery = query.filter(([name]) => /^x-amz-(?:algorithm|credential|signature)$/i.test(name));
  if (headers.length === 0 && inQuery.length === 0) return missing;
  const ofQuery = headers.length === 0 || (preferred === "query" && inQuery.length > 0);
  const header = preferred === "query" ? headers.at(-1) : headers[0];
  const claimed = ofQuery || header === undefined ? fromQuery(query) : fromHeader(header, request);
  return isFault(claimed) ? claimed : (signedHeadersFault(claimed, request) ?? claimed);
}

function signedHeadersFault({ signedHeaders }: ClaimedSignature, request: SignedRequest): SignatureFault | undefined {
  if (!signedHeaders.includes("host")) {
    return incomplete("'Host' or ':authority' must be a 'SignedHeader' in the Authorization.");
  }
  const unsigned = request.headers.find(([name]) => {
    const lower = name.toLowerCase();
    return lower.startsWith("x-amz-") && !signedHeaders.includes(lower);
  });
  // The specification requires these headers to be signed. Unverified: how API Gateway treats one that is not.
  if (unsigned !== undefined) return incomplete(`'${unsigned[0]}' must be a 'SignedHeader' in the Authorization.`);
  const absent = signedHeaders.find((name) => headerValues(request.headers, name).length === 0);
  return absent === undefined ? undefined : incomplete(`The signed header '${absent}' is missing`);
}

function fromHeader(value: string, request: SignedRequest): ClaimedSignature | SignatureFault {
  const [, algorithm = "", rest = ""] = /^(\S+)\s+(.*)$/s.exec(value.trim()) ?? [];
  if (algorithm !== ALGORITHM) {
    // For example a bearer token, or the asymmetric variant of the signature, which API Gateway accepts and the sandbox does not.
    return incomplete("Invalid key=value pair (missing equal-sign) in Authorization header");
  }
  const parts = new Map<string, string>();
  for (const part of rest.split(",")) {
    const [, name = "", text = ""] = /^([A-Za-z]+)=(\S+)$/.exec(part.trim()) ?? [];
    if (name === "" || parts.has(name)) return incomplete("Invalid key=value pair in Authorization header");
    parts.set(name, text);
  }
  for (const name of ["Credential", "Signature", "SignedHeaders"]) {
    if (!parts.has(name)) return incomplete(`Authorization header requires '${name}' parameter.`);
  }
  if (parts.size > 3) return incomplete("Authorization header has an unknown parameter");
  const times = headerValues(request.headers, "x-amz-date");
  const tokens = headerValues(request.headers, "x-amz-security-token");
  if (times.length !== 1 || tokens.length > 1) {
    // Unverified: which forms of the `Date` header API Gateway accepts instead.
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return claim(parts, times[0] ?? "", tokens[0], undefined);
}

function fromQuery(query: readonly (readonly [string, string])[]): ClaimedSignature | SignatureFault {
  const parts = new Map<string, string>();
  for (const [name, value] of query) {
    if (!/^x-amz-/i.test(name)) continue;
    const [, parameter] =
      /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)$/.exec(name) ?? [];
    if (parameter === undefined || parts.has(parameter)) {
      return incomplete(`The query parameter ${name} is unknown or repeated`);
    }
    parts.set(parameter, value);
  }
  for (const name of ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"]) {
    if (!parts.has(name)) return incomplete(`AWS query-string parameters must include 'X-Amz-${name}'.`);
  }
  if (parts.get("Algorithm") !== ALGORITHM) return incomplete(`X-Amz-Algorithm must be ${ALGORITHM}`);
  const expires = parts.get("Expires") ?? "";
  const seconds = Number(expires);
  if (!/^\d{1,6}$/.test(expires) || seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
    return incomplete(`X-Amz-Expires must be 1 to ${MAX_EXPIRES_SECONDS}`);
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
    return incomplete("SignedHeaders must be names in lower case, sorted, without duplicates");
  }
  const signature = parts.get("Signature") ?? "";
  if (!/^[0-9a-f]{64}$/.test(signature)) return incomplete("Signature must be 64 hexadecimal digits");
  if (readAmzDate(time) === undefined) return incomplete("X-Amz-Date must be YYYYMMDD'T'HHMMSS'Z'");
  return { accessKeyId, date, region, service, time, signedHeaders, signature, sessionToken, expiresSeconds };
}
