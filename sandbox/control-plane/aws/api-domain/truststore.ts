import { X509Certificate } from "node:crypto";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { contentOf } from "../s3/record.ts";
import type { MutualTls } from "./record.ts";

/**
 * Reads a truststore, when a domain is created or updated with another URI or version.
 *
 * Unverified: API Gateway may also read it at another update of the domain.
 *
 * Unverified: the texts of the errors.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
export function readTruststore(
  records: Records,
  operation: string,
  uri: string,
  version: string | undefined,
): MutualTls {
  const refuse = (reason: string): never => {
    throw new VendorError(`${operation}: BadRequestException: ${reason}`);
  };
  const [, bucket = "", key = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(uri) ?? [];
  if (bucket === "") return refuse(`Invalid truststore URI ${uri}: must be s3://BUCKET/KEY`);
  const content = contentOf(records, bucket, key, version);
  if (content === undefined) {
    const which = version === undefined ? uri : `${uri} (version ${version})`;
    return refuse(
      `Unable to access the truststore ${which}; to have it in the sandbox, declare it as an aws.s3.BucketObjectv2`,
    );
  }
  const blocks = content.toString("utf8").match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  // API Gateway leaves out an invalid certificate with a warning, and refuses the clients that it would admit.
  const valid = blocks.filter(isCertificate);
  if (valid.length === 0) return refuse(`The truststore ${uri} holds no valid certificate`);
  return {
    truststoreUri: uri,
    ...(version === undefined ? {} : { truststoreVersion: version }),
    truststore: `${valid.join("\n")}\n`,
  };
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
