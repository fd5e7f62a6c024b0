import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../gateway/transform.ts";
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
    const [args, options] = transformed<RecordArgs>(
      transform.domainAlias,
      {
        zoneId: zone,
        name: host,
        type,
        aliases: [{ name: target.domainName, zoneId: target.zoneId, evaluateTargetHealth: false }],
      },
      { parent, dependsOn: [...dependsOn] },
      ["zoneId", "name", "type", "aliases", "records", "ttl"],
    );
    new DnsRecord(`${name}-domain-alias-${type.toLowerCase()}`, args, options);
  }
}
