import type { PropertyValue } from "../../property-value.ts";
import { Kind } from "../../records.ts";

/** A record of a hosted zone of Route 53. */
export interface DnsRecord {
  readonly zoneId: string;
  /** In lower case, without a dot at the end. */
  readonly fqdn: string;
  readonly type: string;
  readonly setIdentifier: string;
  /** Empty for an alias. */
  readonly values: readonly string[];
  /** In seconds; none of an alias. */
  readonly ttl?: number;
  readonly aliases?: readonly PropertyValue[];
}

/** A hosted zone that was made here. Others may be named by their ids, and hold any name. */
export interface DnsZone {
  readonly id: string;
  /** Without a dot at the end. */
  readonly name: string;
  readonly comment: string;
  readonly private: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const dnsRecords = new Kind<DnsRecord>("aws/route53/record");
export const dnsZones = new Kind<DnsZone>("aws/route53/zone");
