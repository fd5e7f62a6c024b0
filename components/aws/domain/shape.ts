import { callback, objectOf, value } from "../../gateway/shape.ts";
import type { DomainCertificateTransforms } from "./certificate.ts";
import type { AwsDomain, AwsDomainName, AwsMutualTls, AwsSharedDomain } from "./domain.ts";

/** The shapes of a domain's own members. */
export const domainName = {
  name: value,
  zoneId: value,
  certificateArn: value,
  aliasZoneId: value,
  mutualTls: objectOf<AwsMutualTls>(
    { truststoreUri: value, truststoreVersion: value, ownershipCertificateArn: value },
    { checked: true },
  ),
} satisfies Readonly<Record<keyof AwsDomainName, unknown>>;

/** The shape of a gateway's domain. */
export const domain = objectOf<AwsDomain>(
  {
    ...domainName,
    shared: objectOf<AwsSharedDomain>({ name: value, mutualTls: value }, { mayBeLater: true }),
    basePath: value,
    keepExecuteApi: value,
  },
  { checked: true },
);

/** The transforms of a domain's certificate and records. */
export const certificateTransforms = {
  certificate: callback,
  certificateRecord: callback,
  certificateValidation: callback,
  domainAlias: callback,
} satisfies Readonly<Record<keyof DomainCertificateTransforms, unknown>>;
