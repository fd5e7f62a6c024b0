import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type * as pulumi from "@pulumi/pulumi";
import type { DomainOwner } from "./certificate.ts";
import type { PlainDomain } from "./domain.ts";

/** What DNS must point to. */
export interface DomainTarget {
  readonly domainName: pulumi.Input<string>;
  readonly zoneId: pulumi.Input<string>;
}

/** Declares the records that point to the domain, if it has a hosted zone for them. */
export function aliasRecords(
  { name, parent, transform }: DomainOwner,
  { name: host = "", zoneId, aliasZoneId }: PlainDomain,
  target: DomainTarget,
  dependsOn: readonly pulumi.Resource[],
): void {
  const zone = zoneId ?? aliasZoneId;
  if (zone === undefined) return;
  for (const type of ["A", "AAAA"] as const) {
    transform.domainAlias.declare(
      DnsRecord,
      `${name}-domain-alias-${type.toLowerCase()}`,
      {
        zoneId: zone,
        name: host,
        type,
        aliases: [{ name: target.domainName, zoneId: target.zoneId, evaluateTargetHealth: false }],
      },
      { parent, dependsOn: [...dependsOn] },
    );
  }
}
