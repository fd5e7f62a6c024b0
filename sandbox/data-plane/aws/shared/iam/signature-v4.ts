import { createHmac, timingSafeEqual } from "node:crypto";
import { amzDate, readAmzDate } from "./amz-date.ts";
import { canonicalRequest, sha256 } from "./canonical-request.ts";
import { ALGORITHM, type ClaimedSignature, type SignatureFault, TERMINATOR } from "./claimed-signature.ts";
import type { SignedRequest } from "./signed-request.ts";

/**
 * Verifies AWS Signature Version 4 as a service does. It is implemented from the specification, because the maintained libraries
 * only sign, and to sign again with the library that clients use would repeat its mistakes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const SKEW_MS = 5 * 60_000;

/**
 * Why a signature is not valid for this service and Region at this time; undefined when it is. A signature is valid for five
 * minutes, or as long as its query declares.
 */
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
  const signed = readAmzDate(time) ?? Number.NaN;
  const last = signed + (expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1000);
  // The negated comparison also rejects NaN.
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

/** Whether the signature covers this request and body with this secret key. The comparison takes constant time. */
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

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
