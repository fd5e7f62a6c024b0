import { ClientCertificate } from "@pulumi/aws/apigateway/clientCertificate.js";
import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../api/checked-api.ts";
import { type AwsClientCertificate, presentsCertificate } from "./client-certificate.ts";
import type { RestApiOwner } from "./owner.ts";

const firstOnly = ["first"] as const;

/** The certificates that are declared. */
export interface DeclaredCertificates {
  /** The id of the certificate that the stage presents; undefined if no backend wants one. */
  readonly presented: pulumi.Output<string> | undefined;
  /** By label. */
  readonly all: pulumi.Output<Readonly<Record<string, AwsClientCertificate>>>;
}

/**
 * Declares a certificate for each label. The stage presents the first one. A label stands for one certificate, so that a new one can be
 * created, and accepted by backends, before the stage presents it.
 */
export function declareClientCertificates(
  { name, apiName, parent, transform }: RestApiOwner,
  api: Api,
  labels: readonly string[] = firstOnly,
): DeclaredCertificates {
  if (!presentsCertificate(api))
    return { presented: undefined, all: pulumi.output<Readonly<Record<string, AwsClientCertificate>>>({}) };
  const certificates = labels.map((each) => {
    const child = `${name}-client-certificate-${each}`;
    const args = { description: `${apiName} ${each}` };
    return [each, transform.clientCertificate.declare(ClientCertificate, child, args, { parent })] as const;
  });
  const all = certificates.map(
    ([each, { pemEncodedCertificate: pem, expirationDate }]) => [each, { pem, expirationDate }] as const,
  );
  return { presented: certificates[0]?.[1].id, all: pulumi.output(Object.fromEntries(all)) };
}
