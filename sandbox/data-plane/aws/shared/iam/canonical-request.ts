import { createHash } from "node:crypto";
import { headerValues } from "../../../header-values.ts";
import type { ClaimedSignature } from "./claimed-signature.ts";
import { queryParameters, type SignedRequest } from "./signed-request.ts";

/**
 * The canonical form of a request, which the signature covers; undefined when its query cannot be decoded.
 *
 * The hash is always that of the received body. `UNSIGNED-PAYLOAD` in `x-amz-content-sha256` exists only for S3 and similar
 * services; elsewhere such a signature does not match (apache/opendal-reqsign#346, aws-sdk-go's signer).
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(
  claimed: ClaimedSignature,
  request: SignedRequest,
  body: Uint8Array,
): string | undefined {
  const query = canonicalQuery(request.query, claimed.expiresSeconds !== undefined);
  if (query === undefined) return undefined;
  const headers = claimed.signedHeaders.map(
    (name) => `${name}:${canonicalValue(headerValues(request.headers, name))}\n`,
  );
  const { method, path } = request;
  return [method, canonicalPath(path), query, headers.join(""), claimed.signedHeaders.join(";"), sha256(body)].join(
    "\n",
  );
}

/**
 * The path with dot segments resolved and empty segments removed. Each segment is encoded once more than it was sent, as for all
 * services except S3.
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
 * Unverified: how API Gateway reads a plus. Here it is a literal plus (RFC 3986); clients that sign send `%2B` or `%20`.
 *
 * @param presigned whether the query contains the signature, which does not cover itself
 */
function canonicalQuery(query: string, presigned: boolean): string | undefined {
  const parameters = queryParameters(query)?.filter(([name]) => !(presigned && name === "X-Amz-Signature"));
  return parameters
    ?.map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Node represents each byte of a header as one character. */
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

/** The SHA-256 hash in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
